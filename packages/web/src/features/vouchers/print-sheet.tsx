import { useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { useFormat, useSession } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import classes from './cashier.module.css';
import type { Ticket } from './queries.ts';
import { groupsOf } from './voucher-words.ts';

export const paperSizes = ['58', '80', 'a4'] as const;
export type Paper = (typeof paperSizes)[number];

const pageOf: Record<Paper, string> = {
  58: '@page { size: 58mm auto; margin: 2mm }',
  80: '@page { size: 80mm auto; margin: 3mm }',
  a4: '@page { size: A4; margin: 10mm }',
};

// While paper is printed, nothing but the sheet is there.
const alone = '@media print { body > *:not([data-print-sheet]) { display: none !important } }';

type PrintSheetProps = { tickets: readonly Ticket[]; paper: Paper; onDone: () => void };

/** Tickets on paper: drawn beside the page, printed, and gone. */
export function PrintSheet({ tickets, paper, onDone }: PrintSheetProps) {
  const sheet = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let isGone = false;
    window.addEventListener('afterprint', onDone, { once: true });
    const pictures = [...(sheet.current?.querySelectorAll('img') ?? [])];
    void Promise.allSettled(pictures.map((picture) => picture.decode())).then(() => isGone || window.print());
    return () => {
      isGone = true;
      window.removeEventListener('afterprint', onDone);
    };
  }, [onDone]);
  return createPortal(
    <div ref={sheet} data-print-sheet className={classes.sheet}>
      <style>{`${pageOf[paper]} ${alone}`}</style>
      <div className={paper === 'a4' ? classes.a4 : undefined}>
        {tickets.map((ticket) => (
          <TicketPaper key={ticket.id} ticket={ticket} />
        ))}
      </div>
    </div>,
    document.body,
  );
}

function TicketPaper({ ticket }: { ticket: Ticket }) {
  const format = useFormat();
  const { provider } = useSession();
  return (
    <div className={classes.ticket}>
      <div className={classes.ticketTitle}>{provider.name}</div>
      <div>
        {ticket.packageName} · {format.money(ticket.priceMinor, ticket.currency)}
      </div>
      <div className={classes.ticketCode}>{groupsOf(ticket.code).join(' ')}</div>
      <img className={classes.ticketQr} src={ticket.qr} alt="" />
      <div className={classes.ticketNote}>{t('vouchers.ticket.how')}</div>
      <div className={classes.ticketNote}>
        {ticket.soldAt
          ? t('vouchers.ticket.soldAt', { at: format.dateTime(ticket.soldAt) })
          : t('vouchers.ticket.sealed')}
        {ticket.expiresAt && ` · ${t('vouchers.ticket.until', { at: format.dateTime(ticket.expiresAt) })}`}
      </div>
      {ticket.printCount > 1 && (
        <div className={classes.ticketNote}>{t('vouchers.ticket.reprint', { count: ticket.printCount })}</div>
      )}
    </div>
  );
}
