import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import classes from './cashier.module.css';
import { PrintButtons } from './print-buttons.tsx';
import { type Counter, ownSales, printVouchers, type Voucher } from './queries.ts';
import { VoidForm } from './void-form.tsx';
import { stateOf } from './voucher-words.ts';

const firstPage = 10;

/** What the cashier sold today, and his own codes. */
export function TodayPanel({ counter: { today, voidAloneLimitMinor } }: { counter: Counter }) {
  const format = useFormat();
  const [limit, setLimit] = useState(firstPage);
  const { data } = useQuery(ownSales({ limit }));
  const [taking, setTaking] = useState<Voucher>();
  const close = () => setTaking(undefined);
  return (
    <Panel title={t('vouchers.today.title')}>
      <div className={classes.today}>{format.money(today.soldMinor, today.currency)}</div>
      <Text c="dimmed" mb="sm">
        {t('vouchers.today.sold', { count: today.soldCount })}
      </Text>
      <ul className={classes.sold} aria-label={t('vouchers.today.codes')}>
        {data?.items.map((voucher) => {
          const { word, tone } = stateOf(voucher);
          return (
            <li key={voucher.id}>
              <div className={classes.soldText}>
                <div className={classes.soldCode}>{voucher.code}</div>
                <Text size="xs" c="dimmed" truncate>
                  {voucher.packageName}
                  {voucher.soldAt && ` · ${format.dateTime(voucher.soldAt)}`}
                  {voucher.printCount > 0 && ` · ${t('vouchers.print.count', { count: voucher.printCount })}`}
                </Text>
              </div>
              <StatusBadge tone={tone}>{word}</StatusBadge>
              {voucher.state === 'sold' && (
                <Button size="compact-sm" variant="default" onClick={() => setTaking(voucher)}>
                  {t('vouchers.void.short')}
                </Button>
              )}
              {voucher.endedAt === null && (
                <PrintButtons
                  isSmall
                  fetch={() => printVouchers([voucher.id])}
                  label={t(voucher.printCount > 0 ? 'vouchers.print.again' : 'vouchers.print.short')}
                />
              )}
            </li>
          );
        })}
      </ul>
      {data?.items.length === 0 && <Text c="dimmed">{t('vouchers.today.nothing')}</Text>}
      {data?.next && (
        <Button variant="subtle" size="compact-sm" mt="xs" onClick={() => setLimit((now) => Math.min(200, now + 40))}>
          {t('vouchers.today.more')}
        </Button>
      )}
      <FormDrawer opened={taking !== undefined} title={t('vouchers.void.title')} onClose={close}>
        {taking && <VoidForm voucher={taking} aloneLimitMinor={voidAloneLimitMinor} onDone={close} />}
      </FormDrawer>
    </Panel>
  );
}
