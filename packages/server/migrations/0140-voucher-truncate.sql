-- Two tables that take no update and no delete could still be emptied at once.
create trigger append_only_truncate before truncate on vouchers.devices execute function platform.refuse_change();
create trigger append_only_truncate before truncate on vouchers.alert_notes execute function platform.refuse_change();
