-- Who is online is told by the sessions, which know within seconds; this mark of the last look at a router was minutes old.
alter table vouchers.vouchers drop column online_at;
