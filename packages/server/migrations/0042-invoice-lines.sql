-- Invoices with lines and taxes. What was one amount becomes an invoice with one line.
alter table billing.invoices
  add column net_minor bigint,
  add column tax_minor bigint not null default 0,
  add column credited_minor bigint not null default 0,
  add column tax_mode text not null default 'exclusive' check (tax_mode in ('exclusive', 'inclusive')),
  add column tax_level text not null default 'rate_group' check (tax_level in ('rate_group', 'line')),
  add column tax_rounding text not null default 'half_up' check (tax_rounding in ('half_up', 'half_even', 'down')),
  alter column series_prefix drop not null,
  alter column series_year drop not null,
  alter column series_no drop not null,
  alter column number drop not null,
  alter column issued_on drop not null;
update billing.invoices set net_minor = amount_minor;
alter table billing.invoices drop constraint invoices_status_check;
-- Takes the checks along that name it.
alter table billing.invoices drop column amount_minor;
alter table billing.invoices
  alter column net_minor set not null,
  add column amount_minor bigint not null generated always as (net_minor + tax_minor) stored,
  -- What is still to be paid.
  add column balance_minor bigint not null generated always as (net_minor + tax_minor - settled_minor) stored,
  -- Few are stored: partly paid and overdue are derived (R-INV-6).
  add constraint invoices_status_check check (status in ('draft', 'open', 'paid', 'void', 'uncollectible')),
  add constraint invoices_amount check (amount_minor >= 0 and (amount_minor > 0 or status in ('draft', 'paid', 'void'))),
  add constraint invoices_settled check (settled_minor between 0 and amount_minor),
  add constraint invoices_paid_is_settled check (status not in ('open', 'paid') or (status = 'paid') = (settled_minor = amount_minor)),
  add constraint invoices_nothing_settled check (status not in ('draft', 'void') or settled_minor = 0),
  add constraint invoices_credited check (credited_minor between 0 and amount_minor and (credited_minor = 0 or status not in ('draft', 'void'))),
  -- An invoice has its number from the day it is issued, and keeps it.
  add constraint invoices_numbered check (num_nulls(series_prefix, series_year, series_no, number, issued_on) = case status when 'draft' then 5 else 0 end);

create table billing.credit_notes (
  id            uuid primary key,
  series_prefix text not null,
  series_year   integer not null,
  series_no     bigint not null,
  number        text not null unique,
  invoice_id    uuid not null,
  customer_id   uuid not null references customers.customers,
  currency      text not null,
  net_minor     bigint not null check (net_minor >= 0),
  tax_minor     bigint not null check (tax_minor >= 0),
  amount_minor  bigint not null generated always as (net_minor + tax_minor) stored,
  -- What of it settled the invoice; the rest is credit of the customer.
  applied_minor bigint not null,
  reason        text not null,
  issued_on     date not null,
  by_name       text not null,
  created_at    timestamptz not null,
  unique (series_prefix, series_year, series_no),
  unique (id, currency),
  foreign key (series_prefix, series_year) references billing.number_series (prefix, year),
  foreign key (invoice_id, currency) references billing.invoices (id, currency),
  check (amount_minor > 0),
  check (applied_minor between 0 and amount_minor)
);
create index credit_notes_invoice on billing.credit_notes (invoice_id);
create index credit_notes_customer on billing.credit_notes (customer_id, id desc);

create table billing.invoice_lines (
  invoice_id      uuid not null references billing.invoices on delete cascade,
  line_no         integer not null check (line_no > 0),
  kind            text not null check (kind in ('manual', 'recurring', 'stub', 'setup', 'proration_credit', 'proration_charge', 'late_fee')),
  description     text not null,
  quantity        integer not null default 1 check (quantity between 1 and 100000),
  unit_minor      bigint not null,
  discount_minor  bigint not null default 0 check (discount_minor >= 0),
  -- Net where prices are exclusive of tax, gross where they include it.
  amount_minor    bigint not null generated always as (quantity * unit_minor - discount_minor) stored,
  tax_name        text,
  rate_bp         integer not null default 0 check (rate_bp between 0 and 10000),
  net_minor       bigint not null,
  tax_minor       bigint not null default 0,
  subscription_id uuid,
  -- The period that it charges; proration lines lie within one.
  period_on       date,
  starts_on       date,
  ends_on         date,
  -- The credit note that took the charge back: its period may be charged again.
  credited_by     uuid references billing.credit_notes,
  primary key (invoice_id, line_no),
  foreign key (subscription_id, period_on) references billing.periods (subscription_id, starts_on),
  check (amount_minor in (net_minor, net_minor + tax_minor)),
  check (unit_minor >= 0 or kind = 'proration_credit'),
  check (kind = 'proration_credit' or amount_minor >= 0),
  check (starts_on < ends_on),
  check ((starts_on is null) = (ends_on is null)),
  check (rate_bp = 0 or tax_name is not null),
  check (kind not in ('recurring', 'stub') or num_nulls(subscription_id, period_on, starts_on) = 0)
);
-- No period is charged twice, whatever runs, how often and beside whom (R-RUN-1).
create unique index invoice_lines_period on billing.invoice_lines (subscription_id, period_on)
  where kind in ('recurring', 'stub') and credited_by is null;
create unique index invoice_lines_setup on billing.invoice_lines (subscription_id) where kind = 'setup' and credited_by is null;
-- What is deferred: charged for days that are still to come.
create index invoice_lines_ends on billing.invoice_lines (ends_on) where ends_on is not null;

insert into billing.invoice_lines (invoice_id, line_no, kind, description, unit_minor, net_minor)
select id, 1, 'manual', description, net_minor, net_minor from billing.invoices;

create table billing.credit_note_lines (
  credit_note_id  uuid not null references billing.credit_notes,
  line_no         integer not null check (line_no > 0),
  invoice_id      uuid,
  invoice_line_no integer,
  description     text not null,
  amount_minor    bigint not null check (amount_minor > 0),
  tax_name        text,
  rate_bp         integer not null default 0 check (rate_bp between 0 and 10000),
  net_minor       bigint not null check (net_minor >= 0),
  tax_minor       bigint not null default 0 check (tax_minor >= 0),
  primary key (credit_note_id, line_no),
  foreign key (invoice_id, invoice_line_no) references billing.invoice_lines (invoice_id, line_no),
  check (amount_minor in (net_minor, net_minor + tax_minor))
);

create trigger append_only before update or delete on billing.credit_notes for each row execute function platform.refuse_change();
create trigger append_only before update or delete on billing.credit_note_lines for each row execute function platform.refuse_change();
create trigger append_only_truncate before truncate on billing.credit_notes execute function platform.refuse_change();
create trigger append_only_truncate before truncate on billing.credit_note_lines execute function platform.refuse_change();
create trigger append_only_truncate before truncate on billing.invoices execute function platform.refuse_change();
create trigger append_only_truncate before truncate on billing.invoice_lines execute function platform.refuse_change();
create trigger append_only_truncate before truncate on billing.periods execute function platform.refuse_change();

-- The sum of credit notes stands on the invoice, where a check keeps it from exceeding it (R-CN-1).
create function billing.count_credit_note() returns trigger language plpgsql as $$
begin
  update billing.invoices set credited_minor = credited_minor + new.amount_minor where id = new.invoice_id;
  return null;
end $$;
create trigger count_credit_note after insert on billing.credit_notes for each row execute function billing.count_credit_note();

-- An issued invoice is never edited and never deleted: what it says stays, and only what happened to it is written beside it.
create function billing.keep_issued_invoice() returns trigger language plpgsql as $$
begin
  if old.status = 'draft' then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  if tg_op = 'DELETE' or new.status = 'draft'
     or (new.id, new.series_prefix, new.series_year, new.series_no, new.number, new.customer_id, new.currency, new.net_minor, new.tax_minor,
         new.issued_on, new.due_on, new.description, new.tax_mode, new.tax_level, new.tax_rounding, new.created_at)
        is distinct from
        (old.id, old.series_prefix, old.series_year, old.series_no, old.number, old.customer_id, old.currency, old.net_minor, old.tax_minor,
         old.issued_on, old.due_on, old.description, old.tax_mode, old.tax_level, old.tax_rounding, old.created_at) then
    raise exception 'invoice % is issued: it is corrected by a credit note, never changed', old.number using errcode = 'restrict_violation';
  end if;
  if old.status = 'void' and new.status <> 'void' then
    raise exception 'invoice % is void and stays so', old.number using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger keep_issued_invoice before update or delete on billing.invoices for each row execute function billing.keep_issued_invoice();

create function billing.keep_issued_line() returns trigger language plpgsql as $$
begin
  if not exists (select from billing.invoices where id = old.invoice_id and status <> 'draft') then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  if tg_op = 'DELETE' or old.credited_by is not null or new.credited_by is null
     or (to_jsonb(new) - 'credited_by') is distinct from (to_jsonb(old) - 'credited_by') then
    raise exception 'line % of an issued invoice is never changed', old.line_no using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger keep_issued_line before update or delete on billing.invoice_lines for each row execute function billing.keep_issued_line();

-- The lines of an issued invoice come all at once and sum to it; those of a subscription are its customer's, in its currency.
-- By index, whatever the planner believes of a table that was empty when it first looked.
create function billing.check_new_lines() returns trigger language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare wrong text;
begin
  select invoice.number into wrong
  from (select invoice_id, count(*) as lines from new_lines group by invoice_id) written
  join billing.invoices invoice on invoice.id = written.invoice_id and invoice.status <> 'draft'
  join lateral (
    select sum(line.net_minor) as net, sum(line.tax_minor) as tax, count(*) as lines
    from billing.invoice_lines line where line.invoice_id = invoice.id
  ) sums on true
  where sums.net <> invoice.net_minor or sums.tax <> invoice.tax_minor or sums.lines <> written.lines
  limit 1;
  if found then
    raise exception 'the lines of invoice % do not sum to it, or came after it was issued', wrong using errcode = 'check_violation';
  end if;
  perform from new_lines line
  join billing.invoices invoice on invoice.id = line.invoice_id
  join billing.subscriptions subscription on subscription.id = line.subscription_id
  where subscription.customer_id <> invoice.customer_id or subscription.currency <> invoice.currency;
  if found then
    raise exception 'a line charges a subscription of another customer or currency' using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger check_new_lines after insert on billing.invoice_lines referencing new table as new_lines
  for each statement execute function billing.check_new_lines();

-- At the commit: what is issued has lines that sum to it, however it came to be so.
create function billing.check_issued_invoice() returns trigger language plpgsql as $$
begin
  if not exists (select from billing.invoice_lines where invoice_id = new.id) then
    raise exception 'invoice % has no lines', new.number using errcode = 'check_violation';
  end if;
  if tg_op = 'UPDATE' and (select (sum(net_minor), sum(tax_minor)) is distinct from (new.net_minor::numeric, new.tax_minor::numeric)
                           from billing.invoice_lines where invoice_id = new.id) then
    raise exception 'the lines of invoice % do not sum to it', new.number using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger check_issued_invoice after insert on billing.invoices deferrable initially deferred
  for each row when (new.status <> 'draft') execute function billing.check_issued_invoice();
create constraint trigger check_issued_draft after update on billing.invoices deferrable initially deferred
  for each row when (old.status = 'draft' and new.status <> 'draft') execute function billing.check_issued_invoice();

-- Gapless: a number follows the one before it, and was drawn (R-NUM-1). A series that came from elsewhere begins later.
alter table billing.number_series add column first_no bigint not null default 1;
create function billing.keep_series() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or new.last_no < old.last_no or new.first_no <> old.first_no
     or (new.prefix, new.year) is distinct from (old.prefix, old.year) then
    raise exception 'numbers of series % % are drawn once', old.prefix, old.year using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger keep_series before update or delete on billing.number_series for each row execute function billing.keep_series();
create trigger keep_series_truncate before truncate on billing.number_series execute function platform.refuse_change();

create function billing.check_new_numbers() returns trigger language plpgsql as $$
declare wrong text;
begin
  select drawn.series_prefix || ' ' || drawn.series_year into wrong
  from (select series_prefix, series_year, min(series_no) as lowest, max(series_no) as highest, count(*) as numbers
        from new_invoices where series_no is not null group by 1, 2) drawn
  join billing.number_series series on series.prefix = drawn.series_prefix and series.year = drawn.series_year
  where drawn.highest - drawn.lowest + 1 <> drawn.numbers or drawn.highest > series.last_no or drawn.lowest < series.first_no
     or (drawn.lowest > series.first_no and not exists (
       select from billing.invoices before
       where before.series_prefix = drawn.series_prefix and before.series_year = drawn.series_year and before.series_no = drawn.lowest - 1))
  limit 1;
  if found then
    raise exception 'the numbers of series % would have a gap, or were not drawn', wrong using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger check_new_numbers after insert on billing.invoices referencing new table as new_invoices
  for each statement execute function billing.check_new_numbers();

create function billing.check_draft_number() returns trigger language plpgsql as $$
begin
  if not exists (
    select from billing.number_series series
    where series.prefix = new.series_prefix and series.year = new.series_year and new.series_no between series.first_no and series.last_no
      and (new.series_no = series.first_no or exists (
        select from billing.invoices before
        where before.series_prefix = new.series_prefix and before.series_year = new.series_year and before.series_no = new.series_no - 1))) then
    raise exception 'number % would leave a gap, or was not drawn', new.number using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger check_draft_number after update on billing.invoices
  for each row when (old.status = 'draft' and new.status <> 'draft') execute function billing.check_draft_number();

-- Runs of the invoicing: a log for people. What was charged is known by its period, never by a run.
create table billing.invoice_runs (
  id            uuid primary key,
  at            timestamptz not null,
  ended_at      timestamptz,
  day           date not null,
  by_name       text not null,
  invoice_count integer not null default 0,
  passed_count  integer not null default 0,
  failed_count  integer not null default 0,
  -- [{currency, amountMinor}]
  totals        jsonb not null default '[]',
  -- The first of those that could not be billed, each with its reason (R-RUN-3).
  failures      jsonb not null default '[]'
);
create index invoice_runs_at on billing.invoice_runs (at desc, id desc);

-- ---- the ledger
alter table ledger.accounts drop constraint accounts_kind_check;
alter table ledger.accounts add constraint accounts_kind_check check (kind in (
  'receivable', 'customer_credit', 'revenue', 'deferred_revenue', 'late_fee_revenue', 'tax_payable', 'cash', 'bank', 'provider',
  'bad_debt', 'refund_clearing', 'opening_balance', 'cash_over_short', 'voucher_liability', 'fee_expense'));
create index accounts_customer on ledger.accounts (customer_id) where customer_id is not null;

-- A journal of another journal's mistake (R-LED-2): once.
alter table ledger.journals add column reversal_of uuid unique references ledger.journals;

-- A closed month stays as it was reported (R-LED-5).
create table ledger.closing (
  is_the_only_row boolean primary key default true check (is_the_only_row),
  closed_through  date not null
);
create function ledger.refuse_closed() returns trigger language plpgsql as $$
begin
  if exists (select from new_journals, ledger.closing where posted_on <= closed_through) then
    raise exception 'the month is closed' using errcode = 'check_violation', constraint = 'journals_month_closed';
  end if;
  return null;
end $$;
create trigger refuse_closed after insert on ledger.journals referencing new table as new_journals
  for each statement execute function ledger.refuse_closed();

-- At the commit: a journal says something. That it balances needs no check, for a posting is both of its sides.
create function ledger.check_journal() returns trigger language plpgsql as $$
begin
  if not exists (select from ledger.postings where journal_id = new.id) then
    raise exception 'journal % has no posting', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger check_journal after insert on ledger.journals deferrable initially deferred
  for each row execute function ledger.check_journal();
