-- Where the counter's money lies: the drawer of a shift, the safe of a location, on its way between them or to the bank.
alter table ledger.accounts add column owner_id uuid;
alter table ledger.accounts drop constraint accounts_kind_customer_id_currency_key;
alter table ledger.accounts add constraint accounts_one unique nulls not distinct (kind, customer_id, owner_id, currency);

-- Beside whatever kinds there are already.
do $$
declare
  known text;
begin
  select pg_get_expr(conbin, conrelid) into known from pg_constraint
  where conrelid = 'ledger.accounts'::regclass and conname = 'accounts_kind_check';
  execute format($sql$
    alter table ledger.accounts drop constraint accounts_kind_check,
      add constraint accounts_kind_check check (
        kind in ('cash_drawer', 'safe', 'cash_in_transit', 'cash_expense', 'cash_over_short', 'voucher_liability', 'breakage') or %s)
  $sql$, known);
end $$;
alter table ledger.accounts add constraint accounts_owner check (
  (kind in ('cash_drawer', 'cash_in_transit')) <= (owner_id is not null));
