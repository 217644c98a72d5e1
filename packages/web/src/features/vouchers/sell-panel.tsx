import { Button, Group, NumberInput, Text, TextInput, Title } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useCallback, useRef, useState } from 'react';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Refusal } from '../../ui/error-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import classes from './cashier.module.css';
import { PackageChoice } from './package-choice.tsx';
import { type Counter, type Sale, sellVouchers } from './queries.ts';
import { SealedSale } from './sealed-sale.tsx';
import { SoldCodes } from './sold-codes.tsx';

const maxQuantity = 100;

/** Choose, take the money, generate: the code stands there, and works. */
export function SellPanel({ counter }: { counter: Counter }) {
  const order = useOrder(counter);
  const { sale, chosen } = order;
  if (counter.packages.length === 0)
    return (
      <EmptyState icon="package" title={t('vouchers.cashier.noPackages')} text={t('vouchers.cashier.noPackagesHelp')} />
    );
  if (sale) return <SoldCodes sale={sale} loginUrl={counter.loginUrl} onNext={order.startAgain} />;
  return (
    <section>
      <Title order={1} mb="sm">
        {t('vouchers.cashier.sell')}
      </Title>
      <PackageChoice packages={counter.packages} chosenId={chosen?.id} onChoose={order.choose} />
      <form
        className={classes.order}
        onSubmit={(event) => {
          event.preventDefault();
          void order.generate();
        }}
      >
        <NumberInput
          label={t('vouchers.cashier.quantity')}
          w={104}
          min={1}
          max={maxQuantity}
          clampBehavior="strict"
          allowDecimal={false}
          inputMode="numeric"
          value={order.quantity}
          onChange={(quantity) => order.setQuantity(Number(quantity) || 1)}
        />
        <TextInput
          label={t('vouchers.cashier.phone')}
          placeholder={t('ui.form.optional')}
          w={180}
          type="tel"
          autoComplete="off"
          maxLength={40}
          value={order.phone}
          onChange={(event) => order.setPhone(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={order.isBusy} disabled={!chosen} ml="auto">
          <GenerateWords order={order} />
        </Button>
      </form>
      {order.isBusy && (
        <Text c="dimmed" mt="xs" role="status">
          {t('vouchers.cashier.generating')}
        </Text>
      )}
      {order.refusal !== null && (
        <div style={{ marginTop: 12 }}>
          <Refusal error={order.refusal} />
        </div>
      )}
      <SealedSale shiftId={counter.shift?.id} onSold={order.setSale} />
    </section>
  );
}

function GenerateWords({ order: { chosen, quantity } }: { order: ReturnType<typeof useOrder> }) {
  const format = useFormat();
  if (!chosen) return t('vouchers.cashier.choose');
  const total = (BigInt(chosen.priceMinor) * BigInt(quantity)).toString();
  return (
    <Group gap={8} wrap="nowrap">
      <Icon name="plus" size={16} />
      {t('vouchers.cashier.generate', { total: format.money(total, chosen.currency) })}
    </Group>
  );
}

function useOrder({ packages, shift }: Counter) {
  const [packageId, setPackageId] = useState<string>();
  const [quantity, setQuantity] = useState(1);
  const [phone, setPhone] = useState('');
  const [sale, setSale] = useState<Sale>();
  const [refusal, setRefusal] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  // One key per order: a second click, or a second try after a lost answer, sells nothing more.
  const key = useRef<{ order: string; key: string }>(undefined);
  const chosen = packages.find(({ id }) => id === packageId);
  const startAgain = useCallback(() => {
    setSale(undefined);
    setQuantity(1);
    setPhone('');
    key.current = undefined;
  }, []);
  const generate = async () => {
    if (!chosen || isBusy) return;
    const order = { packageId: chosen.id, quantity, customerPhone: phone.trim() || null, shiftId: shift?.id };
    const words = JSON.stringify(order);
    if (key.current?.order !== words) key.current = { order: words, key: crypto.randomUUID() };
    setBusy(true);
    setRefusal(null);
    try {
      setSale(await sellVouchers({ ...order, idempotencyKey: key.current.key }));
    } catch (error) {
      setRefusal(error);
      // An answer means that this sale is decided; the next try is another one. Without one, it is asked for again.
      if (!isUnanswered(error)) key.current = undefined;
    } finally {
      setBusy(false);
    }
  };
  const choose = (id: string) => {
    setPackageId(id);
    setRefusal(null);
  };
  useHotkeys(packages.slice(0, 9).map(({ id }, place) => [`${place + 1}`, () => choose(id)] as [string, () => void]));
  return {
    chosen,
    choose,
    quantity,
    setQuantity,
    phone,
    setPhone,
    sale,
    setSale,
    refusal,
    isBusy,
    generate,
    startAgain,
  };
}

function isUnanswered(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return true;
  return ['unreachable', 'timed_out', 'sale_under_way', 'internal'].includes(String(error.code));
}
