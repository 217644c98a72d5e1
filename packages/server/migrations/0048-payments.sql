-- Money that came in, what became of it, and what goes back. A payment says what was received and never changes; how much of it
-- is used, and that it was undone, is written beside it.
drop trigger append_only on billing.payments;
drop trigger append_only on billing.allocations;

alter table billing.payments
  -- For people: RCP-000123.
  add column receipt_no      bigint generated always as identity unique,
  add column allocated_minor bigint not null default 0,
  add column refunded_minor  bigint not null default 0,
  -- Whoever told us of it, and his own name for it: what he tells twice is recorded once (R-PAY-4).
  add column provider        text,
  add column provider_ref    text,
  add column reversed_at     timestamptz,
  add column reversed_by     text,
  add column reverse_reason  text,
  add constraint payments_used check (allocated_minor >= 0 and refunded_minor >= 0 and allocated_minor + refunded_minor <= amount_minor),
  add constraint payments_reversed check (num_nulls(reversed_at, reversed_by, reverse_reason) in (0, 3)),
  add constraint payments_reversed_unused check (reversed_at is null or (allocated_minor = 0 and refunded_minor = 0)),
  add constraint payments_provider check ((provider is null) = (provider_ref is null)),
  add constraint payments_provider_ref unique (provider, provider_ref);
update billing.payments payment set allocated_minor = (
  select coalesce(sum(amount_minor), 0) from billing.allocations where payment_id = payment.id);

-- What is left of a payment is credit of the customer.
create index payments_with_credit on billing.payments (customer_id, id)
  where reversed_at is null and amount_minor > allocated_minor + refunded_minor;

create function billing.keep_payment() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.reversed_at is not null or new is not distinct from old
     or (to_jsonb(new) - array['allocated_minor', 'refunded_minor', 'reversed_at', 'reversed_by', 'reverse_reason'])
        is distinct from (to_jsonb(old) - array['allocated_minor', 'refunded_minor', 'reversed_at', 'reversed_by', 'reverse_reason']) then
    raise exception 'billing.payments is append-only: % refused', tg_op using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger keep_payment before update or delete on billing.payments for each row execute function billing.keep_payment();

-- Credit of a customer settles an invoice: from a payment, or from a credit note for what was paid already. Taken back, it is a row
-- that reverses another.
alter table billing.allocations
  alter column payment_id drop not null,
  add column credit_note_id uuid,
  add column reverses       bigint unique references billing.allocations,
  -- The invoice had been given up: the money is no longer missing.
  add column is_recovery    boolean not null default false,
  add column created_at     timestamptz not null default now(),
  drop constraint allocations_amount_minor_check,
  add constraint allocations_amount check (case when reverses is null then amount_minor > 0 else amount_minor < 0 end),
  add constraint allocations_source check (num_nonnulls(payment_id, credit_note_id) = 1),
  add foreign key (credit_note_id, currency) references billing.credit_notes (id, currency);
create index allocations_credit_note on billing.allocations (credit_note_id) where credit_note_id is not null;
create trigger append_only before update or delete on billing.allocations for each row execute function platform.refuse_change();

create table billing.refunds (
  id              uuid primary key,
  customer_id     uuid not null references customers.customers,
  payment_id      uuid,
  credit_note_id  uuid,
  currency        text not null,
  amount_minor    bigint not null check (amount_minor > 0),
  method          text not null check (method in ('cash', 'transfer', 'card', 'mobile_money', 'other')),
  reason          text not null check (reason <> ''),
  refunded_on     date not null,
  recorded_by     text not null,
  recorded_at     timestamptz not null,
  idempotency_key text unique,
  check (num_nonnulls(payment_id, credit_note_id) = 1),
  foreign key (payment_id, currency) references billing.payments (id, currency),
  foreign key (credit_note_id, currency) references billing.credit_notes (id, currency)
);
create index refunds_customer on billing.refunds (customer_id, id desc);
create index refunds_payment on billing.refunds (payment_id) where payment_id is not null;
create index refunds_credit_note on billing.refunds (credit_note_id) where credit_note_id is not null;
create trigger append_only before update or delete on billing.refunds for each row execute function platform.refuse_change();
create trigger append_only_truncate before truncate on billing.refunds execute function platform.refuse_change();

-- What a credit note gave as credit is used once.
create function billing.check_credit_note_use() returns trigger language plpgsql as $$
declare left_minor bigint;
begin
  if new.credit_note_id is null then
    return null;
  end if;
  select note.amount_minor - note.applied_minor
    - coalesce((select sum(amount_minor) from billing.allocations where credit_note_id = note.id), 0)
    - coalesce((select sum(amount_minor) from billing.refunds where credit_note_id = note.id), 0)
  into left_minor from billing.credit_notes note where note.id = new.credit_note_id;
  if left_minor < 0 then
    raise exception 'more than its credit is used of credit note %', new.credit_note_id using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger check_credit_note_use after insert on billing.allocations for each row execute function billing.check_credit_note_use();
create trigger check_credit_note_use after insert on billing.refunds for each row execute function billing.check_credit_note_use();
