import { Menu } from '@mantine/core';
import type { Format } from '../../lib/format.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { type PaymentRow, reversePayment } from './payment-queries.ts';

/** Papers and acts of one payment, behind the dots. */
export function PaymentMenu({ payment }: { payment: PaymentRow }) {
  const can = useCan();
  const format = useFormat();
  return (
    <>
      <Menu.Item component="a" href={receiptUrl(payment, 'a4')} target="_blank">
        {t('payments.receipt')}
      </Menu.Item>
      <Menu.Item component="a" href={receiptUrl(payment, '80mm')} target="_blank">
        {t('payments.receiptRoll')}
      </Menu.Item>
      {can('invoice:write') && isUndoable(payment) && (
        <Menu.Item color="var(--mantine-color-error)" onClick={() => askToUndo(format, payment)}>
          {t('payments.undo')}
        </Menu.Item>
      )}
    </>
  );
}

/** Without a paper: the one that the settings say. */
export function receiptUrl({ id }: PaymentRow, paper?: 'a4' | '80mm'): string {
  return `/api/payments/${id}/receipt${paper ? `?paper=${paper}` : ''}`;
}

/** What was given back in part can no longer be undone as a whole. */
function isUndoable({ reversedAt, refundedMinor }: PaymentRow): boolean {
  return !reversedAt && refundedMinor === '0';
}

function askToUndo(format: Format, { id, receiptNumber: number, amountMinor, currency }: PaymentRow) {
  confirmAct({
    title: t('payments.undoTitle', { number, amount: format.money(amountMinor, currency) }),
    text: t('payments.undoText'),
    act: t('payments.undo'),
    isDangerous: true,
    reason: 'required',
    run: async (reason) => {
      await reversePayment(id, reason);
      notifyDone(t('payments.undone', { number }));
    },
  });
}
