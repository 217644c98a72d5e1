-- How invoices, credit notes and receipts are numbered is the provider's choice, for each by itself. Numbers read prefix-2026-00042
-- where they begin anew each year, and prefix-00042 where they do not; such a series has the year 0.
create table billing.number_schemes (
  kind     text primary key check (kind in ('invoice', 'credit_note', 'receipt')),
  prefix   text not null unique check (prefix ~ '^[A-Za-z0-9][A-Za-z0-9/-]{0,15}$'),
  has_year boolean not null,
  digits   integer not null check (digits between 1 and 12),
  revision integer not null default 1,
  -- Or a number without a year would read like one of another series with that year.
  constraint number_schemes_year check (has_year or prefix !~ '-[0-9]{4}$')
);
insert into billing.number_schemes (kind, prefix, has_year, digits)
  select 'invoice', invoice_prefix, true, 5 from settings.provider
  union all select 'credit_note', invoice_prefix || '-CN', true, 5 from settings.provider
  -- A provider whose invoices begin like receipts did keeps his invoices as they are.
  union all select 'receipt', case invoice_prefix when 'RCP' then 'RCPT' else 'RCP' end, false, 6 from settings.provider;
alter table settings.provider drop column invoice_prefix;

-- A series belongs to one kind of document. Where nothing was drawn yet, it may begin later, and never earlier.
alter table billing.number_series add column kind text;
update billing.number_series set kind = case when prefix like '%-CN' then 'credit_note' else 'invoice' end;
alter table billing.number_series
  alter column kind set not null,
  add constraint number_series_kind check (kind in ('invoice', 'credit_note', 'receipt')),
  add constraint number_series_year check (year > 0 or (year = 0 and prefix !~ '-[0-9]{4}$')),
  add constraint number_series_numbers check (first_no > 0 and last_no >= first_no - 1);
create or replace function billing.keep_series() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or new.last_no < old.last_no or (new.prefix, new.year, new.kind) is distinct from (old.prefix, old.year, old.kind)
     or (new.first_no <> old.first_no
         and (old.last_no >= old.first_no or new.first_no < old.first_no or new.last_no <> new.first_no - 1)) then
    raise exception 'numbers of series % % are drawn once', old.prefix, old.year using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

-- Receipts were numbered by a counter of the table, which leaves a gap where a payment is not recorded in the end.
insert into billing.number_series (prefix, year, kind, first_no, last_no)
  select prefix, 0, 'receipt', last_no + 1, last_no
  from billing.number_schemes, (select coalesce(max(receipt_no), 0) as last_no from billing.payments) before where kind = 'receipt';
alter table billing.payments
  alter column receipt_no drop identity,
  drop constraint payments_receipt_no_key,
  add column receipt_prefix text not null generated always as ('RCP') stored,
  add column receipt_year   integer not null generated always as (0) stored,
  add column receipt_number text not null
    generated always as ('RCP-' || lpad(receipt_no::text, greatest(6, length(receipt_no::text)), '0')) stored;
alter table billing.payments
  alter column receipt_prefix drop expression,
  alter column receipt_year drop expression,
  alter column receipt_number drop expression,
  add constraint payments_receipt_series unique (receipt_no, receipt_prefix, receipt_year);
create unique index payments_receipt_number on billing.payments (lower(receipt_number));

-- What has a number got it from a series of its kind, and the one before it is there.
create function billing.check_receipt_number() returns trigger language plpgsql as $$
begin
  if not exists (
    select from billing.number_series series
    where series.prefix = new.receipt_prefix and series.year = new.receipt_year and series.kind = 'receipt'
      and new.receipt_no between series.first_no and series.last_no
      and (new.receipt_no = series.first_no or exists (
        select from billing.payments before
        where before.receipt_no = new.receipt_no - 1 and before.receipt_prefix = new.receipt_prefix
          and before.receipt_year = new.receipt_year))) then
    raise exception 'number % would leave a gap, or was not drawn', new.receipt_number using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger check_receipt_number after insert on billing.payments for each row execute function billing.check_receipt_number();

create function billing.check_credit_note_number() returns trigger language plpgsql as $$
begin
  if not exists (
    select from billing.number_series series
    where series.prefix = new.series_prefix and series.year = new.series_year and series.kind = 'credit_note'
      and new.series_no between series.first_no and series.last_no
      and (new.series_no = series.first_no or exists (
        select from billing.credit_notes before
        where before.series_prefix = new.series_prefix and before.series_year = new.series_year
          and before.series_no = new.series_no - 1))) then
    raise exception 'number % would leave a gap, or was not drawn', new.number using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger check_credit_note_number after insert on billing.credit_notes
  for each row execute function billing.check_credit_note_number();

create or replace function billing.check_new_numbers() returns trigger language plpgsql as $$
declare wrong text;
begin
  select drawn.series_prefix || ' ' || drawn.series_year into wrong
  from (select series_prefix, series_year, min(series_no) as lowest, max(series_no) as highest, count(*) as numbers
        from new_invoices where series_no is not null group by 1, 2) drawn
  join billing.number_series series on series.prefix = drawn.series_prefix and series.year = drawn.series_year
  where drawn.highest - drawn.lowest + 1 <> drawn.numbers or drawn.highest > series.last_no or drawn.lowest < series.first_no
     or series.kind <> 'invoice'
     or (drawn.lowest > series.first_no and not exists (
       select from billing.invoices before
       where before.series_prefix = drawn.series_prefix and before.series_year = drawn.series_year and before.series_no = drawn.lowest - 1))
  limit 1;
  if found then
    raise exception 'the numbers of series % would have a gap, or were not drawn', wrong using errcode = 'check_violation';
  end if;
  return null;
end $$;
