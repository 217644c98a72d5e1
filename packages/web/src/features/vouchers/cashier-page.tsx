import { Button, Select, Stack, Text, Title } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { connectRealtime } from '../../lib/realtime.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { DemoBanner } from '../../ui/demo-banner.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState, Refusal } from '../../ui/error-state.tsx';
import { PageLoading } from '../../ui/page-states.tsx';
import { Panel } from '../../ui/panel.tsx';
import { CashInput } from './cash-input.tsx';
import classes from './cashier.module.css';
import { CashierHead } from './cashier-head.tsx';
import { type Cash, type Counter, counterQuery, type OwnShift, openShift } from './queries.ts';
import { SellPanel } from './sell-panel.tsx';
import { TodayPanel } from './today-panel.tsx';

/** The one screen of a cashier. */
export function CashierPage() {
  useEffect(connectRealtime, []);
  useEffect(() => {
    document.title = `${t('vouchers.cashier.title')} · Lastmile`;
  }, []);
  return (
    <ModalsProvider>
      <CashierBody />
    </ModalsProvider>
  );
}

function CashierBody() {
  const { data: counter, error, refetch } = useQuery(counterQuery);
  const [isOpening, setOpening] = useState(false);
  const shift = counter?.shift ?? null;
  const isOpen = shift?.state === 'open';
  return (
    <div className={classes.page}>
      <DemoBanner />
      <CashierHead shift={isOpen ? shift : null} />
      {error && !counter && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!counter && !error && <PageLoading />}
      {counter && isOpen && shift && (
        <main className={classes.body}>
          <SellPanel counter={counter} />
          <TodayPanel counter={counter} />
        </main>
      )}
      {counter && !isOpen && (
        <main className={classes.narrow}>
          {shift?.result && !isOpening ? (
            <Result shift={shift} onNext={() => setOpening(true)} />
          ) : (
            <ClockIn counter={counter} onDone={() => setOpening(false)} />
          )}
        </main>
      )}
    </div>
  );
}

function ClockIn({ counter, onDone }: { counter: Counter; onDone: () => void }) {
  const [routerId, setRouterId] = useState(counter.routers.length === 1 ? (counter.routers[0]?.id ?? null) : null);
  const [cash, setCash] = useState<Cash>([]);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const { currency } = useFormat();
  if (counter.routers.length === 0)
    return (
      <EmptyState icon="router" title={t('vouchers.cashier.noRouter')} text={t('vouchers.cashier.noRouterHelp')} />
    );
  const open = async () => {
    if (!routerId) return;
    setBusy(true);
    setRefusal(null);
    try {
      await openShift({ routerId, cash });
      onDone();
    } catch (error) {
      setRefusal(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void open();
        }}
      >
        <Stack gap="md">
          <div>
            <Title order={1}>{t('vouchers.cashier.clockIn')}</Title>
            <Text c="dimmed">{t('vouchers.cashier.clockInHelp')}</Text>
          </div>
          <Select
            label={t('vouchers.cashier.where')}
            placeholder={t('vouchers.cashier.chooseWhere')}
            data={counter.routers.map(({ id, label, locationName }) => ({
              value: id,
              label: locationName ? `${locationName} · ${label}` : label,
            }))}
            value={routerId}
            onChange={setRouterId}
            searchable={counter.routers.length > 8}
            allowDeselect={false}
          />
          <CashInput value={cash} onChange={setCash} currency={currency} />
          {refusal !== null && <Refusal error={refusal} />}
          <Button type="submit" size="md" loading={isBusy} disabled={!routerId}>
            {t('vouchers.cashier.clockInAct')}
          </Button>
        </Stack>
      </form>
    </Panel>
  );
}

function Result({ shift, onNext }: { shift: OwnShift; onNext: () => void }) {
  const format = useFormat();
  const { result } = shift;
  if (!result) return null;
  const lines = [
    [t('vouchers.result.expected'), result.expectedMinor],
    [t('vouchers.result.counted'), result.countedMinor],
    [t('vouchers.result.variance'), result.varianceMinor],
  ] as const;
  const isWaiting = shift.state === 'counted';
  return (
    <Panel>
      <Stack gap="md">
        <div>
          <Title order={1}>{t(`vouchers.result.${isWaiting ? 'waiting' : 'closed'}`)}</Title>
          <Text c="dimmed">{t(`vouchers.result.${result.outcome}`)}</Text>
        </div>
        <dl style={{ margin: 0 }}>
          {lines.map(([label, minor]) => (
            <div key={label} className={classes.sum} style={{ marginTop: 0 }}>
              <dt>{label}</dt>
              <dd className={classes.sumValue} style={{ margin: 0 }}>
                {format.money(minor, shift.currency)}
              </dd>
            </div>
          ))}
        </dl>
        {!isWaiting && (
          <Button size="md" onClick={onNext}>
            {t('vouchers.result.next')}
          </Button>
        )}
      </Stack>
    </Panel>
  );
}
