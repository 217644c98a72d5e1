import { Popover } from '@mantine/core';
import { useFormat } from '../../lib/session.ts';
import { Facts } from '../../ui/facts.tsx';
import classes from './audit-details.module.css';
import { detailsOf } from './audit-words.ts';
import type { AuditEntry } from './queries.ts';

/** One line, or where `isRoomy` as many as it needs; pressed, a list of it. */
export function AuditDetails({ entry, isRoomy }: { entry: AuditEntry; isRoomy?: boolean }) {
  const details = detailsOf(useFormat(), entry);
  if (details.length === 0) return null;
  return (
    <Popover width={420} position="bottom-start" shadow="md" trapFocus withinPortal>
      <Popover.Target>
        <button type="button" className={classes.line} data-roomy={isRoomy || undefined}>
          {details.map(({ label, value }) => `${label}: ${value}`).join(' · ')}
        </button>
      </Popover.Target>
      <Popover.Dropdown className={classes.all}>
        <Facts facts={details} />
      </Popover.Dropdown>
    </Popover>
  );
}
