// The catalogue. One file per room beside this one, so that two people can write at once; errors and what every page
// shares stand in their own. Terms are those of docs/words.md; plain, active, short, no exclamation marks.
import { access } from './en/access.ts';
import { account } from './en/account.ts';
import { audit } from './en/audit.ts';
import { bank } from './en/bank.ts';
import { billing } from './en/billing.ts';
import { blockedAccess } from './en/blocked-access.ts';
import { books } from './en/books.ts';
import { bulk } from './en/bulk.ts';
import { counters } from './en/counters.ts';
import { customers } from './en/customers.ts';
import { emergency } from './en/emergency.ts';
import { errors } from './en/errors.ts';
import { home } from './en/home.ts';
import { imports } from './en/imports.ts';
import { invoices } from './en/invoices.ts';
import { locations } from './en/locations.ts';
import { mikrotik } from './en/mikrotik.ts';
import { outbox } from './en/outbox.ts';
import { payments } from './en/payments.ts';
import { pending } from './en/pending.ts';
import { plans } from './en/plans.ts';
import { routers } from './en/routers.ts';
import { sessions } from './en/sessions.ts';
import { settings } from './en/settings.ts';
import { shell } from './en/shell.ts';
import { staff } from './en/staff.ts';
import { stock } from './en/stock.ts';
import { subscriptions } from './en/subscriptions.ts';
import { system } from './en/system.ts';
import { tomorrow } from './en/tomorrow.ts';
import { ui } from './en/ui.ts';
import { usage } from './en/usage.ts';
import { vouchers } from './en/vouchers.ts';

export const en = {
  access,
  account,
  audit,
  bank,
  billing,
  books,
  counters,
  bulk,
  blockedAccess,
  customers,
  emergency,
  errors,
  home,
  imports,
  invoices,
  locations,
  mikrotik,
  outbox,
  payments,
  pending,
  plans,
  routers,
  sessions,
  settings,
  shell,
  tomorrow,
  staff,
  stock,
  subscriptions,
  system,
  ui,
  usage,
  vouchers,
} as const;
