import { rateLimitWord } from '@lastmile/contract/rate-limit.ts';
import { Group, Input, NativeSelect, NumberInput, SegmentedControl, SimpleGrid, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { bytesFromGb, type Format, gbFromBytes } from '../../lib/format.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { GbInput } from '../../ui/gb-input.tsx';
import { MoneyInput, moneyTrouble } from '../../ui/money-input.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { RateInput } from '../../ui/rate-input.tsx';
import { hasOptions, NetworkFields, networkSent, networkValues } from './network-fields.tsx';
import { PlanOnRouters } from './plan-on-routers.tsx';
import { addPlan, changePlan, liveCountOf, type Plan, planRouters } from './queries.ts';
import { useRedialOffer } from './redial.tsx';
import { TaxSelect } from './tax-select.tsx';

type PlanFormProps = {
  /** undefined: a new one. */
  plan: Plan | undefined;
  onDone: () => void;
  onReload: () => void;
  /** Who has which price: said by those who know subscriptions. */
  prices?: ((plan: Plan) => ReactNode) | undefined;
};

const usedUpActs = ['nothing', 'slow', 'cut'] as const satisfies readonly Plan['whenUsedUp'][];
const periodUnits = ['day', 'week', 'month', 'year'] as const satisfies readonly Plan['periodUnit'][];

type Values = ReturnType<typeof valuesOf>;
type PlanFormState = ReturnType<typeof usePlanForm>;

function usePlanForm(plan: Plan | undefined) {
  const format = useFormat();
  const currency = usePlanCurrency(plan);
  return useForm({ initialValues: valuesOf(plan), validate: (values) => troubles(format, values, currency) });
}

/** A plan keeps the currency that it was priced in. */
function usePlanCurrency(plan: Plan | undefined): string {
  const { currency } = useFormat();
  return plan?.currency ?? currency;
}

export function PlanForm({ plan, onDone, onReload, prices }: PlanFormProps) {
  const can = useCan();
  const currency = usePlanCurrency(plan);
  const form = usePlanForm(plan);
  const offerRedial = useRedialOffer();
  const liveCount = useLiveCount(plan);
  const isOtherSpeed = plan !== undefined && plan.rateLimit !== rateLimitOf(form.values);
  return (
    <Form
      form={form}
      submitLabel={plan ? t('plans.form.save') : t('plans.form.add')}
      submit={(values) =>
        plan ? changePlan(plan.id, { ...changed(values), revision: plan.revision }) : addPlan(sent(values))
      }
      onDone={() => {
        const { name } = form.getValues();
        notifyDone(plan ? t('plans.saved', { name }) : t('plans.added', { name }));
        onDone();
        if (plan && isOtherSpeed) void offerRedial({ id: plan.id, name });
      }}
      onReload={onReload}
      readOnly={!can('plan:write') && t('plans.form.readOnly')}
    >
      <TextInput
        {...form.getInputProps('name')}
        label={t('plans.form.name')}
        placeholder={t('plans.form.namePlaceholder')}
        maxLength={80}
        data-autofocus
      />
      <Input.Wrapper label={t('plans.form.service')} labelElement="div">
        <SegmentedControl
          {...form.getInputProps('service')}
          aria-label={t('plans.form.service')}
          data={(['pppoe', 'hotspot'] as const).map((kind) => ({ value: kind, label: t(`plans.services.${kind}`) }))}
          // Its accounts are of its kind, so it stays what it is.
          disabled={plan !== undefined}
          fullWidth
          mt={4}
        />
      </Input.Wrapper>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        <MoneyInput {...form.getInputProps('priceMinor')} label={t('plans.form.price')} currency={currency} />
        <TaxSelect {...form.getInputProps('taxId')} label={t('plans.form.tax')} />
      </SimpleGrid>
      <PeriodFields form={form} />
      {plan && plan.customerCount > 0 && (
        <Text size="sm" c="dimmed">
          {t('plans.form.taxHelp')}
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        <RateInput {...form.getInputProps('downKbps')} label={t('plans.form.download')} />
        <RateInput {...form.getInputProps('upKbps')} label={t('plans.form.upload')} />
      </SimpleGrid>
      <RateLimitPreview values={form.values} liveCount={isOtherSpeed ? liveCount : 0} />
      <DataCapFields form={form} />
      <NetworkFields form={form} isOpen={plan !== undefined && hasOptions(plan)} />
      {plan && <PlanOnRouters plan={plan} />}
      {plan && prices?.(plan)}
    </Form>
  );
}

function PeriodFields({ form }: { form: PlanFormState }) {
  return (
    <Group grow align="flex-end">
      <NumberInput
        {...form.getInputProps('periodCount')}
        label={t('plans.form.period')}
        prefix={`${t('plans.form.every')} `}
        min={1}
        max={366}
        clampBehavior="none"
        allowDecimal={false}
      />
      <NativeSelect
        {...form.getInputProps('periodUnit')}
        aria-label={t('plans.form.periodUnit')}
        data={periodUnits.map((unit) => ({ value: unit, label: t(`plans.units.${unit}`) }))}
      />
    </Group>
  );
}

/** How much it includes, and what happens to who has used all of it. */
function DataCapFields({ form }: { form: PlanFormState }) {
  const { dataCapBytes, whenUsedUp } = form.values;
  return (
    <>
      <GbInput
        {...form.getInputProps('dataCapBytes')}
        label={t('plans.form.dataCap')}
        description={t('plans.form.dataCapHelp')}
      />
      {dataCapBytes !== '' && (
        <NativeSelect
          {...form.getInputProps('whenUsedUp')}
          label={t('plans.form.whenUsedUp')}
          description={t('plans.form.usedUpHelp')}
          data={usedUpActs.map((act) => ({ value: act, label: t(`plans.form.usedUpActs.${act}`) }))}
        />
      )}
      {dataCapBytes !== '' && whenUsedUp === 'slow' && (
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
          <RateInput {...form.getInputProps('slowDownKbps')} label={t('plans.form.slowDown')} />
          <RateInput {...form.getInputProps('slowUpKbps')} label={t('plans.form.slowUp')} />
        </SimpleGrid>
      )}
    </>
  );
}

/** Who is online with it now. */
function useLiveCount(plan: Plan | undefined): number {
  const { data } = useQuery({ ...planRouters(plan?.id ?? ''), enabled: plan !== undefined });
  return liveCountOf(data?.items ?? []);
}

/** undefined: there is nothing to say yet. */
function rateLimitOf(values: Values): string | undefined {
  const { downKbps, upKbps } = values;
  return downKbps && upKbps ? rateLimitWord({ ...networkSent(values), downKbps, upKbps }) : undefined;
}

function RateLimitPreview({ values, liveCount }: { values: Values; liveCount: number }) {
  const word = rateLimitOf(values);
  if (!word) return null;
  return (
    <Input.Wrapper label={t('plans.form.rateLimit')} description={t('plans.form.rateLimitHelp')} labelElement="div">
      <Text component="output" display="block" ff="monospace" mt={4} mih={22} style={{ overflowWrap: 'anywhere' }}>
        {word}
      </Text>
      {liveCount > 0 && (
        <Text mt={4} style={{ color: 'var(--tone-attention)' }}>
          {t('plans.form.speedChange', { count: liveCount })}
        </Text>
      )}
    </Input.Wrapper>
  );
}

/** The fields are named as in the contract, so that the server's objections find them. */
function valuesOf(plan: Plan | undefined) {
  return {
    name: plan?.name ?? '',
    service: plan?.service ?? ('pppoe' as const),
    ...networkValues(plan),
    priceMinor: plan?.priceMinor ?? '',
    taxId: plan?.taxId ?? '',
    profileName: plan?.profileName ?? '',
    downKbps: plan?.downKbps ?? null,
    upKbps: plan?.upKbps ?? null,
    /** In GB while it is edited. */
    dataCapBytes: (plan?.dataCapBytes ? gbFromBytes(plan.dataCapBytes) : '') as number | string,
    whenUsedUp: plan?.whenUsedUp ?? ('nothing' as const),
    slowDownKbps: plan?.slowDownKbps ?? null,
    slowUpKbps: plan?.slowUpKbps ?? null,
    periodUnit: plan?.periodUnit ?? ('month' as const),
    periodCount: (plan?.periodCount ?? 1) as number | string,
  };
}

function troubles(format: Format, values: Values, currency: string) {
  const count = Number(values.periodCount);
  return {
    name: values.name.trim() ? null : t('plans.form.nameNeeded'),
    priceMinor: moneyTrouble(format, values.priceMinor, currency),
    downKbps: values.downKbps ? null : t('ui.rate.notARate'),
    upKbps: values.upKbps ? null : t('ui.rate.notARate'),
    dataCapBytes: values.dataCapBytes === '' || Number(values.dataCapBytes) > 0 ? null : t('plans.form.capTooSmall'),
    slowDownKbps: slowTrouble(values, values.slowDownKbps, values.downKbps),
    slowUpKbps: slowTrouble(values, values.slowUpKbps, values.upKbps),
    profileName:
      !values.profileName.trim() || /^[A-Za-z0-9][A-Za-z0-9_.-]{0,47}$/.test(values.profileName.trim())
        ? null
        : t('plans.form.profileNameWrong'),
    periodCount: count >= 1 && count <= 366 ? null : t('plans.form.periodTooLong'),
  };
}

function slowTrouble(values: Values, slow: number | null, full: number | null): string | null {
  if (values.dataCapBytes === '' || values.whenUsedUp !== 'slow') return null;
  if (!slow) return t('ui.rate.notARate');
  return full !== null && slow >= full ? t('plans.form.slowTooFast') : null;
}

function sent(values: Values) {
  return {
    name: values.name,
    service: values.service,
    ...networkSent(values),
    priceMinor: values.priceMinor,
    taxId: values.taxId || null,
    profileName: values.profileName.trim() || undefined,
    downKbps: values.downKbps ?? 0,
    upKbps: values.upKbps ?? 0,
    dataCapBytes: values.dataCapBytes === '' ? null : bytesFromGb(Number(values.dataCapBytes)),
    whenUsedUp: values.dataCapBytes === '' ? ('nothing' as const) : values.whenUsedUp,
    slowDownKbps: values.slowDownKbps,
    slowUpKbps: values.slowUpKbps,
    periodUnit: values.periodUnit,
    periodCount: Number(values.periodCount),
  };
}

/** The kind of a plan stays what it is. */
function changed(values: Values) {
  const { service: _service, ...rest } = sent(values);
  return rest;
}
