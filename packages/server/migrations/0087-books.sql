-- The journal of everybody, the latest first, page by page; and of one kind.
drop index ledger.journals_posted;
create index journals_posted on ledger.journals (posted_on desc, id desc);
-- The accounts of a kind, page by page.
create index accounts_kind on ledger.accounts (kind, id);
