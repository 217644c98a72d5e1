-- A payment is found by what the bank or the provider calls it, however it is spelt.
create index payments_provider_ref_search on billing.payments (lower(provider_ref)) where provider_ref is not null;
-- The days of a list and of its totals.
drop index billing.payments_received;
create index payments_received on billing.payments (received_on, id desc);
