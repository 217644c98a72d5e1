// A day's reconciliation on paper: what goes into the folder, with the root that proves what the log said.
import { dayInWords, moneyInWords } from '#platform/languages.ts';
import { mm, openPaper, type Paper, type TextStyle } from '#platform/pdf.ts';
import type { ReportView } from './reconcile-day.ts';

const margin = 18 * mm;
const quiet = '#5b6470';
const lineGap = 2;

type Column<Row> = { head: string; width: number; text: (row: Row) => string; align?: 'right' };

export function drawReport(report: ReportView, providerName: string, timeZone: string): Promise<Buffer> {
  const day = dayInWords(report.day, 'en');
  const title = `Reconciliation of ${day}`;
  const paper = openPaper({ title, author: providerName, createdAt: report.madeAt });
  const sheet = createSheet(paper);
  const madeAt = report.madeAt.toZonedDateTimeISO(timeZone).toPlainDateTime().toString({ smallestUnit: 'minute' });
  sheet.line(providerName, { color: quiet });
  sheet.line(title, { size: 18, weight: 'bold' });
  sheet.line(`Revision ${report.revision}, made ${madeAt.replace('T', ' ')} (${timeZone}) by ${report.madeBy}`, {
    color: quiet,
  });
  sheet.gap();
  drawTotals(sheet, report);
  drawShifts(sheet, report);
  drawRouters(sheet, report);
  if (report.alerts.length > 0) {
    sheet.heading('To look at');
    for (const { kind, count } of report.alerts) sheet.line(`${count} × ${kind.replaceAll('_', ' ')}`);
  }
  sheet.heading('Audit log of the day');
  sheet.line(report.auditRoot ?? 'The day is not closed in the audit log yet.', { size: 8, color: quiet });
  paper.onEveryPage((pageNo, pageCount) => {
    paper.text(
      `${title} · revision ${report.revision} · page ${pageNo} of ${pageCount}`,
      { x: margin, y: paper.size.height - 12 * mm, width: paper.size.width - 2 * margin },
      { size: 8, color: quiet, align: 'center' },
    );
  });
  return paper.finish();
}

type Sheet = ReturnType<typeof createSheet>;

function createSheet(paper: Paper) {
  const width = paper.size.width - 2 * margin;
  const bottom = paper.size.height - 18 * mm;
  let y = margin;
  const room = (height: number) => {
    if (y + height <= bottom) return false;
    paper.addPage();
    y = margin;
    return true;
  };
  const line = (text: string, style?: TextStyle) => {
    room(paper.heightOf(text, width, style));
    y += paper.text(text, { x: margin, y, width }, style) + lineGap;
  };
  const row = <Row>(columns: readonly Column<Row>[], textOf: (column: Column<Row>) => string, style?: TextStyle) => {
    let [x, height] = [margin, 0];
    for (const column of columns) {
      const box = { x, y, width: column.width * width - 2 * mm };
      const align = column.align ? { align: column.align } : {};
      height = Math.max(height, paper.text(textOf(column), box, { size: 8.5, ...align, ...style }));
      x += column.width * width;
    }
    y += height + lineGap;
  };
  return {
    line,
    gap: () => {
      y += 4 * mm;
    },
    heading: (text: string) => {
      room(20 * mm);
      y += 5 * mm;
      line(text, { size: 12, weight: 'bold' });
    },
    table: <Row>(columns: readonly Column<Row>[], rows: readonly Row[]) => {
      const head = () => row(columns, (column) => column.head, { weight: 'bold' });
      head();
      for (const item of rows) {
        const height = Math.max(...columns.map((c) => paper.heightOf(c.text(item), c.width * width, { size: 8.5 })));
        if (room(height)) head();
        row(columns, (column) => column.text(item));
      }
    },
  };
}

function drawTotals(sheet: Sheet, { totals, currency, unsoldCodes }: ReportView): void {
  const money = (minor: bigint) => moneyInWords(minor, currency, 'en');
  sheet.line(`Sold: ${totals.soldCount} codes, ${money(totals.soldMinor)}`, { weight: 'bold' });
  sheet.line(`In the ledger: ${money(totals.ledgerMinor)}${totals.booksFlag === 'ok' ? '' : ' (differs)'}`);
  sheet.line(`First used: ${totals.usedCount} codes`);
  sheet.line(`Used without a sale: ${totals.unsoldCount === 0 ? 'none' : unsoldCodes.join(', ')}`);
  sheet.line(`Counted: ${money(totals.countedMinor)}, difference ${money(totals.varianceMinor)}`);
}

function drawShifts(sheet: Sheet, { shifts, currency }: ReportView): void {
  const money = (minor: bigint | null) => (minor === null ? '–' : moneyInWords(minor, currency, 'en'));
  sheet.heading('Shifts');
  if (shifts.length === 0) sheet.line('None.');
  sheet.table(
    [
      { head: 'Person', width: 0.18, text: ({ staffName }) => staffName },
      { head: 'Location', width: 0.18, text: ({ locationName }) => locationName ?? '–' },
      { head: 'Expected', width: 0.15, text: ({ expectedMinor }) => money(expectedMinor), align: 'right' },
      { head: 'Counted', width: 0.15, text: ({ countedMinor }) => money(countedMinor), align: 'right' },
      { head: 'Difference', width: 0.13, text: ({ varianceMinor }) => money(varianceMinor), align: 'right' },
      { head: 'Received', width: 0.13, text: ({ receivedMinor }) => money(receivedMinor), align: 'right' },
      { head: '', width: 0.08, text: ({ flag }) => flag },
    ],
    shifts,
  );
}

function drawRouters(sheet: Sheet, { routers, currency }: ReportView): void {
  sheet.heading('Routers');
  if (routers.length === 0) sheet.line('None with codes.');
  sheet.table(
    [
      { head: 'Router', width: 0.34, text: ({ label }) => label },
      { head: 'Sold', width: 0.12, text: ({ soldCount }) => `${soldCount}`, align: 'right' },
      { head: 'Amount', width: 0.2, text: ({ soldMinor }) => moneyInWords(soldMinor, currency, 'en'), align: 'right' },
      { head: 'First used', width: 0.14, text: ({ usedCount }) => `${usedCount}`, align: 'right' },
      { head: 'On it', width: 0.1, text: ({ onRouterCount }) => `${onRouterCount}`, align: 'right' },
      { head: 'MB', width: 0.1, text: ({ usedBytes }) => `${usedBytes / 1_000_000n}`, align: 'right' },
    ],
    routers,
  );
}
