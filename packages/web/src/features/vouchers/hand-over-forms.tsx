import { Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useFormat, useIsLimited } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { MoneyInput, moneyTrouble } from '../../ui/money-input.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { LocationSelect } from './location-select.tsx';
import { type HandOver, receiveHandOver, sendToBank } from './queries.ts';

/** Signs for cash with what was counted; another sum than was given is posted and told. */
export function ReceiptForm({ handOver, onDone }: { handOver: HandOver; onDone: () => void }) {
  const format = useFormat();
  const { currency, givenName } = handOver;
  const form = useForm({
    initialValues: { receivedMinor: handOver.amountMinor, note: '' },
    validate: { receivedMinor: (amount) => moneyTrouble(format, amount, currency) },
  });
  const { receivedMinor } = form.values;
  const isOther = /^\d+$/.test(receivedMinor) && receivedMinor !== handOver.amountMinor;
  return (
    <Form
      form={form}
      submitLabel={t('vouchers.handOvers.sign')}
      submit={(values) => receiveHandOver(handOver.id, values)}
      onDone={() => {
        notifyDone(t('vouchers.handOvers.signed', { amount: format.money(form.getValues().receivedMinor, currency) }));
        onDone();
      }}
    >
      <Text>
        {t('vouchers.handOvers.signText', { amount: format.money(handOver.amountMinor, currency), name: givenName })}
      </Text>
      <MoneyInput
        {...form.getInputProps('receivedMinor')}
        label={t('vouchers.handOvers.received')}
        currency={currency}
        data-autofocus
      />
      {isOther && (
        <Text c="var(--tone-attention)">
          {t('vouchers.handOvers.differs', {
            amount: format.money((BigInt(receivedMinor) - BigInt(handOver.amountMinor)).toString(), currency),
          })}
        </Text>
      )}
      <TextInput
        {...form.getInputProps('note')}
        label={t('vouchers.handOvers.note')}
        placeholder={t('ui.form.optional')}
        maxLength={300}
      />
    </Form>
  );
}

/** Cash leaves a safe for the bank, with the number of its slip. */
export function BankForm({ onDone }: { onDone: () => void }) {
  const format = useFormat();
  const isLimited = useIsLimited();
  const form = useForm({
    initialValues: { locationId: '', amountMinor: '', reference: '' },
    validate: { amountMinor: (amount) => moneyTrouble(format, amount) },
  });
  return (
    <Form
      form={form}
      submitLabel={t('vouchers.handOvers.send')}
      submit={({ locationId, ...values }) => sendToBank({ ...values, locationId: locationId || null })}
      onDone={() => {
        notifyDone(t('vouchers.handOvers.sent', { amount: format.money(form.getValues().amountMinor) }));
        onDone();
      }}
    >
      <Text c="dimmed">{t('vouchers.handOvers.sendHelp')}</Text>
      <LocationSelect
        label={t('vouchers.handOvers.from')}
        value={form.values.locationId}
        onChange={(locationId) => form.setFieldValue('locationId', locationId)}
        none={t(`vouchers.handOvers.${isLimited ? 'choosePlace' : 'noPlace'}`)}
      />
      <MoneyInput {...form.getInputProps('amountMinor')} label={t('vouchers.cash.amount')} data-autofocus />
      <TextInput
        {...form.getInputProps('reference')}
        label={t('vouchers.handOvers.reference')}
        placeholder={t('ui.form.optional')}
        maxLength={100}
      />
    </Form>
  );
}
