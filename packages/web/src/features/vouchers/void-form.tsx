import { Alert, SegmentedControl, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { SecretInput } from '../../ui/secret-input.tsx';
import { CodeText } from './code-text.tsx';
import { type Voucher, voidOwnVoucher } from './queries.ts';

type VoidFormProps = { voucher: Voucher; aloneLimitMinor: string; onDone: () => void };

const ways = ['pin', 'password'] as const;
type Way = (typeof ways)[number];

const noSignature = { username: '', pin: '', password: '', code: '' };

function signatureOf({ username, pin, password, code }: typeof noSignature, way: Way) {
  return way === 'pin' ? { username, pin } : { username, password, ...(code ? { code } : {}) };
}

/** Takes an unused code back. Above the limit somebody else signs here, with his own name and PIN, or password. */
export function VoidForm({ voucher, aloneLimitMinor, onDone }: VoidFormProps) {
  const format = useFormat();
  const needsSecond = BigInt(voucher.priceMinor) > BigInt(aloneLimitMinor);
  const form = useForm({
    initialValues: { reason: '', way: 'pin' as Way, second: noSignature },
    validate: {
      reason: (reason) => (reason.trim() ? null : t('vouchers.cash.reasonNeeded')),
      second: {
        username: (name) => (needsSecond && !name.trim() ? t('vouchers.void.needed') : null),
        pin: (pin, { way }) =>
          needsSecond && way === 'pin' && !/^\d{6,12}$/.test(pin) ? t('vouchers.void.pinNeeded') : null,
        password: (word, { way }) => (needsSecond && way === 'password' && !word ? t('vouchers.void.needed') : null),
      },
    },
  });
  const amount = format.money(voucher.priceMinor, voucher.currency);
  return (
    <Form
      form={form}
      submitLabel={t('vouchers.void.act', { amount })}
      submit={({ reason, way, second }) =>
        voidOwnVoucher({ voucherId: voucher.id, reason, ...(needsSecond ? { second: signatureOf(second, way) } : {}) })
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
          <SegmentedControl
            {...form.getInputProps('way')}
            aria-label={t('vouchers.void.way')}
            data={ways.map((value) => ({ value, label: t(`vouchers.void.ways.${value}`) }))}
          />
          {form.values.way === 'pin' ? (
            <SecretInput
              {...form.getInputProps('second.pin')}
              label={t('vouchers.void.pin')}
              inputMode="numeric"
              autoComplete="off"
              maxLength={12}
            />
          ) : (
            <>
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
        </>
      )}
    </Form>
  );
}
