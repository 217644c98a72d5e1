import { useEffect, useRef } from 'react';
import type { Tone } from '../../lib/theme.ts';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import classes from './search-everything.module.css';
import type { Finding, FoundCustomer } from './search-findings.ts';

type FindingRowProps = { id: string; finding: Finding; isActive: boolean; onPoint: () => void; onOpen: () => void };

export function FindingRow({ id, finding, isActive, onPoint, onOpen }: FindingRowProps) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isActive) element.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: The field that holds the focus takes Enter for the chosen row.
    // biome-ignore lint/a11y/useFocusableInteractive: The focus stays in the field; it names the chosen row.
    <div
      ref={element}
      id={id}
      role="option"
      aria-selected={isActive}
      className={classes.row}
      onMouseMove={onPoint}
      onClick={onOpen}
    >
      {'customer' in finding ? <CustomerLine customer={finding.customer} /> : <PageLine finding={finding} />}
    </div>
  );
}

function PageLine({ finding }: { finding: Extract<Finding, { entry: unknown }> }) {
  return (
    <>
      <Icon name={finding.entry.icon} />
      <span className={classes.name}>{t(`shell.entries.${finding.entry.name}`)}</span>
    </>
  );
}

const tones: Record<FoundCustomer['status'], Tone> = { active: 'fine', suspended: 'attention', no_account: 'quiet' };

function CustomerLine({ customer }: { customer: FoundCustomer }) {
  const facts = [customer.accountName, customer.phone, customer.planName].filter(Boolean).join(' · ');
  return (
    <>
      <Icon name="user-circle" />
      <span className={classes.name}>
        {customer.name}
        <span className={classes.facts}>{facts}</span>
      </span>
      {/* Online or offline is what a caller asks about; that he may be online is worth no word. */}
      {customer.status !== 'active' && (
        <StatusBadge tone={tones[customer.status]}>{t(`shell.search.statuses.${customer.status}`)}</StatusBadge>
      )}
      {customer.status !== 'no_account' && (
        <StatusBadge tone={customer.isOnline ? 'fine' : 'quiet'}>
          {customer.isOnline ? t('shell.search.online') : t('shell.search.offline')}
        </StatusBadge>
      )}
    </>
  );
}
