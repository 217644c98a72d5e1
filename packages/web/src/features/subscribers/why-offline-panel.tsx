// Why is this customer offline? One panel for each account that is not connected, with the button that helps.
import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Reply } from '../../lib/api.ts';
import { type Format, sinceText } from '../../lib/format.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t, wordOr } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { pendingReason } from '../provisioning/pending-words.tsx';
import { retryAccount } from '../provisioning/queries.ts';
import { OnRouter, useRefusal } from './account-on-router.tsx';
import { askForPassword } from './account-password.tsx';
import { askToActivate } from './customer-acts.tsx';
import { type Customer, whyOffline } from './queries.ts';

type Why = Reply<'GET /api/customers/:customerId/why-offline'>['accounts'][number];

type WhyOfflineProps = { customer: Customer; onPay: (() => void) | undefined };

export function WhyOffline({ customer, onPay }: WhyOfflineProps) {
  const { data } = useQuery(whyOffline(customer.id));
  const offline = data?.accounts.filter(({ verdict }) => verdict !== 'connected') ?? [];
  return offline.map((why) => <WhyPanel key={why.accountId} why={why} customer={customer} onPay={onPay} />);
}

function WhyPanel({ why, customer, onPay }: WhyOfflineProps & { why: Why }) {
  const format = useFormat();
  const { accountName, nextAt, router, verdict } = why;
  const isOnly = customer.accounts.length === 1;
  const refusal = useRefusal(why);
  return (
    <Panel
      title={isOnly ? t('customers.why.title') : t('customers.why.titleOf', { account: accountName })}
      acts={<Fix why={why} customer={customer} onPay={onPay} />}
    >
      <Stack gap="sm">
        <Text fw={600}>
          {refusal
            ? t('customers.why.refused', {
                router: router.label,
                reason: t(`customers.why.state.refusals.${refusal}`),
              })
            : verdictWords(format, why)}
        </Text>
        <Facts
          facts={[
            { label: t('customers.why.money'), value: moneyWords(format, customer) },
            { label: t('customers.why.blocks'), value: blockWords(format, why) },
            ...(why.pending ? [{ label: t('customers.why.waits'), value: pendingReason(why.pending) }] : []),
            { label: t('customers.why.onRouter'), value: <OnRouter why={why} /> },
            { label: t('customers.why.router'), value: <RouterWords router={router} /> },
            { label: t('customers.why.sessions'), value: <Sessions why={why} /> },
            {
              label: t('customers.why.next'),
              value: nextAt
                ? t('customers.why.nextAt', { time: format.relative(nextAt) })
                : t(`customers.why.nothing.${nextKey(verdict)}`),
            },
          ]}
        />
      </Stack>
    </Panel>
  );
}

function verdictWords(format: Format, { verdict, since, router, cutFor }: Why): string {
  const facts = { router: router.label, since: since ? sinceText(format, since) : '' };
  if (verdict === 'overdue' && cutFor?.number)
    return t('customers.why.verdicts.overdueFor', {
      ...facts,
      number: cutFor.number,
      day: format.day(cutFor.dueOn),
    });
  return t(`customers.why.verdicts.${verdict}`, facts);
}

function nextKey(verdict: Why['verdict']) {
  if (verdict === 'overdue') return 'overdue';
  if (verdict === 'router_offline') return 'router';
  return verdict === 'device_silent' || verdict === 'never_connected' || verdict === 'was_dropped'
    ? 'device'
    : 'person';
}

function moneyWords(format: Format, { balanceMinor, overdueMinor, currency }: Customer): string {
  if (BigInt(overdueMinor) > 0n) return t('customers.why.overdue', { amount: format.money(overdueMinor, currency) });
  return BigInt(balanceMinor) > 0n
    ? t('customers.why.owes', { amount: format.money(balanceMinor, currency) })
    : t('customers.why.paid');
}

function blockWords(format: Format, { blocks, cutFor }: Why): ReactNode {
  if (blocks.length === 0) return t('customers.why.noBlock');
  return blocks.map(({ reason, since, by, note }) => (
    <div key={reason}>
      {[
        wordOr('customers.why.reasons', reason),
        reason === 'overdue' && cutFor?.number,
        sinceText(format, since),
        by,
        note,
      ]
        .filter(Boolean)
        .join(' · ')}
    </div>
  ));
}

function RouterWords({ router }: { router: Why['router'] }) {
  const can = useCan();
  const format = useFormat();
  const words = [
    router.locationName,
    wordOr('routers.states', router.state),
    router.stateSince && sinceText(format, router.stateSince),
    router.trouble?.message,
  ].filter(Boolean);
  return (
    <>
      {can('router:read') ? (
        <Anchor renderRoot={(props) => <Link {...props} to="/routers/$routerId" params={{ routerId: router.id }} />}>
          {router.label}
        </Anchor>
      ) : (
        router.label
      )}
      {` · ${words.join(' · ')}`}
    </>
  );
}

function Sessions({ why: { sessions } }: { why: Why }) {
  const format = useFormat();
  if (sessions.length === 0) return t('customers.why.noSession');
  return (
    <>
      {sessions.map(({ id, startedAt, endedAt, endedHow, endedBy }) => (
        <div key={id}>
          {[
            `${format.dateTime(startedAt)} – ${endedAt ? format.dateTime(endedAt) : t('customers.why.stillOn')}`,
            endedHow && t(`customers.ends.${endedHow}`, { by: endedBy ?? '' }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </div>
      ))}
    </>
  );
}

/** The one act that helps, where this person may do it. */
function Fix({ why, customer, onPay }: WhyOfflineProps & { why: Why }) {
  const can = useCan();
  const format = useFormat();
  if (why.fix === 'activate' && can('customer:block'))
    return (
      <Button size="compact-sm" onClick={() => askToActivate(customer, format)}>
        {t('customers.activate')}
      </Button>
    );
  if (why.fix === 'take_payment' && onPay && can('payment:record'))
    return (
      <Button size="compact-sm" onClick={onPay}>
        {t('customers.takePayment')}
      </Button>
    );
  if (why.fix === 'retry' && can('customer:write'))
    return (
      <ActButton size="compact-sm" act={() => retryAccount(why.accountId)}>
        {t('pending.tryAgain')}
      </ActButton>
    );
  if (why.fix === 'open_router' && can('router:read'))
    return (
      <Group>
        <LinkButton size="compact-sm" to="/routers/$routerId" params={{ routerId: why.router.id }}>
          {t('customers.why.openRouter')}
        </LinkButton>
      </Group>
    );
  if (why.fix === 'open_subscription' && can('invoice:read'))
    return (
      <LinkButton
        size="compact-sm"
        to="/customers/$customerId"
        params={{ customerId: customer.id }}
        search={{ tab: 'subscription' }}
      >
        {t('customers.why.openSubscription')}
      </LinkButton>
    );
  const account = customer.accounts.find(({ id }) => id === why.accountId);
  if (why.fix === 'show_password' && account && (can('account:reveal') || can('customer:write')))
    return (
      <Button size="compact-sm" onClick={() => askForPassword(account)}>
        {t('customers.why.password')}
      </Button>
    );
  return null;
}
