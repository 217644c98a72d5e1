-- What was charged for days to come is owed to the customer until they have passed; then it is earned. Lines say their days, so what
-- is earned by a day follows from them, and one day says how far that is booked.
create table billing.recognition (
  is_the_only_row boolean primary key default true check (is_the_only_row),
  -- The first day that is not booked as earned. null: nothing is yet.
  through         date
);
insert into billing.recognition default values;

create function billing.keep_recognition() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or new.through is null or new.through < old.through then
    raise exception 'what is earned stays earned' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger keep_recognition before update or delete on billing.recognition for each row execute function billing.keep_recognition();

-- The days that a credit note gives back: what of them has passed was earned already.
alter table billing.credit_note_lines
  add column starts_on date,
  add column ends_on date,
  add constraint credit_note_lines_days check ((starts_on is null) = (ends_on is null) and starts_on < ends_on);
alter table billing.credit_note_lines disable trigger append_only;
update billing.credit_note_lines credit set starts_on = line.starts_on, ends_on = line.ends_on
from billing.invoice_lines line
where line.invoice_id = credit.invoice_id and line.line_no = credit.invoice_line_no and line.starts_on is not null;
alter table billing.credit_note_lines enable trigger append_only;
create index credit_note_lines_ends on billing.credit_note_lines (ends_on) where ends_on is not null;
