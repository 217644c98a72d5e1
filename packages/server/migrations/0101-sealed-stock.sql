-- Sealed stock: codes that are printed before they are sold, allotted to a place, and worth nothing until then. And a seller who
-- takes back a cheap unused code alone, or with a second person who signs at his counter.
create table vouchers.batch_events (
  id          bigint generated always as identity primary key,
  batch_id    uuid not null references vouchers.batches,
  kind        text not null check (kind in ('allotted', 'printed', 'voided', 'lost')),
  -- Where it may be sold from then on; null: everywhere.
  location_id uuid,
  code_count  integer not null check (code_count >= 0),
  reason      text,
  at          timestamptz not null,
  by_id       uuid not null references auth.staff,
  by_name     text not null,
  check (location_id is null or kind = 'allotted'),
  check ((kind in ('voided', 'lost')) = (reason is not null))
);
create index batch_events_batch on vouchers.batch_events (batch_id, id);
create trigger append_only before update or delete on vouchers.batch_events for each row execute function platform.refuse_change();
create trigger append_only_truncate before truncate on vouchers.batch_events execute function platform.refuse_change();

alter table vouchers.vouchers
  drop constraint vouchers_end_reason_check,
  add constraint vouchers_end_reason_check
    check (end_reason in ('expired', 'used_up', 'voided', 'refunded', 'not_sold', 'lost')),
  -- What was lost or voided was never sold, and what was refunded was.
  add constraint vouchers_end_fits_sale
    check (end_reason is null or (end_reason in ('voided', 'not_sold', 'lost')) = (sold_at is null)) not valid;
alter table vouchers.vouchers validate constraint vouchers_end_fits_sale;

alter table vouchers.refunds
  alter column approved_by drop not null,
  alter column approved_name drop not null,
  -- Up to which a seller was allowed to do it alone.
  add column alone_limit_minor bigint,
  add constraint refunds_seen_by_two check (approved_by is not null or (alone_limit_minor is not null and amount_minor <= alone_limit_minor)),
  add constraint refunds_approval_whole check ((approved_by is null) = (approved_name is null));
