-- What was seen of a code on its router, so that counters that go back are noticed and nothing is counted twice.
alter table vouchers.vouchers
  add column counter_seconds bigint not null default 0,
  add column counter_bytes bigint not null default 0,
  add column device_count integer not null default 0;

-- The devices that a code was used on.
create table vouchers.devices (
  voucher_id    uuid not null references vouchers.vouchers,
  mac           text not null,
  router_id     uuid not null references routers.routers,
  first_seen_at timestamptz not null,
  primary key (voucher_id, mac)
);
create index devices_seen on vouchers.devices (router_id, first_seen_at);
create trigger append_only before update or delete on vouchers.devices for each row execute function platform.refuse_change();

-- What somebody must look at, with its evidence. One of a kind about a thing, however often it is found.
create table vouchers.alerts (
  id            uuid primary key,
  kind          text not null check (kind ~ '^[a-z_]+$'),
  fingerprint   text not null,
  found_at      timestamptz not null,
  router_id     uuid references routers.routers,
  location_id   uuid,
  staff_id      uuid references auth.staff,
  staff_name    text,
  shift_id      uuid references vouchers.shifts,
  voucher_id    uuid references vouchers.vouchers,
  amount_minor  bigint,
  evidence      jsonb not null,
  state         text not null default 'open' check (state in ('open', 'explained', 'accepted', 'escalated')),
  unique (kind, fingerprint)
);
create index alerts_state on vouchers.alerts (state, found_at desc, id desc);
create index alerts_found on vouchers.alerts (found_at desc, id desc);

create function vouchers.keep_alert() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or to_jsonb(old) - 'state' is distinct from to_jsonb(new) - 'state' then
    raise exception 'vouchers.alerts keeps what was found: % refused', tg_op using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger keep before update or delete on vouchers.alerts for each row execute function vouchers.keep_alert();
create trigger append_only_truncate before truncate on vouchers.alerts execute function platform.refuse_change();

create table vouchers.alert_notes (
  id       bigint generated always as identity primary key,
  alert_id uuid not null references vouchers.alerts,
  at       timestamptz not null,
  by_id    uuid not null references auth.staff,
  by_name  text not null,
  state    text not null,
  note     text not null check (note <> '')
);
create index alert_notes_alert on vouchers.alert_notes (alert_id, id);
create trigger append_only before update or delete on vouchers.alert_notes for each row execute function platform.refuse_change();

-- Nobody sells in a shift of somebody else, whatever the program believes.
create function vouchers.refuse_foreign_shift() returns trigger language plpgsql as $$
begin
  if not exists (select from vouchers.shifts where id = new.shift_id and staff_id = new.staff_id) then
    raise exception 'a sale of one person in the shift of another refused' using errcode = 'restrict_violation', constraint = 'in_own_shift';
  end if;
  return new;
end $$;
create trigger in_own_shift before insert on vouchers.sales for each row execute function vouchers.refuse_foreign_shift();

-- What was sold, seen and counted on one day of the provider. A later look is another revision.
create table vouchers.reconciliations (
  id         uuid primary key,
  day        date not null,
  revision   integer not null check (revision > 0),
  made_at    timestamptz not null,
  made_by    text not null,
  report     jsonb not null,
  unique (day, revision)
);
create index reconciliations_day on vouchers.reconciliations (day desc, revision desc);
create trigger append_only before update or delete on vouchers.reconciliations for each row execute function platform.refuse_change();
create trigger append_only_truncate before truncate on vouchers.reconciliations execute function platform.refuse_change();

-- Money given back for an unused code, by decision of somebody who did not sell it: out of an open drawer, or out of the safe.
create table vouchers.refunds (
  id            uuid primary key,
  voucher_id    uuid not null unique references vouchers.vouchers,
  shift_id      uuid,
  currency      text not null,
  amount_minor  bigint not null check (amount_minor >= 0),
  reason        text not null check (reason <> ''),
  seller_id     uuid not null references auth.staff,
  approved_by   uuid not null references auth.staff,
  approved_name text not null,
  at            timestamptz not null,
  foreign key (shift_id, currency) references vouchers.shifts (id, currency),
  check (approved_by <> seller_id)
);
create index refunds_shift on vouchers.refunds (shift_id) where shift_id is not null;
create trigger append_only before update or delete on vouchers.refunds for each row execute function platform.refuse_change();
create trigger append_only_truncate before truncate on vouchers.refunds execute function platform.refuse_change();
create trigger in_open_shift before insert on vouchers.refunds for each row when (new.shift_id is not null)
  execute function vouchers.refuse_outside_shift();
