-- A plan that gave way to one that is taxed otherwise took off at its own rate what the new one charges at another. Who credits the
-- whole invoice takes back both, each at its rate: a line of a credit note may be below zero, and the note as a whole never is.
alter table billing.credit_notes
  drop constraint credit_notes_net_minor_check,
  drop constraint credit_notes_tax_minor_check;
alter table billing.credit_note_lines
  drop constraint credit_note_lines_amount_minor_check,
  drop constraint credit_note_lines_net_minor_check,
  drop constraint credit_note_lines_tax_minor_check,
  add constraint credit_note_lines_amount check (amount_minor <> 0),
  add constraint credit_note_lines_one_side check (
    case when amount_minor > 0 then net_minor >= 0 and tax_minor >= 0 else net_minor <= 0 and tax_minor <= 0 end);
