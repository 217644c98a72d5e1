import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Format } from '../../lib/format.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { type Fact, Facts } from '../../ui/facts.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Money } from '../../ui/money.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { PlanChangeForm } from './plan-change-form.tsx';
import {
  cancelSubscription,
  pauseSubscription,
  previewCancellation,
  resumeSubscription,
  type Subscription,
  subscriptionsOf,
  upcomingInvoicesOf,
} from './subscription-queries.ts';

/** What a customer subscribed to, and the invoices that come next. */
export function SubscriptionTab({ customerId }: { customerId: string }) {
  const { data, error, refetch } = useQuery(subscriptionsOf(customerId));
  const [changed, setChanged] = useState<Subscription>();
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={300} />;
  return (
    <Stack gap="md">
      {data.items.length === 0 && (
        <Panel title={t('subscriptions.title')}>
          <Text c="dimmed">{t('subscriptions.none')}</Text>
        </Panel>
      )}
      {data.items.map((subscription) => (
        <SubscriptionPanel
          key={subscription.id}
          subscription={subscription}
          onChangePlan={() => setChanged(subscription)}
        />
      ))}
      {data.items.some(({ status }) => status === 'active') && <UpcomingInvoices customerId={customerId} />}
      <FormDrawer
        opened={changed !== undefined}
        title={t('subscriptions.change.title')}
        onClose={() => setChanged(undefined)}
      >
        {changed && <PlanChangeForm subscription={changed} onDone={() => setChanged(undefined)} />}
      </FormDrawer>
    </Stack>
  );
}

type SubscriptionPanelProps = { subscription: Subscription; onChangePlan: () => void };

function SubscriptionPanel({ subscription, onChangePlan }: SubscriptionPanelProps) {
  const can = useCan();
  const format = useFormat();
  const state = stateOf(subscription, format.today());
  return (
    <Panel
      title={subscription.planName}
      acts={
        can('customer:write') &&
        subscription.status === 'active' && <SubscriptionActs {...{ subscription, onChangePlan }} />
      }
    >
      <StatusBadge tone={state === 'active' ? 'fine' : state === 'cancelled' ? 'quiet' : 'attention'}>
        {t(`subscriptions.states.${state}`)}
      </StatusBadge>
      <Facts facts={factsOf(subscription, format)} />
    </Panel>
  );
}

function stateOf({ status, pause, endsOn }: Subscription, today: string) {
  if (status === 'cancelled') return 'cancelled';
  if (pause && pause.from <= today) return 'paused';
  return endsOn ? 'ending' : 'active';
}

function SubscriptionActs({ subscription, onChangePlan }: SubscriptionPanelProps) {
  const format = useFormat();
  return (
    <Group gap="xs">
      <Button size="compact-sm" variant="default" onClick={onChangePlan}>
        {t('subscriptions.change.act')}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => (subscription.pause ? askToResume(subscription) : askToPause(subscription, format))}
      >
        {subscription.pause ? t('subscriptions.resuming.act') : t('subscriptions.pausing.act')}
      </Button>
      {!subscription.endsOn && (
        <Button size="compact-sm" variant="default" onClick={() => void askToCancel(subscription, format)}>
          {t('subscriptions.cancelling.act')}
        </Button>
      )}
    </Group>
  );
}

function askToPause(subscription: Subscription, format: Format): void {
  confirmAct({
    title: t('subscriptions.pausing.title', { plan: subscription.planName }),
    text: t('subscriptions.pausing.text'),
    act: t('subscriptions.pausing.act'),
    run: async () => {
      await pauseSubscription(subscription, format.today());
      notifyDone(t('subscriptions.pausing.done'));
    },
  });
}

function askToResume(subscription: Subscription): void {
  confirmAct({
    title: t('subscriptions.resuming.title', { plan: subscription.planName }),
    text: t('subscriptions.resuming.text'),
    act: t('subscriptions.resuming.act'),
    run: async () => {
      await resumeSubscription(subscription);
      notifyDone(t('subscriptions.resuming.done'));
    },
  });
}

/** Says the day and the money before anything happens. */
async function askToCancel(subscription: Subscription, format: Format): Promise<void> {
  const { effectiveOn, amountMinor, currency } = await previewCancellation(subscription.id);
  const day = format.day(effectiveOn);
  const credited = format.money(amountMinor.replace('-', ''), currency);
  confirmAct({
    title: t('subscriptions.cancelling.title', { plan: subscription.planName }),
    text: (
      <>
        <Text>{t('subscriptions.cancelling.text', { day })}</Text>
        {amountMinor !== '0' && <Text mt="xs">{t('subscriptions.cancelling.credit', { amount: credited })}</Text>}
      </>
    ),
    act: t('subscriptions.cancelling.confirm'),
    isDangerous: true,
    reason: 'optional',
    run: async (reason) => {
      await cancelSubscription(subscription, reason);
      notifyDone(t('subscriptions.cancelling.done', { day }));
    },
  });
}

function factsOf(subscription: Subscription, format: Format): Fact[] {
  const { planPriceMinor, priceOverrideMinor, currency, periodUnit, periodCount, pending, pause } = subscription;
  const price = format.money(priceOverrideMinor ?? planPriceMinor, currency);
  const agreed =
    priceOverrideMinor !== null && t('subscriptions.agreed', { price: format.money(planPriceMinor, currency) });
  const discount = discountOf(subscription, format);
  const optional = (label: string, value: string | null | undefined): Fact[] => (value ? [{ label, value }] : []);
  return [
    {
      label: t('subscriptions.price'),
      value: `${t(`subscriptions.priceOf_${periodUnit}`, { price, count: periodCount })}${agreed ? ` (${agreed})` : ''}`,
    },
    ...optional(t('subscriptions.discount'), discount),
    { label: t('subscriptions.mode'), value: t(`subscriptions.modes.${subscription.paymentMode}`) },
    ...optional(t('subscriptions.account'), subscription.accountName),
    { label: t('subscriptions.since'), value: format.day(subscription.startsOn) },
    ...optional(t('subscriptions.trial'), subscription.trialEndsOn && format.day(subscription.trialEndsOn)),
    { label: t('subscriptions.anchor'), value: String(subscription.anchorDay) },
    { label: t('subscriptions.chargedThrough'), value: format.day(subscription.chargedThrough) },
    ...optional(t('subscriptions.nextInvoice'), subscription.nextInvoiceOn && format.day(subscription.nextInvoiceOn)),
    ...optional(t('subscriptions.ends'), subscription.endsOn && format.day(subscription.endsOn)),
    ...(pending
      ? [
          {
            label: t('subscriptions.pending', { day: format.day(pending.on) }),
            value: t('subscriptions.pendingPlan', {
              plan: pending.planName,
              price: format.money(pending.priceMinor, currency),
            }),
          },
        ]
      : []),
    ...optional(
      t('subscriptions.pause'),
      pause &&
        (pause.until
          ? t('subscriptions.pauseUntil', { from: format.day(pause.from), until: format.day(pause.until) })
          : t('subscriptions.pauseOpen', { from: format.day(pause.from) })),
    ),
  ];
}

function discountOf({ discountBp, discountMinor, currency }: Subscription, format: Format): string | null {
  if (discountBp !== null) return `${discountBp / 100} %`;
  return discountMinor === null ? null : format.money(discountMinor, currency);
}

function UpcomingInvoices({ customerId }: { customerId: string }) {
  const format = useFormat();
  const { data, error, refetch } = useQuery(upcomingInvoicesOf(customerId));
  return (
    <Panel title={t('subscriptions.upcoming')}>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={120} />}
      {data?.items.length === 0 && <Text c="dimmed">{t('subscriptions.upcomingNone')}</Text>}
      <Stack gap="sm">
        {data?.items.map(({ subscriptionId, issueOn, dueOn, startsOn, endsOn, planName, amountMinor, currency }) => (
          <Group key={`${subscriptionId} ${startsOn}`} justify="space-between" align="start" wrap="nowrap">
            <div>
              <Text>
                {t('subscriptions.upcomingRow', {
                  plan: planName,
                  from: format.day(startsOn),
                  to: format.day(lastDay(endsOn)),
                })}
              </Text>
              <Text c="dimmed" size="sm">
                {t('subscriptions.upcomingDue', { issue: format.day(issueOn), due: format.day(dueOn) })}
              </Text>
            </div>
            <Money minor={amountMinor} currency={currency} />
          </Group>
        ))}
      </Stack>
    </Panel>
  );
}

/** People call the last day of a period its end. */
function lastDay(endsOn: string): string {
  const day = new Date(`${endsOn}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - 1);
  return day.toISOString().slice(0, 10);
}
