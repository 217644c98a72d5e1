import { Alert, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { SecretInput } from '../../ui/secret-input.tsx';
import { CodeText } from './code-text.tsx';
import { type Voucher, voidOwnVoucher } from './queries.ts';

type VoidFormProps = { voucher: Voucher; aloneLimitMinor: string; onDone: () => void };

/** Takes an unused code back. Above the limit somebody else signs here, with his own name and password. */
export function VoidForm({ voucher, aloneLimitMinor, onDone }: VoidFormProps) {
  const format = useFormat();
  const needsSecond = BigInt(voucher.priceMinor) > BigInt(aloneLimitMinor);
  const needed = (word: string) => (word.trim() || !needsSecond ? null : t('vouchers.void.needed'));
  const form = useForm({
    initialValues: { reason: '', second: { username: '', password: '', code: '' } },
    validate: {
      reason: (reason) => (reason.trim() ? null : t('vouchers.cash.reasonNeeded')),
      second: { username: needed, password: needed },
    },
  });
  const amount = format.money(voucher.priceMinor, voucher.currency);
  return (
    <Form
      form={form}
      submitLabel={t('vouchers.void.act', { amount })}
      submit={({ reason, second: { code, ...second } }) =>
        voidOwnVoucher({
          voucherId: voucher.id,
          reason,
          ...(needsSecond ? { second: { ...second, ...(code ? { code } : {}) } } : {}),
        })
      }
      onDone={() => {
        notifyDone(t('vouchers.void.done', { amount }));
        onDone();
      }}
    >
      <CodeText code={voucher.code} />
      <Alert>{t('vouchers.void.help', { amount })}</Alert>
      <TextInput {...form.getInputProps('reason')} label={t('vouchers.cash.reason')} maxLength={300} data-autofocus />
      {needsSecond && (
        <>
          <Alert>{t('vouchers.void.second')}</Alert>
          <TextInput
            {...form.getInputProps('second.username')}
            label={t('vouchers.void.username')}
            autoComplete="off"
            maxLength={64}
          />
          <SecretInput
            {...form.getInputProps('second.password')}
            label={t('vouchers.void.password')}
            autoComplete="new-password"
          />
          <TextInput
            {...form.getInputProps('second.code')}
            label={t('vouchers.void.code')}
            placeholder={t('ui.form.optional')}
            autoComplete="off"
            maxLength={20}
          />
        </>
      )}
    </Form>
  );
}
