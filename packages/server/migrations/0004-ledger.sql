-- Double entry by transfers: one row moves an amount from an account to another, so that an unbalanced entry cannot be
-- written down (billing.md section 5, R-LED-1). Mistakes are reversed, never edited (R-LED-2).
create schema ledger;

create table ledger.accounts (
  id          bigint generated always as identity primary key,
  kind        text not null check (kind in ('receivable', 'revenue', 'cash', 'bank')),
  customer_id uuid,
  currency    text not null,
  unique nulls not distinct (kind, customer_id, currency),
  unique (id, currency)
);

create table ledger.journals (
  id         uuid primary key,
  kind       text not null,
  -- What it books: an invoice, a payment. One journal per business event (R-LED-4).
  ref_id     uuid not null,
  posted_on  date not null,
  created_at timestamptz not null,
  unique (kind, ref_id)
);
create index journals_posted on ledger.journals (posted_on);

create table ledger.postings (
  id           bigint generated always as identity primary key,
  journal_id   uuid not null references ledger.journals,
  debit_id     bigint not null,
  credit_id    bigint not null,
  currency     text not null,
  amount_minor bigint not null check (amount_minor > 0),
  check (debit_id <> credit_id),
  foreign key (debit_id, currency) references ledger.accounts (id, currency),
  foreign key (credit_id, currency) references ledger.accounts (id, currency)
);
create index postings_journal on ledger.postings (journal_id);
create index postings_debit on ledger.postings (debit_id);
create index postings_credit on ledger.postings (credit_id);

create trigger append_only before update or delete on ledger.journals for each row execute function platform.refuse_change();
create trigger append_only before update or delete on ledger.postings for each row execute function platform.refuse_change();
create trigger append_only_truncate before truncate on ledger.journals execute function platform.refuse_change();
create trigger append_only_truncate before truncate on ledger.postings execute function platform.refuse_change();
