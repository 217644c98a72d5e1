import { ActionIcon, Button, Group, Menu, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { addDays, type Format } from '../../lib/format.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { type Fact, Facts } from '../../ui/facts.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Icon } from '../../ui/icon.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { CancelForm } from './cancel-form.tsx';
import { DaysForm } from './days-form.tsx';
import { PauseForm } from './pause-form.tsx';
import { PlanChangeForm } from './plan-change-form.tsx';
import { SubscriptionBadge } from './subscription-badge.tsx';
import { SubscriptionForm, TermsForm } from './subscription-form.tsx';
import {
  changeSubscriptionPlan,
  resumeSubscription,
  type Subscription,
  subscriptionsOf,
} from './subscription-queries.ts';
import { hasBillingDay, isCharged, priceText } from './subscription-words.ts';
import { UpcomingInvoices } from './upcoming-invoices.tsx';

/** What is being done, and with which subscription. */
type Open = { act: 'plan' | 'terms' | 'days' | 'pause' | 'cancel'; subscription: Subscription } | { act: 'add' };

/** What a customer subscribed to, and the invoices that come next. */
export function SubscriptionTab({ customerId }: { customerId: string }) {
  const { data, error, refetch } = useQuery(subscriptionsOf(customerId));
  const can = useCan();
  const [open, setOpen] = useState<Open>();
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={300} />;
  const add = can('customer:write') && (
    <Button variant="default" leftSection={<Icon name="plus" size={16} />} onClick={() => setOpen({ act: 'add' })}>
      {t('subscriptions.add')}
    </Button>
  );
  return (
    <Stack gap="md">
      {data.items.length === 0 && (
        <Panel title={t('subscriptions.title')}>
          <Text c="dimmed">{t('subscriptions.none')}</Text>
        </Panel>
      )}
      {data.items.map((subscription) => (
        <SubscriptionPanel key={subscription.id} subscription={subscription} onOpen={setOpen} />
      ))}
      <Group>{add}</Group>
      {data.items.some(({ status }) => status === 'active') && <UpcomingInvoices customerId={customerId} />}
      <SubscriptionDrawer customerId={customerId} open={open} onClose={() => setOpen(undefined)} />
    </Stack>
  );
}

type DrawerProps = { customerId: string; open: Open | undefined; onClose: () => void };

function SubscriptionDrawer({ customerId, open, onClose }: DrawerProps) {
  const titles = {
    add: () => t('subscriptions.form.addTitle'),
    plan: () => t('subscriptions.change.title'),
    terms: () => t('subscriptions.form.editTitle'),
    days: (plan: string) => t('subscriptions.days.title', { plan }),
    pause: (plan: string) => t('subscriptions.pausing.title', { plan }),
    cancel: (plan: string) => t('subscriptions.cancelling.title', { plan }),
  };
  const plan = open && open.act !== 'add' ? open.subscription.planName : '';
  return (
    <FormDrawer opened={open !== undefined} title={open ? titles[open.act](plan) : ''} onClose={onClose}>
      {open?.act === 'add' && <SubscriptionForm customerId={customerId} onDone={onClose} />}
      {open?.act === 'plan' && <PlanChangeForm subscription={open.subscription} onDone={onClose} />}
      {open?.act === 'terms' && <TermsForm subscription={open.subscription} onDone={onClose} />}
      {open?.act === 'days' && <DaysForm subscription={open.subscription} onDone={onClose} />}
      {open?.act === 'pause' && <PauseForm subscription={open.subscription} onDone={onClose} />}
      {open?.act === 'cancel' && <CancelForm subscription={open.subscription} onDone={onClose} />}
    </FormDrawer>
  );
}

type SubscriptionPanelProps = { subscription: Subscription; onOpen: (open: Open) => void };

function SubscriptionPanel({ subscription, onOpen }: SubscriptionPanelProps) {
  const can = useCan();
  const format = useFormat();
  return (
    <Panel
      title={subscription.planName}
      acts={
        can('customer:write') &&
        subscription.status === 'active' && <SubscriptionActs subscription={subscription} onOpen={onOpen} />
      }
    >
      <SubscriptionBadge subscription={subscription} />
      <div style={{ marginTop: 8 }}>
        <Facts facts={factsOf(subscription, format)} />
      </div>
    </Panel>
  );
}

/** The act that is done most, and the rest behind the dots: beside a long name on a phone there is room for no more. */
function SubscriptionActs({ subscription, onOpen }: SubscriptionPanelProps) {
  const format = useFormat();
  const { planName, pause, endsOn, soldPrice, pending } = subscription;
  const canMove = soldPrice !== null && soldPrice.currency === subscription.currency && !pending && !endsOn;
  return (
    <Group gap="xs" wrap="nowrap" style={{ flex: 'none' }}>
      <Button size="compact-sm" variant="default" onClick={() => onOpen({ act: 'plan', subscription })}>
        {t('subscriptions.change.act')}
      </Button>
      <Menu>
        <Menu.Target>
          <ActionIcon variant="default" size={26} aria-label={t('subscriptions.more', { plan: planName })}>
            <Icon name="dots" size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<Icon name="pencil" size={16} />}
            onClick={() => onOpen({ act: 'terms', subscription })}
          >
            {t('subscriptions.form.editTitle')}
          </Menu.Item>
          <Menu.Item
            leftSection={<Icon name="clock" size={16} />}
            onClick={() => onOpen({ act: 'days', subscription })}
          >
            {t('subscriptions.days.act')}
          </Menu.Item>
          {canMove && (
            <Menu.Item
              leftSection={<Icon name="arrow-up" size={16} />}
              onClick={() => askToMove(subscription, soldPrice.priceMinor, format)}
            >
              {t('subscriptions.toSold.act')}
            </Menu.Item>
          )}
          {pause ? (
            <Menu.Item leftSection={<Icon name="player-play" size={16} />} onClick={() => askToResume(subscription)}>
              {t('subscriptions.resuming.act')}
            </Menu.Item>
          ) : (
            <Menu.Item
              leftSection={<Icon name="clock-pause" size={16} />}
              onClick={() => onOpen({ act: 'pause', subscription })}
            >
              {t('subscriptions.pausing.act')}
            </Menu.Item>
          )}
          <Menu.Item
            color="var(--mantine-color-error)"
            leftSection={<Icon name="ban" size={16} />}
            onClick={() => onOpen({ act: 'cancel', subscription })}
          >
            {t('subscriptions.cancelling.act')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

function askToMove(subscription: Subscription, priceMinor: string, format: Format): void {
  const { planName, planId, currency } = subscription;
  confirmAct({
    title: t('subscriptions.toSold.title', { plan: planName }),
    text: t('subscriptions.toSold.text', { price: format.money(priceMinor, currency) }),
    act: t('subscriptions.toSold.act'),
    run: async () => {
      await changeSubscriptionPlan(subscription, planId, 'period_end');
      notifyDone(t('subscriptions.toSold.done'));
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

function factsOf(subscription: Subscription, format: Format): Fact[] {
  const { currency, setupFeeMinor, isSetupCharged, pending, pause, nextInvoiceOn, endsOn, trialEndsOn } = subscription;
  const optional = (label: string, value: string | null | undefined): Fact[] => (value ? [{ label, value }] : []);
  const fee = format.money(setupFeeMinor, currency);
  return [
    { label: t('subscriptions.price'), value: priceText(subscription, format) },
    ...optional(t('subscriptions.discount'), discountText(subscription, format)),
    ...(setupFeeMinor === '0'
      ? []
      : [
          {
            label: t('subscriptions.setupFee'),
            value: isSetupCharged ? t('subscriptions.setupCharged', { fee }) : fee,
          },
        ]),
    { label: t('subscriptions.mode'), value: t(`subscriptions.modes.${subscription.paymentMode}`) },
    ...optional(t('subscriptions.account'), subscription.accountName),
    { label: t('subscriptions.since'), value: format.day(subscription.startsOn) },
    ...optional(t('subscriptions.trial'), trialEndsOn && format.day(trialEndsOn)),
    ...optional(t('subscriptions.anchor'), hasBillingDay(subscription) ? String(subscription.anchorDay) : null),
    ...optional(
      t('subscriptions.chargedThrough'),
      isCharged(subscription) ? format.day(addDays(subscription.chargedThrough, -1)) : null,
    ),
    ...optional(t('subscriptions.nextInvoice'), nextInvoiceOn && format.day(nextInvoiceOn)),
    ...optional(t('subscriptions.ends'), endsOn && format.day(addDays(endsOn, -1))),
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
    ...optional(t('subscriptions.pause'), pause && pauseText(pause, format)),
  ];
}

function pauseText({ from, until }: NonNullable<Subscription['pause']>, format: Format): string {
  return until
    ? t('subscriptions.pauseUntil', { from: format.day(from), until: format.day(addDays(until, -1)) })
    : t('subscriptions.pauseOpen', { from: format.day(from) });
}

function discountText(subscription: Subscription, format: Format): string | null {
  const { discountBp, discountMinor, discountEndsOn, currency } = subscription;
  const discount =
    discountBp !== null
      ? `${format.number(discountBp / 100, 2)} %`
      : discountMinor === null
        ? null
        : format.money(discountMinor, currency);
  if (!discount || !discountEndsOn) return discount;
  return t('subscriptions.discountUntil', { discount, day: format.day(discountEndsOn) });
}
