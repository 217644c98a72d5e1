-- A payment that a person recorded before the bank told of it is linked to the line: it stays the one payment. Such a link is a
-- judgement, which can be taken back; that a line became a payment is a fact, and stays.
alter table billing.bank_line_payments add column is_linked boolean not null default false;

drop trigger append_only on billing.bank_line_payments;
create trigger append_only before update on billing.bank_line_payments for each row execute function platform.refuse_change();
create trigger keep_recorded before delete on billing.bank_line_payments for each row when (not old.is_linked)
  execute function platform.refuse_change();

-- Payments of this amount in the days around a line.
create index payments_like_line on billing.payments (amount_minor, received_on)
  where method <> 'cash' and reversed_at is null;
