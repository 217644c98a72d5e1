import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Format } from '../../lib/format.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t, wordOr } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import classes from './cashier.module.css';
import { type Alert, alertList, settleAlert } from './queries.ts';

const states = ['open', 'escalated', 'explained', 'accepted'] as const;
const settlements = ['explained', 'accepted', 'escalated'] as const;

/** What somebody must look at, with its evidence, and what was said about it. */
export function AlertPanel() {
  const [state, setState] = useState<Alert['state']>('open');
  const { data } = useQuery(alertList({ state, limit: 50 }));
  return (
    <Panel title={t('vouchers.alerts.title')}>
      <FilterChips
        label={t('vouchers.alerts.title')}
        choices={states.map((value) => ({ value, label: t(`vouchers.alerts.states.${value}`) }))}
        value={state}
        onChange={setState}
      />
      {data?.items.length === 0 && (
        <EmptyState icon="circle-check" title={t('vouchers.alerts.none')} text={t('vouchers.alerts.noneText')} />
      )}
      <ul className={classes.sold}>
        {data?.items.map((alert) => (
          <AlertRow key={alert.id} alert={alert} />
        ))}
      </ul>
    </Panel>
  );
}

function AlertRow({ alert }: { alert: Alert }) {
  const can = useCan();
  const format = useFormat();
  const about = [
    alert.routerLabel,
    alert.staffName,
    alert.amountMinor === null ? null : format.money(alert.amountMinor),
  ].filter((part) => part !== null);
  const kind = wordOr('vouchers.alerts.kinds', alert.kind);
  const settle = (state: (typeof settlements)[number]) =>
    confirmAct({
      title: t(`vouchers.alerts.${state}Title`, { kind }),
      text: evidenceOf(format, alert),
      act: t(`vouchers.alerts.${state}`),
      reason: 'required',
      run: (note) => settleAlert(alert.id, state, note),
    });
  return (
    <li>
      <div className={classes.soldText}>
        <Text fw={600}>{kind}</Text>
        <Text size="sm" c="dimmed">
          {about.length > 0 && `${about.join(' · ')} · `}
          <RelativeTime at={alert.foundAt} />
        </Text>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {evidenceOf(format, alert)}
        </Text>
        {alert.notes.map(({ at, byName, note, state }) => (
          <Text key={at} size="sm">
            {t('vouchers.alerts.note', { name: byName, state: wordOr('vouchers.alerts.states', state), note })}
          </Text>
        ))}
      </div>
      {can('voucher:approve') && (
        <Group gap={6} justify="flex-end">
          {settlements
            .filter((state) => state !== alert.state)
            .map((state) => (
              <Button key={state} size="compact-sm" variant="default" onClick={() => settle(state)}>
                {t(`vouchers.alerts.${state}`)}
              </Button>
            ))}
        </Group>
      )}
    </li>
  );
}

// Said as money already.
const unsaid = ['varianceMinor', 'currency'];

function evidenceOf(format: Format, { evidence }: Alert): string {
  return Object.entries(evidence)
    .filter(([name]) => !unsaid.includes(name))
    .map(([name, value]) => {
      const told = [value].flat().map((one) => format.toldDate(String(one)));
      return `${wordOr('vouchers.alerts.evidence', name)}: ${told.join(', ')}`;
    })
    .join(' · ');
}
