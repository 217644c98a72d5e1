import { ActionIcon, Button, Group, Text, TextInput, Title } from '@mantine/core';
import { useRef, useState } from 'react';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Refusal } from '../../ui/error-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import classes from './cashier.module.css';
import { readSealed, type Sale, type Sealed, sellSealed } from './queries.ts';

type SealedSaleProps = { shiftId: string | undefined; onSold: (sale: Sale) => void };

/** Codes on paper: typed, or read by a scanner that types and presses Enter. What they cost is said before money is taken. */
export function SealedSale({ shiftId, onSold }: SealedSaleProps) {
  const stack = useStack(shiftId, onSold);
  const format = useFormat();
  const [first] = stack.codes;
  const total = stack.codes.reduce((sum, { priceMinor }) => sum + BigInt(priceMinor), 0n).toString();
  return (
    <section className={classes.sealed}>
      <Title order={2}>{t('stock.counter.title')}</Title>
      <form
        className={classes.order}
        onSubmit={(event) => {
          event.preventDefault();
          void stack.add();
        }}
      >
        <TextInput
          label={t('stock.counter.code')}
          placeholder={t('stock.counter.scan')}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={40}
          w={260}
          value={stack.typed}
          onChange={(event) => stack.setTyped(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" size="md" loading={stack.isBusy} disabled={!stack.typed.trim()}>
          {t('stock.counter.add')}
        </Button>
      </form>
      {stack.refusal !== null && (
        <div style={{ marginTop: 12 }}>
          <Refusal error={stack.refusal} />
        </div>
      )}
      {first && (
        <>
          <ul className={classes.sold} aria-label={t('stock.counter.list')}>
            {stack.codes.map(({ code, packageName, priceMinor, currency }) => (
              <li key={code}>
                <div className={classes.soldText}>
                  <div className={classes.soldCode}>{code}</div>
                  <Text size="xs" c="dimmed">
                    {packageName}
                  </Text>
                </div>
                {format.money(priceMinor, currency)}
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={32}
                  aria-label={t('stock.counter.leaveOut', { code })}
                  onClick={() => stack.leaveOut(code)}
                >
                  <Icon name="x" size={16} />
                </ActionIcon>
              </li>
            ))}
          </ul>
          <Group justify="flex-end" mt="sm">
            <Button size="md" loading={stack.isBusy} onClick={() => void stack.sell()}>
              {t('stock.counter.sell', { total: format.money(total, first.currency) })}
            </Button>
          </Group>
        </>
      )}
    </section>
  );
}

function useStack(shiftId: string | undefined, onSold: (sale: Sale) => void) {
  const [codes, setCodes] = useState<Sealed[]>([]);
  const [typed, setTyped] = useState('');
  const [refusal, setRefusal] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  // Sold again after a lost answer, it is the same sale.
  const key = useRef(crypto.randomUUID());
  const attempt = async (act: () => Promise<void>) => {
    if (isBusy) return;
    setBusy(true);
    setRefusal(null);
    try {
      await act();
    } catch (error) {
      setRefusal(error);
    } finally {
      setBusy(false);
    }
  };
  const change = (next: Sealed[]) => {
    setCodes(next);
    key.current = crypto.randomUUID();
  };
  return {
    codes,
    typed,
    setTyped,
    refusal,
    isBusy,
    add: () =>
      attempt(async () => {
        const sealed = await readSealed(typed);
        if (!codes.some(({ code }) => code === sealed.code)) change([...codes, sealed]);
        setTyped('');
      }),
    leaveOut: (left: string) => change(codes.filter(({ code }) => code !== left)),
    sell: () =>
      attempt(async () => {
        const sale = await sellSealed({ shiftId, codes: codes.map(({ code }) => code), idempotencyKey: key.current });
        change([]);
        onSold(sale);
      }),
  };
}
