import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { addDays, type Format } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { errorText, t } from '../../lib/words.ts';
import { DayInput } from '../../ui/day-input.tsx';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { anchorTrouble, BillingDayField, TrialField, trialTrouble } from './billing-day-fields.tsx';
import { isDay } from './due-days.ts';
import { PreviewLines } from './preview-lines.tsx';
import { changeSubscriptionDays, type DaysWish, daysPreview, type Subscription } from './subscription-queries.ts';
import { hasBillingDay, isCharged } from './subscription-words.ts';
import { UpcomingRows } from './upcoming-rows.tsx';

type Values = {
  startsOn: string;
  trialEndsOn: string;
  /** The last day with service; the server wants the first without. */
  lastDay: string;
  anchorDay: number | string;
};

function valuesOf({ startsOn, trialEndsOn, endsOn, anchorDay }: Subscription): Values {
  return { startsOn, trialEndsOn: trialEndsOn ?? '', lastDay: endsOn ? addDays(endsOn, -1) : '', anchorDay };
}

function troubles({ startsOn, trialEndsOn, lastDay, anchorDay }: Values, subscription: Subscription, format: Format) {
  const isChanged = lastDay !== valuesOf(subscription).lastDay;
  const isEarly = lastDay !== '' && lastDay < (trialEndsOn || startsOn);
  // The day before today is an end at once.
  const isPast = lastDay !== '' && isChanged && lastDay < addDays(format.today(), -1);
  return {
    startsOn: isDay(startsOn) ? null : t('subscriptions.form.dayNeeded'),
    trialEndsOn: trialTrouble({ startsOn, trialEndsOn }),
    lastDay: isEarly ? t('subscriptions.form.lastDayWrong') : isPast ? t('subscriptions.days.lastDayPast') : null,
    anchorDay: anchorTrouble(anchorDay),
  };
}

/** What differs from how it is. */
function wishOf({ startsOn, trialEndsOn, lastDay, anchorDay }: Values, subscription: Subscription): DaysWish {
  const before = valuesOf(subscription);
  return {
    ...(startsOn === before.startsOn ? {} : { startsOn }),
    ...(trialEndsOn === before.trialEndsOn ? {} : { trialEndsOn: trialEndsOn || null }),
    ...(lastDay === before.lastDay ? {} : { endsOn: lastDay ? addDays(lastDay, 1) : null }),
    ...(Number(anchorDay) === before.anchorDay ? {} : { anchorDay: Number(anchorDay) }),
  };
}

/** When it begins and ends and on which day it is billed; shows what that charges before it is confirmed. */
export function DaysForm({ subscription, onDone }: { subscription: Subscription; onDone: () => void }) {
  const format = useFormat();
  const form = useForm<Values>({
    initialValues: valuesOf(subscription),
    validate: (values) => troubles(values, subscription, format),
  });
  const isSound = Object.values(troubles(form.values, subscription, format)).every((trouble) => trouble === null);
  const { startsOn, trialEndsOn } = subscription;
  return (
    <Form
      form={form}
      submitLabel={t('subscriptions.days.save')}
      submit={(values) => changeSubscriptionDays(subscription, wishOf(values, subscription))}
      onDone={() => {
        notifyDone(t('subscriptions.days.done'));
        onDone();
      }}
    >
      {isCharged(subscription) ? (
        <Text c="dimmed">{t('subscriptions.days.charged', { day: format.day(trialEndsOn ?? startsOn) })}</Text>
      ) : (
        <Group grow align="flex-start">
          <DayInput {...form.getInputProps('startsOn')} label={t('subscriptions.form.startsOn')} />
          <TrialField at={form.getInputProps} />
        </Group>
      )}
      <BillingDayField
        at={form.getInputProps}
        help={t('subscriptions.days.anchorHelp')}
        isOnADay={hasBillingDay(subscription)}
      />
      <DayInput
        {...form.getInputProps('lastDay')}
        label={t('subscriptions.form.lastDay')}
        description={t('subscriptions.days.lastDayHelp')}
      />
      <DaysCost subscriptionId={subscription.id} wish={isSound ? wishOf(form.values, subscription) : {}} />
    </Form>
  );
}

function DaysCost({ subscriptionId, wish }: { subscriptionId: string; wish: DaysWish }) {
  const { data, error } = useQuery(daysPreview(subscriptionId, wish));
  if (Object.keys(wish).length === 0) return null;
  if (error) return <Text style={{ color: 'var(--tone-broken)' }}>{errorText(error)}</Text>;
  if (!data) return <Skeleton height={140} aria-busy="true" />;
  return (
    <Stack gap="sm" aria-live="polite">
      {data.lines.length === 0 ? <Text>{t('subscriptions.days.nothingNow')}</Text> : <PreviewLines preview={data} />}
      <Text fw={600}>{t(data.upcoming.length > 0 ? 'subscriptions.days.next' : 'subscriptions.days.nextNone')}</Text>
      <UpcomingRows invoices={data.upcoming} />
    </Stack>
  );
}
