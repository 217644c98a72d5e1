-- Invoices are asked for by their days of issue. They come in the order of these days, so a summary of each stretch of the table
-- finds them, and costs a run nothing.
create index invoices_issued on billing.invoices using brin (issued_on) with (pages_per_range = 32);

-- What credit notes took back of a line.
create index credit_note_lines_of_line on billing.credit_note_lines (invoice_id, invoice_line_no) where invoice_line_no is not null;
