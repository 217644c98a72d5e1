-- Vouchers, shifts and cash (billing.md section 7). What was sold, counted or handed over is never edited: the database itself
-- refuses, to the program and to a person with psql. A mistake is a row of its own.
create schema vouchers;

create table vouchers.settings (
  is_only_row             boolean primary key default true check (is_only_row),
  -- What a sale does while the router does not answer.
  when_unreachable        text not null default 'refuse' check (when_unreachable in ('refuse', 'pending')),
  -- 31 signs: 13 of them are 64 bits (R-VCH-1).
  code_length             integer not null default 13 check (code_length between 8 and 20),
  -- A difference up to this closes a shift without a second person.
  tolerance_minor         bigint not null default 0 check (tolerance_minor >= 0),
  -- With more than this in the drawer nobody sells on.
  drawer_limit_minor      bigint check (drawer_limit_minor > 0),
  -- Up to this a seller takes back an unused code alone.
  void_alone_limit_minor  bigint not null default 0 check (void_alone_limit_minor >= 0),
  -- Where the hotspot's login page is, for the QR code on a ticket.
  login_url               text,
  revision                integer not null default 1
);
insert into vouchers.settings default values;

create table vouchers.packages (
  id          uuid primary key,
  name        text not null check (name <> ''),
  archived_at timestamptz,
  created_at  timestamptz not null,
  revision    integer not null default 1
);
create unique index packages_name on vouchers.packages (lower(name)) where archived_at is null;

-- A change is a new version; what was sold keeps its own.
create table vouchers.package_versions (
  id               uuid primary key,
  package_id       uuid not null references vouchers.packages,
  number           integer not null check (number > 0),
  name             text not null,
  price_minor      bigint not null check (price_minor >= 0),
  currency         text not null check (currency ~ '^[A-Z]{3}$'),
  -- Time online, or time since the first login.
  duration_kind    text not null check (duration_kind in ('used', 'wall')),
  duration_seconds integer check (duration_seconds > 0),
  data_bytes       bigint check (data_bytes > 0),
  down_kbps        integer not null check (down_kbps > 0),
  up_kbps          integer not null check (up_kbps > 0),
  devices          integer not null check (devices between 1 and 100),
  -- How long a sold code waits for its first login.
  valid_days       integer check (valid_days between 1 and 3660),
  -- Hours of the day, in the provider's time zone; until may be before from, past midnight.
  hours_from       time,
  hours_until      time,
  -- Empty: sold everywhere.
  location_ids     uuid[] not null default '{}',
  profile_name     text not null,
  created_at       timestamptz not null,
  created_by       text not null,
  unique (package_id, number),
  unique (id, currency),
  check (duration_seconds is not null or data_bytes is not null),
  check (duration_kind = 'used' or duration_seconds is not null),
  check ((hours_from is null) = (hours_until is null) and hours_from <> hours_until)
);

-- What one location asks instead.
create table vouchers.package_prices (
  version_id  uuid not null references vouchers.package_versions,
  location_id uuid not null,
  price_minor bigint not null check (price_minor >= 0),
  primary key (version_id, location_id)
);

create table vouchers.shifts (
  id             uuid primary key,
  staff_id       uuid not null references auth.staff,
  staff_name     text not null,
  router_id      uuid not null references routers.routers,
  -- Where it was then: routers move, and locations go.
  location_id    uuid,
  location_name  text,
  currency       text not null check (currency ~ '^[A-Z]{3}$'),
  state          text not null default 'open' check (state in ('open', 'counted', 'closed')),
  opened_at      timestamptz not null,
  opened_cash    jsonb not null,
  opened_minor   bigint not null check (opened_minor >= 0),
  counted_at     timestamptz,
  expected_minor bigint,
  counted_minor  bigint check (counted_minor >= 0),
  variance_minor bigint,
  outcome        text check (outcome in ('balanced', 'closed_with_variance', 'needs_approval')),
  closed_at      timestamptz,
  approved_by    uuid references auth.staff,
  approved_name  text,
  approval_note  text,
  unique (id, currency),
  check ((state = 'open') = (counted_at is null)),
  check ((state = 'closed') = (closed_at is not null)),
  check ((counted_at is null) = (expected_minor is null) and (counted_at is null) = (counted_minor is null)
    and (counted_at is null) = (variance_minor is null) and (counted_at is null) = (outcome is null)),
  check (variance_minor = counted_minor - expected_minor),
  check ((outcome = 'balanced') = (variance_minor = 0)),
  -- A difference that somebody must look at is closed by somebody else, who says why.
  check (state <> 'closed' or outcome <> 'needs_approval' or (approved_by is not null and approval_note is not null)),
  check (approved_by <> staff_id)
);
create unique index shifts_one_of_a_person on vouchers.shifts (staff_id) where state in ('open', 'counted');
create index shifts_opened on vouchers.shifts (opened_at desc, id desc);
create index shifts_of_person on vouchers.shifts (staff_id, opened_at desc);
create index shifts_of_location on vouchers.shifts (location_id, opened_at desc);
create index shifts_standing on vouchers.shifts (state) where state <> 'closed';

create function vouchers.keep_shift() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.state = 'closed' or (old.state = 'counted' and new.state = 'open')
    or (old.id, old.staff_id, old.staff_name, old.router_id, old.location_id, old.location_name, old.currency, old.opened_at, old.opened_cash, old.opened_minor)
      is distinct from (new.id, new.staff_id, new.staff_name, new.router_id, new.location_id, new.location_name, new.currency, new.opened_at, new.opened_cash, new.opened_minor)
    or (old.state = 'counted' and (old.counted_at, old.expected_minor, old.counted_minor, old.variance_minor, old.outcome)
      is distinct from (new.counted_at, new.expected_minor, new.counted_minor, new.variance_minor, new.outcome))
  then
    raise exception 'vouchers.shifts keeps what was opened, counted and closed: % refused', tg_op using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger keep before update or delete on vouchers.shifts for each row execute function vouchers.keep_shift();

-- Whatever the program believes: money moves in an open shift only.
create function vouchers.refuse_outside_shift() returns trigger language plpgsql as $$
begin
  perform 1 from vouchers.shifts where id = new.shift_id and state = 'open' for share;
  if not found then
    raise exception 'no open shift %: % refused', new.shift_id, tg_table_name using errcode = 'restrict_violation', constraint = 'in_open_shift';
  end if;
  return new;
end $$;

-- The count that a shift was closed with, and every later one.
create table vouchers.counts (
  id            uuid primary key,
  shift_id      uuid not null references vouchers.shifts,
  cash          jsonb not null,
  counted_minor bigint not null check (counted_minor >= 0),
  is_blind      boolean not null,
  counted_by    uuid not null references auth.staff,
  counted_name  text not null,
  counted_at    timestamptz not null
);
create index counts_shift on vouchers.counts (shift_id, counted_at);
-- One count is blind; who counts again has seen the sum.
create unique index counts_blind on vouchers.counts (shift_id) where is_blind;

create table vouchers.cash_movements (
  id           uuid primary key,
  shift_id     uuid not null,
  currency     text not null,
  -- Into the drawer from the safe; out of it to the safe, or spent.
  kind         text not null check (kind in ('in', 'to_safe', 'expense')),
  amount_minor bigint not null check (amount_minor > 0),
  reason       text not null check (reason <> ''),
  by_id        uuid not null references auth.staff,
  by_name      text not null,
  at           timestamptz not null,
  idempotency_key text not null,
  unique (by_id, idempotency_key),
  foreign key (shift_id, currency) references vouchers.shifts (id, currency)
);
create index cash_movements_shift on vouchers.cash_movements (shift_id, at);
create trigger in_open_shift before insert on vouchers.cash_movements for each row execute function vouchers.refuse_outside_shift();

create table vouchers.hand_overs (
  id              uuid primary key,
  -- The drawer of a shift to the safe, or the safe to the bank.
  kind            text not null check (kind in ('drawer_to_safe', 'safe_to_bank')),
  shift_id        uuid references vouchers.shifts,
  location_id     uuid,
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor    bigint not null check (amount_minor > 0),
  reference       text,
  given_by        uuid not null references auth.staff,
  given_name      text not null,
  given_at        timestamptz not null,
  received_minor  bigint check (received_minor >= 0),
  received_by     uuid references auth.staff,
  received_name   text,
  received_at     timestamptz,
  note            text,
  check ((kind = 'drawer_to_safe') = (shift_id is not null)),
  check ((received_at is null) = (received_by is null) and (received_at is null) = (received_minor is null)),
  -- Nobody signs for himself.
  check (received_by <> given_by)
);
create index hand_overs_open on vouchers.hand_overs (given_at, id) where received_at is null;
create index hand_overs_given on vouchers.hand_overs (given_at desc, id desc);
create index hand_overs_shift on vouchers.hand_overs (shift_id);

create function vouchers.keep_hand_over() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.received_at is not null
    or (old.id, old.kind, old.shift_id, old.currency, old.amount_minor, old.given_by, old.given_at)
      is distinct from (new.id, new.kind, new.shift_id, new.currency, new.amount_minor, new.given_by, new.given_at)
  then
    raise exception 'vouchers.hand_overs is signed once: % refused', tg_op using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger keep before update or delete on vouchers.hand_overs for each row execute function vouchers.keep_hand_over();

-- Printed before they are sold; worth nothing until then.
create table vouchers.batches (
  id          uuid primary key,
  version_id  uuid not null references vouchers.package_versions,
  quantity    integer not null check (quantity between 1 and 1000),
  note        text,
  created_at  timestamptz not null,
  created_by  text not null
);
create index batches_created on vouchers.batches (created_at desc, id desc);

create table vouchers.sales (
  id                uuid primary key,
  shift_id          uuid not null,
  staff_id          uuid not null references auth.staff,
  -- Two clicks are one sale.
  idempotency_key   text not null check (idempotency_key <> ''),
  version_id        uuid not null,
  quantity          integer not null check (quantity between 1 and 100),
  unit_price_minor  bigint not null check (unit_price_minor >= 0),
  total_minor       bigint not null check (total_minor = quantity * unit_price_minor),
  currency          text not null,
  customer_phone    text,
  -- Reserved: the codes are on their way to the router, and nothing is sold yet.
  state             text not null default 'reserved' check (state in ('reserved', 'complete', 'refused')),
  -- Until then somebody is at it; after a crash somebody else may go on.
  worked_until      timestamptz,
  refusal_code      text,
  refusal_message   text,
  created_at        timestamptz not null,
  ended_at          timestamptz,
  unique (staff_id, idempotency_key),
  unique (id, shift_id),
  foreign key (shift_id, currency) references vouchers.shifts (id, currency),
  foreign key (version_id, currency) references vouchers.package_versions (id, currency),
  check ((state = 'reserved') = (ended_at is null)),
  check ((state = 'refused') = (refusal_code is not null))
);
create index sales_shift on vouchers.sales (shift_id, created_at);
create index sales_of_person on vouchers.sales (staff_id, created_at desc);
create index sales_created on vouchers.sales (created_at desc);
create index sales_reserved on vouchers.sales (worked_until) where state = 'reserved';
create trigger in_open_shift before insert on vouchers.sales for each row execute function vouchers.refuse_outside_shift();
-- And it is completed in an open shift only.
create trigger complete_in_open_shift before update on vouchers.sales for each row
  when (new.state = 'complete') execute function vouchers.refuse_outside_shift();

create function vouchers.keep_sale() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.state <> 'reserved'
    or (old.id, old.shift_id, old.staff_id, old.idempotency_key, old.version_id, old.quantity, old.unit_price_minor, old.total_minor, old.currency, old.created_at)
      is distinct from (new.id, new.shift_id, new.staff_id, new.idempotency_key, new.version_id, new.quantity, new.unit_price_minor, new.total_minor, new.currency, new.created_at)
  then
    raise exception 'vouchers.sales is append-only: % refused', tg_op using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger keep before update or delete on vouchers.sales for each row execute function vouchers.keep_sale();

create table vouchers.vouchers (
  id              uuid primary key,
  -- No 0, O, 1, I, L; case does not matter, so there is only one.
  code            text not null unique check (code ~ '^[2-9A-HJKMNP-Z]{8,20}$'),
  version_id      uuid not null references vouchers.package_versions,
  batch_id        uuid references vouchers.batches,
  state           text not null default 'generated' check (state in ('generated', 'sold', 'redeemed', 'expired', 'void')),
  -- What makes it a sold one: all of it or nothing.
  sale_id         uuid,
  shift_id        uuid,
  seller_id       uuid references auth.staff,
  seller_name     text,
  router_id       uuid references routers.routers,
  price_minor     bigint,
  currency        text,
  customer_phone  text,
  sold_at         timestamptz,
  first_used_at   timestamptz,
  -- Decided here and never by a router's clock: till when the first login is waited for, then till when it runs.
  expires_at      timestamptz,
  ended_at        timestamptz,
  end_reason      text check (end_reason in ('expired', 'used_up', 'voided', 'refunded', 'not_sold')),
  used_seconds    bigint not null default 0,
  used_bytes      bigint not null default 0,
  print_count     integer not null default 0,
  -- What the router is to have, what it is known to have, and since when these differ.
  is_wanted       boolean not null default false,
  is_on_router    boolean not null default false,
  pending_since   timestamptz,
  trouble_message text,
  created_at      timestamptz not null,
  foreign key (sale_id, shift_id) references vouchers.sales (id, shift_id),
  check (state in ('generated', 'void') or (sold_at is not null)),
  check ((sold_at is null) = (seller_id is null) and (sold_at is null) = (price_minor is null)
    and (sold_at is null) = (currency is null)),
  check (sold_at is null or (sale_id is not null and shift_id is not null and router_id is not null)),
  check ((state in ('expired', 'void') or (state = 'redeemed' and end_reason = 'used_up')) = (ended_at is not null)),
  check ((ended_at is null) = (end_reason is null)),
  -- Nothing works that is not sold, or just being sold.
  check (not is_wanted or (ended_at is null and router_id is not null and sale_id is not null)),
  check ((is_wanted = is_on_router) = (pending_since is null))
);
create index vouchers_sale on vouchers.vouchers (sale_id);
create index vouchers_batch on vouchers.vouchers (batch_id, code) where batch_id is not null;
create index vouchers_seller on vouchers.vouchers (seller_id, sold_at desc, id desc) where sold_at is not null;
create index vouchers_sold on vouchers.vouchers (sold_at desc, id desc) where sold_at is not null;
create index vouchers_shift on vouchers.vouchers (shift_id, sold_at);
create index vouchers_phone on vouchers.vouchers (customer_phone, sold_at desc) where customer_phone is not null;
create index vouchers_pending on vouchers.vouchers (router_id, id) where is_wanted <> is_on_router;
create index vouchers_on_router on vouchers.vouchers (router_id, code) where is_wanted or is_on_router;
create index vouchers_expiring on vouchers.vouchers (expires_at) where ended_at is null and sold_at is not null;
create index vouchers_code_prefix on vouchers.vouchers (code text_pattern_ops);

create function vouchers.keep_voucher() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (old.id, old.code, old.version_id, old.batch_id, old.created_at) is distinct from (new.id, new.code, new.version_id, new.batch_id, new.created_at)
    or (old.sold_at is not null and (old.sale_id, old.shift_id, old.seller_id, old.seller_name, old.router_id, old.price_minor, old.currency, old.sold_at)
      is distinct from (new.sale_id, new.shift_id, new.seller_id, new.seller_name, new.router_id, new.price_minor, new.currency, new.sold_at))
    or (old.first_used_at is not null and old.first_used_at is distinct from new.first_used_at)
    or (old.ended_at is not null and (old.state, old.ended_at, old.end_reason) is distinct from (new.state, new.ended_at, new.end_reason))
    or new.print_count < old.print_count
  then
    raise exception 'vouchers.vouchers keeps what was sold, used and ended: % refused', tg_op using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger keep before update or delete on vouchers.vouchers for each row execute function vouchers.keep_voucher();

-- The life of a code: every operation on it, by whom and when.
create table vouchers.events (
  id         bigint generated always as identity primary key,
  voucher_id uuid not null references vouchers.vouchers,
  at         timestamptz not null,
  kind       text not null,
  by_name    text not null,
  details    jsonb not null default '{}'
);
create index events_voucher on vouchers.events (voucher_id, id);

create trigger append_only before update or delete on vouchers.package_versions for each row execute function platform.refuse_change();
create trigger append_only before update or delete on vouchers.package_prices for each row execute function platform.refuse_change();
create trigger append_only before update or delete on vouchers.counts for each row execute function platform.refuse_change();
create trigger append_only before update or delete on vouchers.cash_movements for each row execute function platform.refuse_change();
create trigger append_only before update or delete on vouchers.batches for each row execute function platform.refuse_change();
create trigger append_only before update or delete on vouchers.events for each row execute function platform.refuse_change();
create trigger append_only_truncate before truncate on vouchers.package_versions execute function platform.refuse_change();
create trigger append_only_truncate before truncate on vouchers.package_prices execute function platform.refuse_change();
create trigger append_only_truncate before truncate on vouchers.counts execute function platform.refuse_change();
create trigger append_only_truncate before truncate on vouchers.cash_movements execute function platform.refuse_change();
create trigger append_only_truncate before truncate on vouchers.batches execute function platform.refuse_change();
create trigger append_only_truncate before truncate on vouchers.events execute function platform.refuse_change();
create trigger append_only_truncate before truncate on vouchers.shifts execute function platform.refuse_change();
create trigger append_only_truncate before truncate on vouchers.sales execute function platform.refuse_change();
create trigger append_only_truncate before truncate on vouchers.vouchers execute function platform.refuse_change();
create trigger append_only_truncate before truncate on vouchers.hand_overs execute function platform.refuse_change();
