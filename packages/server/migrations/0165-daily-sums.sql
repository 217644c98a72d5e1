-- What was booked on a day by one kind of event from one kind of account to another, added up once: reports read a million postings as
-- some thousand rows. Postings after the mark are not in it; whoever reads adds them. Postings never change, so no sum is ever wrong later.
create table ledger.daily_sums (
  posted_on    date not null,
  journal_kind text not null,
  debit_kind   text not null,
  credit_kind  text not null,
  currency     text not null,
  amount_minor numeric not null check (amount_minor > 0),
  primary key (posted_on, journal_kind, debit_kind, credit_kind, currency)
);

-- `through_id`: the last posting that is in the sums. `next_id` is the next to be so, as soon as every transaction below `next_xid` is over:
-- an earlier posting may still be uncommitted in one of them.
create table ledger.sums_mark (
  is_the_only_row boolean primary key default true check (is_the_only_row),
  through_id      bigint not null default 0,
  next_id         bigint,
  next_xid        xid8,
  check (next_id > through_id),
  check ((next_id is null) = (next_xid is null))
);
insert into ledger.sums_mark default values;
