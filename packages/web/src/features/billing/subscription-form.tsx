import { Divider, Group, NativeSelect, type NativeSelectProps, NumberInput, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { addDays, type Format } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { DayInput } from '../../ui/day-input.tsx';
import { Form } from '../../ui/form.tsx';
import { MoneyInput, moneyTrouble } from '../../ui/money-input.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { PlanSelect } from '../plans/plan-select.tsx';
import { isDay } from './due-days.ts';
import { customerById } from './queries.ts';
import { addSubscription, changeSubscription, type Subscription, subscriptionsOf } from './subscription-queries.ts';
import { hasBillingDay } from './subscription-words.ts';
import { sentTerms, TermFields, type TermValues, termTroubles, termValues } from './term-fields.tsx';

const units = ['day', 'week', 'month', 'year'] as const;
const modes = ['prepaid', 'postpaid'] as const;
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

function isIn(value: number | string, least: number, most: number): boolean {
  return value === '' || (Number.isInteger(Number(value)) && Number(value) >= least && Number(value) <= most);
}

function troubles(values: Values, format: Format) {
  const { planId, startsOn, trialEndsOn, endsOn, anchorDay, periodUnit, periodCount, setupFeeMinor } = values;
  const isTrialEarly = trialEndsOn !== '' && trialEndsOn <= startsOn;
  const isEndEarly = endsOn !== '' && endsOn < (trialEndsOn || startsOn);
  const isPeriod = periodUnit === '' || (periodCount !== '' && isIn(periodCount, 1, 366));
  return {
    planId: planId ? null : t('subscriptions.form.planNeeded'),
    startsOn: isDay(startsOn) ? null : t('subscriptions.form.dayNeeded'),
    trialEndsOn: isTrialEarly ? t('subscriptions.form.trialWrong') : null,
    endsOn: isEndEarly ? t('subscriptions.form.lastDayWrong') : null,
    anchorDay: isIn(anchorDay, 1, 31) ? null : t('subscriptions.form.anchorWrong'),
    periodCount: isPeriod ? null : t('subscriptions.form.periodWrong'),
    setupFeeMinor: setupFeeMinor === '' ? null : moneyTrouble(format, setupFeeMinor),
    ...termTroubles(values, format, format.currency),
  };
}

function sent({ accountId, planId, startsOn, trialEndsOn, endsOn, ...values }: Values) {
  const { anchorDay, periodUnit, periodCount, setupFeeMinor, ...terms } = values;
  return {
    accountId: accountId || null,
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
  });
}

/** What a customer is charged by itself, on terms of his own where he has any. */
export function SubscriptionForm({ customerId, onDone }: { customerId: string; onDone: () => void }) {
  const format = useFormat();
  const accounts = useFreeAccounts(customerId);
  const form = useNewSubscription();
  return (
    <Form
      form={form}
      submitLabel={t('subscriptions.form.addAct')}
      submit={(values) => addSubscription(customerId, sent(values))}
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
      <Divider label={t('subscriptions.form.more')} labelPosition="left" />
      <PeriodFields form={form} />
      <ModeSelect {...form.getInputProps('paymentMode')} hasDefault />
      <TermFields at={form.getInputProps} values={form.values} currency={format.currency} />
      <MoneyInput
        {...form.getInputProps('setupFeeMinor')}
        label={t('subscriptions.form.setupFee')}
        description={t('subscriptions.form.setupHelp')}
      />
    </Form>
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
        <NumberInput
          {...form.getInputProps('anchorDay')}
          label={t('subscriptions.form.anchorDay')}
          description={t(isOnADay ? 'subscriptions.form.anchorHelp' : 'subscriptions.days.anchorNone')}
          disabled={!isOnADay}
          allowDecimal={false}
          allowNegative={false}
          clampBehavior="none"
          hideControls
        />
        <DayInput
          {...form.getInputProps('trialEndsOn')}
          label={t('subscriptions.form.trialEndsOn')}
          description={t('subscriptions.form.trialHelp')}
        />
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
  });
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
    </Form>
  );
}
