import { Alert, Button, Group, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Format } from '../../lib/format.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { confirmAct } from '../../ui/confirm.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Money } from '../../ui/money.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { CustomerLink } from './customer-link.tsx';
import classes from './payment-list.module.css';
import {
  billingPolicyQuery,
  changeBillingPolicy,
  type InvoicePlan,
  type InvoiceRun,
  invoicePlan,
  invoiceRuns,
  runInvoicing,
} from './policy-queries.ts';

/** What the invoicing would issue now, what it did, and the button. */
export function InvoicingRuns() {
  const can = useCan();
  return (
    <Panel title={t('tomorrow.runs.title')} acts={can('billing:run') && <RunButton />}>
      <PlanLine />
      <RunList />
    </Panel>
  );
}

type Totals = InvoiceRun['totals'];

function totalsText(totals: Totals, format: Format): string {
  return totals.map(({ currency, amountMinor }) => format.money(amountMinor, currency)).join(', ');
}

function RunButton() {
  const format = useFormat();
  const { data: plan } = useQuery(invoicePlan);
  const ask = () =>
    confirmAct({
      title: t('tomorrow.runs.askTitle'),
      text: plan
        ? t('tomorrow.runs.askText', { count: plan.invoiceCount, amount: totalsText(plan.totals, format) || '0' })
        : t('tomorrow.runs.askUnknown'),
      act: t('tomorrow.runs.act'),
      run: async () => notifyDone(resultText(await runInvoicing(), format)),
    });
  return (
    <Button
      variant="default"
      leftSection={<Icon name="player-play" size={16} />}
      style={{ flex: 'none' }}
      onClick={ask}
    >
      {t('tomorrow.runs.act')}
    </Button>
  );
}

/** A dry run, always: what would be issued, before anybody presses a button. */
function PlanLine() {
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const { data, error, refetch } = useQuery(invoicePlan);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={22} maw={420} mb="sm" />;
  const { invoiceCount: count, totals, invoices, state } = data;
  return (
    <>
      {!state.isAutomatic && <OffNotice state={state} />}
      {state.waitsSince && (
        <Alert color="red" title={t('tomorrow.runs.waits')} mb="sm">
          {t('tomorrow.runs.waitsText', { day: format.day(state.waitsSince) })}
        </Alert>
      )}
      <Text mb="xs">
        {t('tomorrow.runs.plan', { count, amount: totalsText(totals, format) })}
        {count > 0 && (
          <Button variant="subtle" size="compact-sm" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? t('tomorrow.hide') : t('tomorrow.show')}
          </Button>
        )}
      </Text>
      {isOpen && (
        <ul className={classes.list}>
          {invoices.map(({ subscriptionId, customerId, customerName, planName, startsOn, endsOn, dueOn, ...sum }) => (
            <li key={`${subscriptionId} ${startsOn}`} className={classes.payment}>
              <div className={classes.line}>
                <CustomerLink customerId={customerId} name={customerName} />
                <Money minor={sum.amountMinor} currency={sum.currency} />
              </div>
              <div className={classes.note}>
                {`${planName}, ${format.days(startsOn, endsOn)} · ${t('tomorrow.runs.due', { day: format.day(dueOn) })}`}
              </div>
            </li>
          ))}
          {count > invoices.length && (
            <li className={classes.note}>{t('tomorrow.more', { count: count - invoices.length })}</li>
          )}
        </ul>
      )}
    </>
  );
}

/** Nothing is invoiced by itself: whom that concerns, and the switch. */
function OffNotice({ state }: { state: InvoicePlan['state'] }) {
  const format = useFormat();
  const can = useCan();
  const { data: policy } = useQuery(billingPolicyQuery);
  const { subscriptionCount: count, chargedFrom, isUndecided } = state;
  const decide = async (isAutomatic: boolean) => {
    await changeBillingPolicy({ revision: policy?.revision ?? 0, isAutomatic });
    notifyDone(t(isAutomatic ? 'tomorrow.runs.switchedOn' : 'tomorrow.runs.keptOff'));
  };
  const ask = () =>
    confirmAct({
      title: t('tomorrow.runs.switchOnTitle'),
      text: t('tomorrow.runs.switchOnText', { count }),
      act: t('tomorrow.runs.switchOn'),
      run: () => decide(true),
    });
  return (
    <Alert color={isUndecided ? 'orange' : 'gray'} title={t('tomorrow.runs.off')} mb="sm">
      {t('tomorrow.runs.offText', { count, day: chargedFrom ? format.day(chargedFrom) : '' })}
      {can('settings:write') && policy && (
        <Group gap="sm" mt="sm">
          <Button onClick={ask}>{t('tomorrow.runs.switchOn')}</Button>
          {isUndecided && (
            <ActButton variant="default" act={() => decide(false)}>
              {t('tomorrow.runs.keepOff')}
            </ActButton>
          )}
        </Group>
      )}
    </Alert>
  );
}

// A day of them: it runs every hour.
const shownAtFirst = 3;

function RunList() {
  const [isAll, setAll] = useState(false);
  const { data, error, refetch } = useQuery({
    ...invoiceRuns,
    // Nobody announces how far it is.
    refetchInterval: ({ state }) => (state.data?.items.some(isRunning) ? 3000 : false),
  });
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={66} />;
  if (data.items.length === 0) return <Text c="dimmed">{t('tomorrow.runs.never')}</Text>;
  const runs = isAll ? data.items : data.items.slice(0, shownAtFirst);
  return (
    <>
      <ul className={classes.list} aria-label={t('tomorrow.runs.title')}>
        {runs.map((run) => (
          <li key={run.id} className={classes.payment}>
            <RunRow run={run} />
          </li>
        ))}
      </ul>
      {!isAll && data.items.length > shownAtFirst && (
        <Button variant="subtle" size="compact-sm" mt="xs" onClick={() => setAll(true)}>
          {t('tomorrow.runs.older')}
        </Button>
      )}
    </>
  );
}

// So long a run never takes: what is older and has no end was broken off.
const longestRunMs = 60 * 60 * 1000;

function isRunning({ endedAt, at }: InvoiceRun): boolean {
  return endedAt === null && Date.now() - Date.parse(at) < longestRunMs;
}

function RunRow({ run }: { run: InvoiceRun }) {
  const format = useFormat();
  const { endedAt, at, by, failures, failedCount } = run;
  const [done, due] = [format.number(run.doneCount), format.number(run.dueCount)];
  const state = isRunning(run) ? t('tomorrow.runs.running', { done, due }) : t('tomorrow.runs.brokenOff');
  return (
    <>
      <div className={classes.line}>
        <span>{endedAt === null ? state : resultText(run, format)}</span>
        <span className={classes.note} style={{ flex: 'none' }}>
          <RelativeTime at={at} /> · {by}
        </span>
      </div>
      {failedCount > 0 && (
        <ul className={classes.list} style={{ color: 'var(--tone-broken)' }}>
          {failures.map(({ subscriptionId, customerId, reason }) => (
            <li key={subscriptionId}>
              <CustomerLink customerId={customerId} name={t('tomorrow.runs.failed')} />: {reason}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function resultText({ invoiceCount, passedCount, failedCount, totals }: InvoiceRun, format: Format): string {
  const parts = [
    t('tomorrow.runs.issued', { count: invoiceCount, amount: totalsText(totals, format) }),
    passedCount > 0 && t('tomorrow.runs.passed', { count: passedCount }),
    failedCount > 0 && t('tomorrow.runs.failedCount', { count: failedCount }),
  ];
  return parts.filter(Boolean).join(' · ');
}
