// Billing at the command line: the same code as the pages and the schedules. What cron sees is the exit code: 0 done, 3 something
// waits for a person, 4 the same runs already.
import type { CommandContext, Commands } from '#platform/commands.ts';
import { startOfDay } from '#platform/dates.ts';
import type { Actor, Database } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { getSettings } from '#settings/provider.ts';
import { checkBooks, whoseIs } from './book-check.ts';
import { getForecast } from './forecast.ts';
import { type InvoicePlan, planInvoicing, runInvoicing } from './invoice-runs.ts';
import { replayLog } from './log-replay.ts';
import { previewOverdueRun, runOverdueCheck } from './overdue-runs.ts';

const actor: Actor = { kind: 'system', id: null, name: 'command line' };
const needsPerson = 3;
const busy = 4;
// As far as the page looks.
const daysAhead = 7;

const json = { json: 'print one line of JSON' };
const dryRun = { 'dry-run': 'say what would be done, and do nothing' };

export const billingCommands: Commands = {
  'billing:generate-invoices': {
    summary: 'Invoice all that is due. Run twice, the second finds nothing.',
    options: { date: 'with --dry-run: as if today were this day' },
    flags: { ...dryRun, ...json },
    run: generateInvoices,
  },
  'billing:overdue': {
    summary: 'Suspend who is overdue past the days of grace, restore who no longer is.',
    options: { date: 'with --dry-run: as if today were this day' },
    flags: { ...dryRun, ...json },
    run: checkOverdue,
  },
  'billing:forecast': {
    summary:
      'Say what would be invoiced up to a day, today if not given, and who is reminded, suspended and restored in seven.',
    options: { date: 'the last day that counts, such as 2026-01-31' },
    flags: { 'dry-run': 'changes nothing here: a forecast never does anything', ...json },
    run: forecast,
  },
  'billing:verify': {
    summary: 'Hold the books against invoices, payments, credit notes and closed shifts, and name what differs.',
    options: {},
    flags: { log: 'and against all that the audit log says was done', ...json },
    run: verifyBooks,
  },
};

type Options = Record<string, string>;

async function generateInvoices(context: CommandContext, options: Options): Promise<number> {
  const { database, say } = context;
  if (options['dry-run'] !== undefined) {
    const plan = await planOf(context, options);
    tell(say, options, plan, linesOf(plan));
    return 0;
  }
  refuseDate(options, 'invoices are issued on the day they are issued');
  const run = await runInvoicing(database, actor);
  tell(say, options, run, [
    `${run.invoiceCount} invoices issued${sumsOf(run.totals)}, ${run.passedCount} periods passed over, ${run.failedCount} failed`,
    ...run.failures.map(({ subscriptionId, reason }) => `  subscription ${subscriptionId}: ${reason}`),
  ]);
  return run.failedCount > 0 ? needsPerson : 0;
}

/** Nothing is backdated, and nothing is done before its day. */
function refuseDate({ date }: Options, why: string): void {
  if (date !== undefined) throw new Error(`--date goes with --dry-run: ${why}`);
}

async function forecast(context: CommandContext, options: Options): Promise<number> {
  const { database, say } = context;
  const plan = await planOf(context, options);
  const { days } = await getForecast(database.db, database.clock.now(), daysAhead);
  tell(say, options, { ...plan, days }, [
    ...linesOf(plan),
    ...days.map(({ day, groups }) => [`${day}:`, ...groups.map(({ kind, count }) => `${kind} ${count}`)].join(' ')),
  ]);
  return 0;
}

function planOf({ database }: CommandContext, { date }: Options): Promise<InvoicePlan> {
  return planInvoicing(database.db, database.clock.now(), date === undefined ? undefined : dayOf(date));
}

function linesOf({ day, invoiceCount, totals, invoices }: InvoicePlan): string[] {
  const shown = invoices.map(
    ({ customerId, planName, startsOn, endsOn, amountMinor, currency }) =>
      `  ${customerId}  ${planName}  ${startsOn} to ${endsOn}  ${amountMinor} ${currency} (minor units)`,
  );
  const more = invoiceCount > invoices.length ? [`  and ${invoiceCount - invoices.length} more`] : [];
  return [`up to ${day}: ${invoiceCount} invoices${sumsOf(totals)}`, ...shown, ...more];
}

function sumsOf(totals: readonly { currency: string; amountMinor: bigint }[]): string {
  return totals.map(({ currency, amountMinor }) => `, ${amountMinor} ${currency} in minor units`).join('');
}

async function checkOverdue({ database, say }: CommandContext, options: Options): Promise<number> {
  if (options['dry-run'] !== undefined) {
    const preview = await previewOverdueRun(database.db, database.clock.now(), await momentOf(database, options));
    tell(say, options, preview, [`would suspend ${preview.suspendCount}, restore ${preview.restoreCount}`]);
    return 0;
  }
  refuseDate(options, 'nobody is suspended before his day');
  try {
    const run = await runOverdueCheck(database, actor);
    tell(say, options, run, [
      `${run.checkedCount} checked, ${run.suspendedCount} suspended, ${run.restoredCount} restored`,
      ...(run.stoppedReason ? [`stopped by the fuse: ${run.stoppedReason}`] : []),
    ]);
    return run.stoppedReason ? needsPerson : 0;
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'billing_run_busy')) throw error;
    tell(say, options, { error: error.code }, ['a run is under way']);
    return busy;
  }
}

async function verifyBooks({ database, say }: CommandContext, options: Options): Promise<number> {
  const check = await checkBooks(database.db, database.clock.now());
  const byLog = options.log === undefined ? [] : await replayLog(database.db);
  tell(say, options, options.log === undefined ? check : { ...check, byLog }, [
    check.count === 0
      ? 'the books agree with every invoice, payment, shift and report'
      : `${check.count} accounts differ`,
    ...check.differences.map((difference) => {
      const { kind, customerId, currency, bookedMinor, countedMinor } = difference;
      const whose = [customerId, whoseIs(difference)].filter(Boolean).join('  ');
      return `  ${whose}: ${kind} ${bookedMinor} ${currency} in the books, ${countedMinor} on documents (minor units)`;
    }),
    ...byLog.map(
      ({ account, bookedMinor, loggedMinor }) =>
        `  ${account}: ${bookedMinor} in the books, ${loggedMinor} by the audit log (minor units)`,
    ),
  ]);
  return check.count === 0 && byLog.length === 0 ? 0 : needsPerson;
}

async function momentOf({ db, clock }: Database, { date }: Options): Promise<Temporal.Instant> {
  return date === undefined ? clock.now() : startOfDay(dayOf(date), (await getSettings(db)).timeZone);
}

function dayOf(text: string): Temporal.PlainDate {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' });
  } catch {
    throw new Error(`--date must be a day such as 2026-01-31, and is "${text}"`);
  }
}

function tell(say: (line: string) => void, options: Options, data: unknown, lines: readonly string[]): void {
  if (options.json !== undefined) say(JSON.stringify(data, plain));
  else for (const line of lines) say(line);
}

/** Money as digits, as the API has it. */
function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
