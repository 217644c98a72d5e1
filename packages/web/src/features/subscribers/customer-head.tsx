import { ActionIcon, Button, Menu } from '@mantine/core';
import { sinceText } from '../../lib/format.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { NextTry, pendingReason } from '../provisioning/pending-words.tsx';
import { retryAccount } from '../provisioning/queries.ts';
import { askToDisconnect } from '../provisioning/session-acts.tsx';
import { askToActivate, askToRemove, askToSuspend } from './customer-acts.tsx';
import classes from './customer-head.module.css';
import { CustomerState, OnlineState } from './customer-state.tsx';
import { offlineReason, troubleOf, useTroubledRouter } from './offline-reason.ts';
import type { Account, Customer } from './queries.ts';

type CustomerHeadProps = {
  customer: Customer;
  /** undefined while nothing is open that could be paid. */
  onPay: (() => void) | undefined;
  onIssue: () => void;
  onAddAccount: () => void;
};

export function CustomerHead({ customer, onPay, onIssue, onAddAccount }: CustomerHeadProps) {
  const { accounts, name, removedAt, status } = customer;
  return (
    <PageHead
      title={name}
      badge={
        removedAt ? (
          <StatusBadge tone="quiet">{t('customers.statuses.removed')}</StatusBadge>
        ) : (
          <>
            <CustomerState status={status} isPending={accounts.some(({ pending }) => pending)} />
            {accounts.length > 0 && <OnlineState isOnline={accounts.some(({ session }) => session?.isLive)} />}
          </>
        )
      }
      about={<StateWords customer={customer} />}
    >
      <Acts customer={customer} onPay={onPay} onIssue={onIssue} onAddAccount={onAddAccount} />
    </PageHead>
  );
}

/** What is wanted and, where it differs, what is true. */
function StateWords({ customer }: { customer: Customer }) {
  const format = useFormat();
  const { accounts, removedAt } = customer;
  if (removedAt) return t('customers.removedSince', { time: format.dateTime(removedAt) });
  if (accounts.length === 0) return t('customers.noAccountText');
  const blocks = accounts.flatMap((account) => account.blocks);
  return (
    <div className={classes.state}>
      {blocks.map((block) => (
        <div key={`${block.reason} ${block.since}`}>
          {t(`customers.suspendedSince.${block.reason}`, {
            since: sinceText(format, block.since),
            by: block.by,
            note: block.note ? t('customers.note', { note: block.note }) : '',
          })}
        </div>
      ))}
      {blocks.length === 0 &&
        accounts.map((account) => (
          <div key={account.id}>
            <LineWords account={account} />
          </div>
        ))}
      {accounts.map((account) => (
        <PendingWords key={account.id} account={account} />
      ))}
    </div>
  );
}

/** An account that is wanted on: is somebody on it, and if not, why? */
function LineWords({ account }: { account: Account }) {
  const format = useFormat();
  const { session } = account;
  const router = useTroubledRouter(account);
  const reason = offlineReason(format, account, router);
  if (!session) return reason;
  if (router) return t('customers.wasOnline', troubleOf(format, router));
  const since = sinceText(format, session.startedAt);
  const words = session.address
    ? t('customers.onlineSince', { since, address: session.address })
    : t('customers.onlineSinceOnly', { since });
  return account.slowedSince ? `${words} ${t('customers.slowed')}` : words;
}

/** Stands there until the router is seen to be as wanted, and then goes by itself. */
function PendingWords({ account }: { account: Account }) {
  const format = useFormat();
  const can = useCan();
  const { id, name, pending, routerLabel } = account;
  if (!pending) return null;
  return (
    <div className={classes.pending} role="status">
      <Icon name="hourglass" />
      <div className={classes.pendingText}>
        {t('customers.pendingSince', { router: routerLabel, since: sinceText(format, pending.since) })}{' '}
        {pendingReason(pending)}
        <div>
          {pending.nextTryAt && `${t('pending.nextTry')}: `}
          <NextTry pending={pending} />
        </div>
      </div>
      {can('customer:write') && (
        <ActButton
          size="compact-sm"
          variant="default"
          aria-label={t('pending.tryAgainNamed', { name })}
          act={() => retryAccount(id)}
        >
          {t('pending.tryAgain')}
        </ActButton>
      )}
    </div>
  );
}

function Acts({ customer, onPay, onIssue, onAddAccount }: CustomerHeadProps) {
  const can = useCan();
  const format = useFormat();
  const isBlocked = customer.status === 'suspended';
  const payButton = onPay && can('payment:record') && (
    <Button leftSection={<Icon name="cash" size={16} />} onClick={onPay}>
      {t('customers.takePayment')}
    </Button>
  );
  if (customer.removedAt) return payButton;
  return (
    <>
      {payButton}
      {can('customer:block') && customer.accounts.length > 0 && (
        <Button
          variant="default"
          leftSection={<Icon name={isBlocked ? 'player-play' : 'ban'} size={16} />}
          onClick={() => (isBlocked ? askToActivate(customer, format) : askToSuspend(customer))}
        >
          {isBlocked ? t('customers.activate') : t('customers.suspend')}
        </Button>
      )}
      {can('customer:write') && (
        <LinkButton
          variant="default"
          to="/customers/$customerId/edit"
          params={{ customerId: customer.id }}
          leftSection={<Icon name="pencil" size={16} />}
        >
          {t('customers.edit')}
        </LinkButton>
      )}
      <MoreActs customer={customer} onIssue={onIssue} onAddAccount={onAddAccount} />
    </>
  );
}

function MoreActs({ customer, onIssue, onAddAccount }: Omit<CustomerHeadProps, 'onPay'>) {
  const can = useCan();
  const format = useFormat();
  const sessions = can('session:disconnect')
    ? customer.accounts.flatMap(({ session }) => (session?.isLive ? session : []))
    : [];
  const mayInvoice = can('invoice:write');
  const mayRemove = can('customer:write');
  if (sessions.length === 0 && !mayInvoice && !mayRemove) return null;
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label={t('ui.table.rowActs', { name: customer.name })}>
          <Icon name="dots" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {mayInvoice && (
          <Menu.Item leftSection={<Icon name="file-invoice" size={16} />} onClick={onIssue}>
            {t('customers.newInvoice')}
          </Menu.Item>
        )}
        {mayRemove && (
          <Menu.Item leftSection={<Icon name="plus" size={16} />} onClick={onAddAccount}>
            {t('customers.account.add')}
          </Menu.Item>
        )}
        {sessions.map((session) => (
          <Menu.Item
            key={session.id}
            leftSection={<Icon name="unlink" size={16} />}
            onClick={() => askToDisconnect(session)}
          >
            {sessions.length === 1
              ? t('sessions.disconnect')
              : t('sessions.disconnectNamed', { account: session.accountName })}
          </Menu.Item>
        ))}
        {mayRemove && (
          <>
            <Menu.Divider />
            <Menu.Item
              color="var(--mantine-color-error)"
              leftSection={<Icon name="trash" size={16} />}
              onClick={() => askToRemove(customer, format)}
            >
              {t('customers.remove')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
