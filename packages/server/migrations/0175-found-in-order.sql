-- Who is gone has papers still, and they are looked for by his name: one index of the words of all customers.
drop index customers.customers_search;
create index customers_search on customers.customers using gin (search gin_trgm_ops) with (fastupdate = off);
-- Invoices and payments of some days, newest first: read in this order, where all of these days were sorted before.
drop index billing.invoices_issued;
create index invoices_issued on billing.invoices (issued_on, id);
drop index billing.payments_received;
create index payments_received on billing.payments (received_on, id);
-- A number that happens to be among the samples of a small statistic is taken for one of ten thousand, and all invoices are walked.
alter index billing.invoices_number_search alter column 1 set statistics 1000;
