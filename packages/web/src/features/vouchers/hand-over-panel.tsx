import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import classes from './cashier.module.css';
import { BankForm, ReceiptForm } from './hand-over-forms.tsx';
import { type HandOver, handOverList } from './queries.ts';

const states = ['open', 'all'] as const;

/** Cash on its way from drawers to the bank: each step signed for by another person. */
export function HandOverPanel() {
  const can = useCan();
  const [state, setState] = useState<(typeof states)[number]>('open');
  const [signing, setSigning] = useState<HandOver>();
  const [isSending, setSending] = useState(false);
  const { data } = useQuery(handOverList({ state, limit: 50 }));
  return (
    <Panel
      title={t('vouchers.handOvers.title')}
      acts={
        can('voucher:approve') && (
          <Button variant="default" size="compact-md" onClick={() => setSending(true)}>
            {t('vouchers.handOvers.send')}
          </Button>
        )
      }
    >
      <FilterChips
        label={t('vouchers.handOvers.title')}
        choices={states.map((value) => ({ value, label: t(`vouchers.handOvers.filters.${value}`) }))}
        value={state}
        onChange={setState}
      />
      {data?.items.length === 0 && <Text c="dimmed">{t('vouchers.handOvers.none')}</Text>}
      <ul className={classes.sold}>
        {data?.items.map((handOver) => (
          <HandOverRow key={handOver.id} handOver={handOver} onSign={() => setSigning(handOver)} />
        ))}
      </ul>
      <FormDrawer
        opened={signing !== undefined}
        title={t('vouchers.handOvers.signTitle')}
        onClose={() => setSigning(undefined)}
      >
        {signing && <ReceiptForm handOver={signing} onDone={() => setSigning(undefined)} />}
      </FormDrawer>
      <FormDrawer opened={isSending} title={t('vouchers.handOvers.sendTitle')} onClose={() => setSending(false)}>
        <BankForm onDone={() => setSending(false)} />
      </FormDrawer>
    </Panel>
  );
}

function HandOverRow({ handOver, onSign }: { handOver: HandOver; onSign: () => void }) {
  const format = useFormat();
  const { receivedAt, receivedName, locationName, reference } = handOver;
  const about = [t(`vouchers.handOvers.kinds.${handOver.kind}`), locationName, reference, handOver.givenName];
  return (
    <li>
      <div className={classes.soldText}>
        <Text fw={600}>{format.money(handOver.amountMinor, handOver.currency)}</Text>
        <Text size="sm" c="dimmed">
          {about.filter(Boolean).join(' · ')} · <RelativeTime at={handOver.givenAt} />
        </Text>
        {receivedAt && (
          <Text size="sm">
            {t('vouchers.handOvers.receivedBy', {
              name: receivedName ?? '',
              amount: format.money(handOver.receivedMinor ?? '0', handOver.currency),
            })}
          </Text>
        )}
      </div>
      <HandOverState handOver={handOver} onSign={onSign} />
    </li>
  );
}

function HandOverState({ handOver, onSign }: { handOver: HandOver; onSign: () => void }) {
  const can = useCan();
  const { receivedAt, receivedMinor, amountMinor } = handOver;
  if (receivedAt) {
    const isWhole = receivedMinor === amountMinor;
    return (
      <StatusBadge tone={isWhole ? 'fine' : 'broken'}>
        {t(`vouchers.handOvers.${isWhole ? 'whole' : 'different'}`)}
      </StatusBadge>
    );
  }
  if (!can('voucher:approve')) return <StatusBadge tone="attention">{t('vouchers.handOvers.waiting')}</StatusBadge>;
  return (
    <Button size="compact-sm" variant="default" onClick={onSign}>
      {t('vouchers.handOvers.sign')}
    </Button>
  );
}
