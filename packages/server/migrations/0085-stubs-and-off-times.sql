-- The first days up to the anchor are invoiced by themselves, or together with the period after them (billing.md R-PRO-8).
alter table billing.policy add column stub_policy text not null default 'separate' check (stub_policy in ('separate', 'with_next_period'));

-- When an account was off, its lifted blocks included: a period that began then is not charged on return (R-SUS-5).
create index blocks_account on provisioning.blocks (account_id, since);
