import { NativeSelect, NumberInput, Skeleton, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { LoadedForm } from '../../ui/latest-until-typed.tsx';
import { MoneyInput, moneyTrouble } from '../../ui/money-input.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { changeVoucherSettings, type VoucherSettings, voucherSettings } from './queries.ts';

/** How vouchers are sold and counted here. */
export function VoucherSettingsForm({ onDone }: { onDone: () => void }) {
  const query = useQuery({ ...voucherSettings, staleTime: 0 });
  return (
    <LoadedForm query={query} skeleton={<Skeleton height={420} aria-busy="true" />}>
      {(settings, onReload) => <Fields settings={settings} onDone={onDone} onReload={onReload} />}
    </LoadedForm>
  );
}

type FieldsProps = { settings: VoucherSettings; onDone: () => void; onReload: () => void };

function Fields({ settings, onDone, onReload }: FieldsProps) {
  const can = useCan();
  const format = useFormat();
  const amount = (value: string) => moneyTrouble(format, value);
  const form = useForm({
    initialValues: {
      whenUnreachable: settings.whenUnreachable,
      codeLength: settings.codeLength as number | string,
      toleranceMinor: settings.toleranceMinor,
      drawerLimitMinor: settings.drawerLimitMinor ?? '',
      voidAloneLimitMinor: settings.voidAloneLimitMinor,
      loginUrl: settings.loginUrl ?? '',
    },
    validate: {
      toleranceMinor: amount,
      voidAloneLimitMinor: amount,
      drawerLimitMinor: (value) => (value === '' ? null : amount(value)),
      loginUrl: (url) => (/^(https?:\/\/[^\s?#]+)?$/.test(url.trim()) ? null : t('vouchers.settings.loginUrlWrong')),
    },
  });
  return (
    <Form
      form={form}
      submitLabel={t('vouchers.settings.save')}
      submit={({ drawerLimitMinor, loginUrl, codeLength, ...values }) =>
        changeVoucherSettings({
          ...values,
          codeLength: Number(codeLength),
          drawerLimitMinor: drawerLimitMinor || null,
          loginUrl: loginUrl.trim() || null,
          revision: settings.revision,
        })
      }
      onDone={() => {
        notifyDone(t('vouchers.settings.saved'));
        onDone();
      }}
      onReload={onReload}
      readOnly={!can('voucher:write') && t('vouchers.settings.readOnly')}
    >
      <NativeSelect
        {...form.getInputProps('whenUnreachable')}
        label={t('vouchers.settings.whenUnreachable')}
        data={(['refuse', 'pending'] as const).map((way) => ({
          value: way,
          label: t(`vouchers.settings.ways.${way}`),
        }))}
        data-autofocus
      />
      <MoneyInput
        {...form.getInputProps('drawerLimitMinor')}
        label={t('vouchers.settings.drawerLimit')}
        description={t('vouchers.settings.drawerLimitHelp')}
      />
      <MoneyInput
        {...form.getInputProps('voidAloneLimitMinor')}
        label={t('vouchers.settings.voidAlone')}
        description={t('vouchers.settings.voidAloneHelp')}
      />
      <MoneyInput
        {...form.getInputProps('toleranceMinor')}
        label={t('vouchers.settings.tolerance')}
        description={t('vouchers.settings.toleranceHelp')}
      />
      <NumberInput
        {...form.getInputProps('codeLength')}
        label={t('vouchers.settings.codeLength')}
        description={t('vouchers.settings.codeLengthHelp')}
        min={13}
        max={20}
        allowDecimal={false}
      />
      <TextInput
        {...form.getInputProps('loginUrl')}
        label={t('vouchers.settings.loginUrl')}
        description={t('vouchers.settings.loginUrlHelp')}
        placeholder="http://wifi.example/login"
        maxLength={200}
      />
    </Form>
  );
}
