-- Payments were protected row by row, and could still be emptied at once.
create trigger append_only_truncate before truncate on billing.payments execute function platform.refuse_change();
create trigger append_only_truncate before truncate on billing.allocations execute function platform.refuse_change();
