import { Group, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { bytesFromGb, type Format, gbFromBytes } from '../../lib/format.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { GbInput } from '../../ui/gb-input.tsx';
import { MoneyInput, moneyTrouble } from '../../ui/money-input.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { RateInput } from '../../ui/rate-input.tsx';
import { PlaceFields } from './place-fields.tsx';
import { addPackage, changePackage, type Package } from './queries.ts';

const unitSeconds = { minutes: 60, hours: 3600, days: 86_400 } as const;
type Unit = keyof typeof unitSeconds;
const units = Object.keys(unitSeconds) as Unit[];

type PackageFormProps = { offered: Package | undefined; onDone: () => void; onReload: () => void };

export function PackageForm({ offered, onDone, onReload }: PackageFormProps) {
  const can = useCan();
  const format = useFormat();
  const { currency } = format;
  const form = usePackageForm(offered);
  return (
    <Form
      form={form}
      submitLabel={t(offered ? 'vouchers.packages.form.save' : 'vouchers.packages.form.add')}
      submit={(values) =>
        offered ? changePackage(offered.id, { ...sent(values), revision: offered.revision }) : addPackage(sent(values))
      }
      onDone={() => {
        notifyDone(t(`vouchers.packages.${offered ? 'saved' : 'added'}`, { name: form.getValues().name }));
        onDone();
      }}
      onReload={onReload}
      readOnly={!can('voucher:write') && t('vouchers.packages.form.readOnly')}
    >
      <Group grow align="flex-start">
        <TextInput
          {...form.getInputProps('name')}
          label={t('vouchers.packages.form.name')}
          placeholder={t('vouchers.packages.form.namePlaceholder')}
          maxLength={60}
          data-autofocus
        />
        <MoneyInput
          {...form.getInputProps('priceMinor')}
          label={t('vouchers.packages.form.price')}
          currency={currency}
        />
      </Group>
      <TimeFields form={form} />
      <GbInput
        {...form.getInputProps('dataBytes')}
        label={t('vouchers.packages.form.data')}
        description={t('vouchers.packages.form.dataHelp')}
      />
      <Group grow align="flex-start" preventGrowOverflow={false}>
        <RateInput {...form.getInputProps('downKbps')} label={t('vouchers.packages.form.download')} />
        <RateInput {...form.getInputProps('upKbps')} label={t('vouchers.packages.form.upload')} />
      </Group>
      <UseFields form={form} />
      <PlaceFields
        locationIds={form.values.locationIds}
        onLocations={(ids) => form.setFieldValue('locationIds', ids)}
        prices={form.values.prices}
        onPrices={(prices) => form.setFieldValue('prices', prices)}
        priceErrors={priceTroubles(format, form.values, currency)}
      />
    </Form>
  );
}

type FormState = ReturnType<typeof usePackageForm>;

function usePackageForm(offered: Package | undefined) {
  const format = useFormat();
  return useForm({ initialValues: valuesOf(offered), validate: (values) => troubles(format, values, format.currency) });
}

function TimeFields({ form }: { form: FormState }) {
  return (
    <Group grow align="flex-start">
      <NumberInput
        {...form.getInputProps('durationSeconds')}
        label={t('vouchers.packages.form.duration')}
        description={t('vouchers.packages.form.durationHelp')}
        min={1}
        allowDecimal={false}
        allowNegative={false}
        hideControls
      />
      <NativeSelect
        {...form.getInputProps('unit')}
        label={t('vouchers.packages.form.durationUnit')}
        data={units.map((unit) => ({ value: unit, label: t(`vouchers.packages.form.units.${unit}`) }))}
      />
      <NativeSelect
        {...form.getInputProps('durationKind')}
        label={t('vouchers.packages.form.kind')}
        data={(['used', 'wall'] as const).map((kind) => ({
          value: kind,
          label: t(`vouchers.packages.form.kinds.${kind}`),
        }))}
      />
    </Group>
  );
}

function UseFields({ form }: { form: FormState }) {
  return (
    <>
      <Group grow align="flex-start">
        <NumberInput
          {...form.getInputProps('devices')}
          label={t('vouchers.packages.form.devices')}
          min={1}
          max={100}
          allowDecimal={false}
        />
        <NumberInput
          {...form.getInputProps('validDays')}
          label={t('vouchers.packages.form.valid')}
          description={t('vouchers.packages.form.validHelp')}
          min={1}
          max={3660}
          allowDecimal={false}
        />
      </Group>
      <Group grow align="flex-start">
        <TextInput
          {...form.getInputProps('hoursFrom')}
          type="time"
          label={t('vouchers.packages.form.hoursFrom')}
          description={t('vouchers.packages.form.hoursHelp')}
        />
        <TextInput {...form.getInputProps('hoursUntil')} type="time" label={t('vouchers.packages.form.hoursUntil')} />
      </Group>
    </>
  );
}

/** The fields are named as in the contract, so that the server's objections find them. */
function valuesOf(offered: Package | undefined) {
  const seconds = offered?.durationSeconds ?? null;
  const unit: Unit =
    seconds === null ? 'hours' : (units.findLast((name) => seconds % unitSeconds[name] === 0) ?? 'minutes');
  return {
    name: offered?.name ?? '',
    priceMinor: offered?.priceMinor ?? '',
    durationSeconds: (seconds === null ? '' : seconds / unitSeconds[unit]) as number | string,
    unit,
    durationKind: offered?.durationKind ?? ('used' as const),
    /** In GB while it is edited. */
    dataBytes: (offered?.dataBytes ? gbFromBytes(offered.dataBytes) : '') as number | string,
    downKbps: offered?.downKbps ?? null,
    upKbps: offered?.upKbps ?? null,
    devices: (offered?.devices ?? 1) as number | string,
    validDays: (offered?.validDays ?? '') as number | string,
    hoursFrom: offered?.hours?.from ?? '',
    hoursUntil: offered?.hours?.until ?? '',
    locationIds: offered?.locationIds ?? [],
    /** By location. */
    prices: Object.fromEntries(
      offered?.prices.map(({ locationId, priceMinor }) => [locationId, priceMinor]) ?? [],
    ) as Record<string, string>,
  };
}

type Values = ReturnType<typeof valuesOf>;

function troubles(format: Format, values: Values, currency: string) {
  const isEndless = values.durationSeconds === '' && (values.dataBytes === '' || values.durationKind === 'wall');
  return {
    name: values.name.trim() ? null : t('vouchers.packages.form.nameNeeded'),
    priceMinor: moneyTrouble(format, values.priceMinor, currency),
    durationSeconds: isEndless ? t('vouchers.packages.form.endNeeded') : null,
    downKbps: values.downKbps ? null : t('ui.rate.notARate'),
    upKbps: values.upKbps ? null : t('ui.rate.notARate'),
    prices: Object.values(priceTroubles(format, values, currency))[0] ?? null,
  };
}

/** What is wrong with the prices of places; an empty one is the ordinary one. */
function priceTroubles(format: Format, { prices }: Values, currency: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(prices).flatMap(([locationId, priceMinor]) => {
      const trouble = priceMinor === '' ? null : moneyTrouble(format, priceMinor, currency);
      return trouble ? [[locationId, trouble]] : [];
    }),
  );
}

function sent(values: Values) {
  const { hoursFrom, hoursUntil } = values;
  return {
    name: values.name,
    priceMinor: values.priceMinor,
    durationKind: values.durationKind,
    durationSeconds: values.durationSeconds === '' ? null : Number(values.durationSeconds) * unitSeconds[values.unit],
    dataBytes: values.dataBytes === '' ? null : bytesFromGb(Number(values.dataBytes)),
    downKbps: values.downKbps ?? 0,
    upKbps: values.upKbps ?? 0,
    devices: Number(values.devices),
    validDays: values.validDays === '' ? null : Number(values.validDays),
    hours: hoursFrom && hoursUntil ? { from: hoursFrom, until: hoursUntil } : null,
    locationIds: values.locationIds,
    prices: Object.entries(values.prices).flatMap(([locationId, priceMinor]) =>
      priceMinor === '' ? [] : [{ locationId, priceMinor }],
    ),
  };
}
