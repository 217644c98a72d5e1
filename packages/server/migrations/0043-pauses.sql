-- A subscription that is paused, and one that has ended, are off at the router like all that is off: by a block with its reason.
alter table provisioning.blocks drop constraint blocks_reason_check;
alter table provisioning.blocks add constraint blocks_reason_check
  check (reason in ('overdue', 'staff', 'vacation', 'ended', 'cap_reached', 'expired'));

-- Before an update a generated column has no value yet, so it is left out of the comparison: what it is made of is compared.
create or replace function billing.keep_issued_line() returns trigger language plpgsql as $$
begin
  if not exists (select from billing.invoices where id = old.invoice_id and status <> 'draft') then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  if tg_op = 'DELETE' or old.credited_by is not null or new.credited_by is null
     or (to_jsonb(new) - 'credited_by' - 'amount_minor') is distinct from (to_jsonb(old) - 'credited_by' - 'amount_minor') then
    raise exception 'line % of an issued invoice is never changed', old.line_no using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
