-- A fee for paying late is an invoice of its own, and this says for what: at most one for an invoice, a kind of fee and a period of it
-- (billing.md R-FEE-1). A fee that grows by the day has a period for each day past due.
create table billing.late_fees (
  invoice_id     uuid not null references billing.invoices,
  kind           text not null check (kind in ('flat', 'percent', 'daily_flat', 'daily_percent')),
  fee_period     integer not null check (fee_period >= 0),
  fee_invoice_id uuid not null unique references billing.invoices,
  amount_minor   bigint not null check (amount_minor > 0),
  charged_on     date not null,
  primary key (invoice_id, kind, fee_period),
  check (invoice_id <> fee_invoice_id)
);
create trigger append_only before update or delete on billing.late_fees for each row execute function platform.refuse_change();
create trigger append_only_truncate before truncate on billing.late_fees execute function platform.refuse_change();
