import { Accordion, Group, NativeSelect, type NativeSelectProps, NumberInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { addDays, type Format } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { DayInput } from '../../ui/day-input.tsx';
import { Form, fieldTexts } from '../../ui/form.tsx';
import { MoneyInput, moneyTrouble } from '../../ui/money-input.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { PlanSelect } from '../plans/plan-select.tsx';
import { anchorTrouble, BillingDayField, isWhole, TrialField, trialTrouble } from './billing-day-fields.tsx';
import { isDay } from './due-days.ts';
import { customerById } from './queries.ts';
import {
  type AskedTerms,
  addSubscription,
  changeSubscription,
  type Subscription,
  subscriptionsOf,
  type Terms,
} from './subscription-queries.ts';
import { hasBillingDay } from './subscription-words.ts';
import { sentTerms, TermFields, type TermValues, termTroubles, termValues } from './term-fields.tsx';
import { UpcomingPreview } from './upcoming-preview.tsx';

const units = ['day', 'week', 'month', 'year'] as const;
const modes = ['prepaid', 'postpaid'] as const;
/** Centuries are a slip of the finger. */
const mostOf = { day: 366, week: 366, month: 366, year: 100 } as const;

type Values = TermValues & {
  accountId: string;
  planId: string;
  startsOn: string;
  trialEndsOn: string;
  /** The last day with service; the server wants the first without. */
  endsOn: string;
  anchorDay: number | string;
  periodUnit: (typeof units)[number] | '';
  periodCount: number | string;
  setupFeeMinor: string;
};

function troubles(values: Values, format: Format) {
  const { planId, startsOn, trialEndsOn, endsOn, anchorDay, periodUnit, periodCount, setupFeeMinor } = values;
  const isEndEarly = endsOn !== '' && endsOn < (trialEndsOn || startsOn);
  const isPeriod = periodUnit === '' || isWhole(periodCount, 1, mostOf[periodUnit]);
  return {
    planId: planId ? null : t('subscriptions.form.planNeeded'),
    startsOn: isDay(startsOn) ? null : t('subscriptions.form.dayNeeded'),
    trialEndsOn: trialTrouble(values),
    endsOn: isEndEarly ? t('subscriptions.form.lastDayWrong') : null,
    anchorDay: anchorDay === '' ? null : anchorTrouble(anchorDay),
    periodCount: isPeriod ? null : t('subscriptions.form.periodWrong', { most: mostOf[periodUnit] }),
    setupFeeMinor: setupFeeMinor === '' ? null : moneyTrouble(format, setupFeeMinor),
    ...termTroubles(values, format, format.currency),
  };
}

function isFree(troubles: Record<string, string | null>): boolean {
  return Object.values(troubles).every((trouble) => trouble === null);
}

function termsOf({ planId, startsOn, trialEndsOn, endsOn, accountId: _, ...values }: Values): Terms {
  const { anchorDay, periodUnit, periodCount, setupFeeMinor, ...terms } = values;
  return {
    planId,
    startsOn,
    trialEndsOn: trialEndsOn || null,
    endsOn: endsOn ? addDays(endsOn, 1) : null,
    ...(anchorDay === '' || (periodUnit && !hasBillingDay({ periodUnit })) ? {} : { anchorDay: Number(anchorDay) }),
    ...(periodUnit ? { periodUnit, periodCount: Number(periodCount) } : {}),
    setupFeeMinor: setupFeeMinor || '0',
    ...sentTerms(terms),
  };
}

function useNewSubscription() {
  const format = useFormat();
  return useForm({
    initialValues: {
      accountId: '',
      planId: '',
      startsOn: format.today(),
      trialEndsOn: '',
      endsOn: '',
      anchorDay: '',
      periodUnit: '',
      periodCount: 1,
      setupFeeMinor: '',
      ...termValues(undefined),
    } as Values,
    validate: (values) => troubles(values, format),
    validateInputOnBlur: true,
  });
}

/** What stands behind "Terms of its own". */
const ownTerms = [
  'periodUnit',
  'periodCount',
  'anchorDay',
  'trialEndsOn',
  'paymentMode',
  'priceOverrideMinor',
  'discountKind',
  'discountBp',
  'discountMinor',
  'discountEndsOn',
  'setupFeeMinor',
] as const;

/** What a customer is charged by itself, on terms of his own where he has any. */
export function SubscriptionForm({ customerId, onDone }: { customerId: string; onDone: () => void }) {
  const format = useFormat();
  const accounts = useFreeAccounts(customerId);
  const form = useNewSubscription();
  return (
    <Form
      form={form}
      submitLabel={t('subscriptions.form.addAct')}
      submit={(values) => addSubscription(customerId, { ...termsOf(values), accountId: values.accountId || null })}
      onDone={() => {
        notifyDone(t('subscriptions.form.added'));
        onDone();
      }}
    >
      <PlanSelect {...form.getInputProps('planId')} label={t('subscriptions.form.plan')} data-autofocus />
      <NativeSelect
        {...form.getInputProps('accountId')}
        label={t('subscriptions.form.account')}
        data={[{ value: '', label: t('subscriptions.form.noAccount') }, ...accounts]}
      />
      <Group grow align="flex-start">
        <DayInput {...form.getInputProps('startsOn')} label={t('subscriptions.form.startsOn')} />
        <DayInput
          {...form.getInputProps('endsOn')}
          label={t('subscriptions.form.lastDay')}
          description={t('subscriptions.form.lastDayHelp')}
        />
      </Group>
      <OwnTerms form={form} />
      <NextInvoices
        form={form}
        asks={isFree(troubles(form.values, format)) ? { terms: termsOf(form.values) } : undefined}
        hint={t(form.values.planId ? 'subscriptions.form.previewWrong' : 'subscriptions.form.previewHint')}
      />
    </Form>
  );
}

type NextInvoicesProps = {
  form: Pick<ReturnType<typeof useForm>, 'errors' | 'setErrors'>;
  asks: AskedTerms | undefined;
  hint: string;
};

/** What the server objects to stands at the fields, too. */
function NextInvoices({ form, asks, hint }: NextInvoicesProps) {
  return (
    <div>
      <Text fw={600} mb="xs">
        {t('subscriptions.upcoming')}
      </Text>
      <UpcomingPreview
        asks={asks}
        hint={hint}
        onRefused={(error) => form.setErrors({ ...form.errors, ...fieldTexts(error) })}
      />
    </div>
  );
}

/** Out of the way, for most have none; opened by what is wrong in it. */
function OwnTerms({ form }: { form: ReturnType<typeof useNewSubscription> }) {
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const hasTrouble = ownTerms.some((field) => form.errors[field]);
  return (
    <Accordion
      variant="separated"
      value={isOpen || hasTrouble ? 'terms' : null}
      onChange={(opened) => setOpen(opened !== null)}
    >
      <Accordion.Item value="terms">
        <Accordion.Control>{t('subscriptions.form.more')}</Accordion.Control>
        <Accordion.Panel>
          <Stack gap="md">
            <PeriodFields form={form} />
            <ModeSelect {...form.getInputProps('paymentMode')} hasDefault />
            <TermFields at={form.getInputProps} values={form.values} currency={format.currency} />
            <MoneyInput
              {...form.getInputProps('setupFeeMinor')}
              label={t('subscriptions.form.setupFee')}
              description={t('subscriptions.form.setupHelp')}
            />
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

/** Accounts that no subscription charges yet. */
function useFreeAccounts(customerId: string): { value: string; label: string }[] {
  const { data: customer } = useQuery(customerById(customerId));
  const { data: subscriptions } = useQuery(subscriptionsOf(customerId));
  const charged = new Set(
    subscriptions?.items.filter(({ status }) => status === 'active').map(({ accountId }) => accountId),
  );
  const free = customer?.accounts.filter(({ id }) => !charged.has(id)) ?? [];
  return free.map(({ id, name }) => ({ value: id, label: name }));
}

function PeriodFields({ form }: { form: ReturnType<typeof useNewSubscription> }) {
  const { periodUnit } = form.values;
  const isOnADay = periodUnit === '' || hasBillingDay({ periodUnit });
  return (
    <>
      <Group grow align="flex-end">
        {periodUnit !== '' && (
          <NumberInput
            {...form.getInputProps('periodCount')}
            label={t('subscriptions.form.period')}
            allowDecimal={false}
            allowNegative={false}
            clampBehavior="none"
          />
        )}
        <NativeSelect
          {...form.getInputProps('periodUnit')}
          label={periodUnit === '' ? t('subscriptions.form.period') : undefined}
          aria-label={t('subscriptions.form.periodUnit')}
          data={[
            { value: '', label: t('subscriptions.form.asPlan') },
            ...units.map((unit) => ({ value: unit, label: t(`plans.units.${unit}`) })),
          ]}
        />
      </Group>
      <Group grow align="flex-start">
        <BillingDayField at={form.getInputProps} help={t('subscriptions.form.anchorHelp')} isOnADay={isOnADay} />
        <TrialField at={form.getInputProps} />
      </Group>
    </>
  );
}

function ModeSelect({ hasDefault, ...input }: NativeSelectProps & { hasDefault?: boolean }) {
  return (
    <NativeSelect
      {...input}
      label={t('subscriptions.form.paymentMode')}
      data={[
        ...(hasDefault ? [{ value: '', label: t('billing.asRules') }] : []),
        ...modes.map((mode) => ({ value: mode, label: t(`subscriptions.modes.${mode}`) })),
      ]}
    />
  );
}

/** Price, discount and way of payment: from the next invoice on. */
export function TermsForm({ subscription, onDone }: { subscription: Subscription; onDone: () => void }) {
  const format = useFormat();
  const { currency } = subscription;
  const form = useForm<TermValues>({
    initialValues: termValues(subscription),
    validate: (values) => termTroubles(values, format, currency),
    validateInputOnBlur: true,
  });
  const isSound = isFree(termTroubles(form.values, format, currency));
  return (
    <Form
      form={form}
      submitLabel={t('subscriptions.form.saveAct')}
      submit={(values) => changeSubscription(subscription, sentTerms(values))}
      onDone={() => {
        notifyDone(t('subscriptions.form.saved'));
        onDone();
      }}
    >
      <Text c="dimmed">{t('subscriptions.form.editAbout')}</Text>
      <ModeSelect {...form.getInputProps('paymentMode')} />
      <TermFields at={form.getInputProps} values={form.values} currency={currency} />
      <NextInvoices
        form={form}
        asks={isSound ? { subscriptionId: subscription.id, change: sentTerms(form.values) } : undefined}
        hint={t('subscriptions.form.previewWrong')}
      />
    </Form>
  );
}
