// Why is this customer offline? One panel for each account that is not connected, with the button that helps.

import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ComponentType, ReactNode } from 'react';
import { type Format, sinceText } from '../../lib/format.ts';
import { type Permission, useCan, useFormat } from '../../lib/session.ts';
import { t, wordOr } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { pendingReason } from '../provisioning/pending-words.tsx';
import { retryAccount } from '../provisioning/queries.ts';
import { GiveDataButton } from '../usage/give-data-button.tsx';
import { OnRouter, useRouterState } from './account-on-router.tsx';
import { askForPassword } from './account-password.tsx';
import { askToActivate } from './customer-acts.tsx';
import { type Finding, type Fix, findingOf } from './offline-finding.ts';
import { type Customer, type Why, whyOffline } from './queries.ts';

type WhyOfflineProps = { customer: Customer; onPay: (() => void) | undefined };

export function WhyOffline({ customer, onPay }: WhyOfflineProps) {
  const { data } = useQuery(whyOffline(customer.id));
  const offline = data?.accounts.filter(({ verdict }) => verdict !== 'connected') ?? [];
  return offline.map((why) => <WhyPanel key={why.accountId} why={why} customer={customer} onPay={onPay} />);
}

function WhyPanel({ why, customer, onPay }: WhyOfflineProps & { why: Why }) {
  const format = useFormat();
  const { accountName, nextAt, router } = why;
  const isOnly = customer.accounts.length === 1;
  const finding = findingOf(why, useRouterState(why.accountId));
  return (
    <Panel
      title={isOnly ? t('customers.why.title') : t('customers.why.titleOf', { account: accountName })}
      acts={<FixButton fix={finding?.fix ?? why.fix} why={why} customer={customer} onPay={onPay} />}
    >
      <Stack gap="sm">
        <Text fw={600}>{finding ? findingWords(finding, router.label) : verdictWords(format, why)}</Text>
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
              value: nextAt ? t('customers.why.nextAt', { time: format.relative(nextAt) }) : nextWords(format, why),
            },
          ]}
        />
      </Stack>
    </Panel>
  );
}

function findingWords({ kind }: Finding, router: string): string {
  if (kind === 'absent' || kind === 'differs') return t(`customers.why.findings.${kind}`, { router });
  return t('customers.why.refused', { router, reason: t(`customers.why.state.refusals.${kind}`) });
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

/** What happens by itself; of a debt, what paying it today brings. */
function nextWords(format: Format, { verdict, whenPaid }: Why): string {
  if (verdict !== 'overdue' || !whenPaid) return t(`customers.why.nothing.${nextKey(verdict)}`);
  const { isAnew, startsOn, endsOn } = whenPaid;
  return t(`customers.why.whenPaid.${isAnew ? 'anew' : 'on'}`, { days: format.days(startsOn, endsOn) });
}

function nextKey(verdict: Why['verdict']) {
  if (verdict === 'overdue') return 'overdue';
  if (verdict === 'data_used_up') return 'data';
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

type FixProps = WhyOfflineProps & { why: Why };

/** The one act that helps, where this person may do it. */
function FixButton({ fix, ...props }: FixProps & { fix: Fix | null }) {
  const can = useCan();
  if (!fix) return null;
  const { may, Act } = fixes[fix];
  return may.some(can) ? <Act {...props} /> : null;
}

// Each verdict ends with one of these: who adds a verdict or a fix is told by the compiler what is missing.
const fixes: Record<Fix, { may: readonly Permission[]; Act: ComponentType<FixProps> }> = {
  activate: { may: ['customer:block'], Act: Activate },
  take_payment: { may: ['payment:record'], Act: TakePayment },
  retry: { may: ['customer:write'], Act: ({ why }) => <WriteAgain why={why} words={t('pending.tryAgain')} /> },
  write_again: {
    may: ['customer:write'],
    Act: ({ why }) => <WriteAgain why={why} words={t('customers.why.writeAgain')} />,
  },
  open_router: { may: ['router:read'], Act: ({ why }) => <RouterButton why={why} /> },
  open_drift: { may: ['router:read'], Act: ({ why }) => <RouterButton why={why} tab="drift" /> },
  open_subscription: {
    may: ['invoice:read'],
    Act: ({ customer }) => <TabButton customer={customer} tab="subscription" />,
  },
  give_data: { may: ['customer:write'], Act: GiveData },
  open_sessions: { may: ['customer:read'], Act: ({ customer }) => <TabButton customer={customer} tab="sessions" /> },
  edit_account: { may: ['customer:write'], Act: EditAccount },
  show_password: { may: ['account:reveal', 'customer:write'], Act: ShowPassword },
};

function GiveData({ why }: FixProps) {
  return <GiveDataButton account={{ id: why.accountId, name: why.accountName }} />;
}

function Activate({ customer }: FixProps) {
  const format = useFormat();
  return (
    <Button size="compact-sm" onClick={() => askToActivate(customer, format)}>
      {t('customers.activate')}
    </Button>
  );
}

function TakePayment({ onPay }: FixProps) {
  return (
    onPay && (
      <Button size="compact-sm" onClick={onPay}>
        {t('customers.takePayment')}
      </Button>
    )
  );
}

function WriteAgain({ why, words }: { why: Why; words: string }) {
  return (
    <ActButton size="compact-sm" act={() => retryAccount(why.accountId)}>
      {words}
    </ActButton>
  );
}

function RouterButton({ why, tab }: { why: Why; tab?: 'drift' }) {
  return (
    <LinkButton size="compact-sm" to="/routers/$routerId" params={{ routerId: why.router.id }} search={{ tab }}>
      {t(tab ? 'customers.why.openDrift' : 'customers.why.openRouter')}
    </LinkButton>
  );
}

function TabButton({ customer, tab }: { customer: Customer; tab: 'subscription' | 'sessions' }) {
  return (
    <LinkButton size="compact-sm" to="/customers/$customerId" params={{ customerId: customer.id }} search={{ tab }}>
      {t(tab === 'sessions' ? 'customers.why.openSessions' : 'customers.why.openSubscription')}
    </LinkButton>
  );
}

function EditAccount({ why, customer }: FixProps) {
  return (
    <LinkButton
      size="compact-sm"
      to="/customers/$customerId"
      params={{ customerId: customer.id }}
      search={{ account: why.accountId }}
    >
      {t('customers.account.edit')}
    </LinkButton>
  );
}

function ShowPassword({ why, customer }: FixProps) {
  const account = customer.accounts.find(({ id }) => id === why.accountId);
  return (
    account && (
      <Button size="compact-sm" onClick={() => askForPassword(account)}>
        {t('customers.why.password')}
      </Button>
    )
  );
}
