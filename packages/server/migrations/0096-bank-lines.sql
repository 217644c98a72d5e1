-- Money that the bank says came in. A line is kept once, however many files it stands in, and waits until it is a customer's.
create table billing.bank_formats (
  bank       text primary key,
  format     jsonb not null,
  -- The line of heads, by which the next file of this bank is known.
  heads      text[] not null,
  updated_at timestamptz not null
);

create table billing.bank_imports (
  id             uuid primary key,
  bank           text not null references billing.bank_formats,
  file_name      text not null,
  at             timestamptz not null,
  by_name        text not null,
  new_count      integer not null check (new_count >= 0),
  known_count    integer not null check (known_count >= 0),
  left_out_count integer not null check (left_out_count >= 0)
);
create index bank_imports_at on billing.bank_imports (at desc);

create table billing.bank_lines (
  id               uuid primary key,
  import_id        uuid not null references billing.bank_imports,
  bank             text not null,
  -- The bank's own number of the entry, or what stands for it where it has none.
  bank_ref         text not null check (bank_ref <> ''),
  booked_on        date not null,
  amount_minor     bigint not null check (amount_minor > 0),
  currency         text not null,
  payer            text not null,
  reference        text not null,
  assigned_minor   bigint not null default 0,
  set_aside_at     timestamptz,
  set_aside_by     text,
  set_aside_reason text,
  unique (bank, bank_ref),
  unique (id, currency),
  check (assigned_minor between 0 and amount_minor),
  check (num_nulls(set_aside_at, set_aside_by, set_aside_reason) in (0, 3)),
  check (set_aside_at is null or assigned_minor = 0)
);
create index bank_lines_import on billing.bank_lines (import_id);
create index bank_lines_waiting on billing.bank_lines (id) where set_aside_at is null and assigned_minor < amount_minor;
create index bank_lines_search on billing.bank_lines using gin (lower(payer || ' ' || reference || ' ' || bank_ref) gin_trgm_ops);

-- What a bank wrote does not change; what becomes of it does.
create function billing.keep_bank_line() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE'
     or (to_jsonb(new) - array['assigned_minor', 'set_aside_at', 'set_aside_by', 'set_aside_reason'])
        is distinct from (to_jsonb(old) - array['assigned_minor', 'set_aside_at', 'set_aside_by', 'set_aside_reason']) then
    raise exception 'billing.bank_lines keeps what the bank wrote: % refused', tg_op using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger keep_bank_line before update or delete on billing.bank_lines for each row execute function billing.keep_bank_line();
create trigger append_only before update or delete on billing.bank_imports for each row execute function platform.refuse_change();

create table billing.bank_line_payments (
  payment_id uuid primary key,
  line_id    uuid not null,
  currency   text not null,
  foreign key (payment_id, currency) references billing.payments (id, currency),
  foreign key (line_id, currency) references billing.bank_lines (id, currency)
);
create index bank_line_payments_line on billing.bank_line_payments (line_id);
create trigger append_only before update or delete on billing.bank_line_payments for each row execute function platform.refuse_change();
