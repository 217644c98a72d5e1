import { Anchor, Button, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { sinceText } from '../../lib/format.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { askToRemoveAccount } from './customer-acts.tsx';
import type { Account } from './queries.ts';
import { RevealPassword } from './reveal-password.tsx';

type AccountPanelProps = { account: Account; isOnly: boolean; onEdit: () => void };

export function AccountPanel({ account, isOnly, onEdit }: AccountPanelProps) {
  const can = useCan();
  return (
    <Panel
      title={
        isOnly
          ? t(`customers.account.titles.${account.service}`)
          : `${t(`customers.account.titles.${account.service}`)} · ${account.name}`
      }
      acts={
        can('customer:write') && (
          <Group gap="xs" wrap="nowrap">
            <Button size="compact-sm" variant="default" onClick={onEdit}>
              {t('customers.account.edit')}
            </Button>
            {!isOnly && (
              <Button size="compact-sm" variant="default" onClick={() => askToRemoveAccount(account)}>
                {t('customers.account.remove')}
              </Button>
            )}
          </Group>
        )
      }
    >
      <Facts
        facts={[
          {
            label: t('customers.account.name'),
            value: <CopyText text={account.name} label={t('customers.account.name')} isMono />,
          },
          { label: t('customers.account.password'), value: <RevealPassword accountId={account.id} /> },
          { label: t('customers.account.router'), value: <RouterLink account={account} /> },
          { label: t('customers.account.plan'), value: <PlanLink account={account} /> },
          ...(account.staticAddress
            ? [
                {
                  label: t('customers.account.staticAddress'),
                  value: <CopyText text={account.staticAddress} label={t('customers.account.staticAddress')} isMono />,
                },
              ]
            : []),
          ...(account.macAddress
            ? [
                {
                  label: t('customers.account.macAddress'),
                  value: <CopyText text={account.macAddress} label={t('customers.account.macAddress')} isMono />,
                },
              ]
            : []),
          { label: t('customers.account.onRouter'), value: <OnRouter account={account} /> },
        ]}
      />
    </Panel>
  );
}

function RouterLink({ account: { routerId, routerLabel } }: { account: Account }) {
  const can = useCan();
  if (!can('router:read')) return routerLabel;
  return (
    <Anchor renderRoot={(props) => <Link {...props} to="/routers/$routerId" params={{ routerId }} />}>
      {routerLabel}
    </Anchor>
  );
}

function PlanLink({ account: { planId, planName } }: { account: Account }) {
  const can = useCan();
  if (!planId) return '–';
  if (!can('plan:read')) return planName;
  return <Anchor renderRoot={(props) => <Link {...props} to="/plans" search={{ open: planId }} />}>{planName}</Anchor>;
}

/** Whether the router is known to be as wanted. */
function OnRouter({ account }: { account: Account }) {
  const format = useFormat();
  const { hasDrift, pending } = account;
  if (pending)
    return <StatusBadge tone="pending">{t('pending.since', { time: sinceText(format, pending.since) })}</StatusBadge>;
  return hasDrift ? (
    <Drifted account={account} />
  ) : (
    <StatusBadge tone="fine">{t('customers.account.asWanted')}</StatusBadge>
  );
}

function Drifted({ account: { routerId } }: { account: Account }) {
  const can = useCan();
  const badge = <StatusBadge tone="attention">{t('customers.account.drifted')}</StatusBadge>;
  if (!can('router:read')) return badge;
  return (
    <Link to="/routers/$routerId" params={{ routerId }} search={{ tab: 'drift' }}>
      {badge}
    </Link>
  );
}
