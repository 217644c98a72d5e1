-- What stands on invoices and receipts beside the figures.
create table billing.document_settings (
  is_the_only_row boolean primary key default true check (is_the_only_row),
  -- null: the provider's name.
  legal_name      text,
  address         text not null default '',
  tax_id          text,
  contact         text not null default '',
  payment_text    text not null default '',
  -- What a phone reads from the code beside the total; {{number}}, {{amount}} and {{currency}} are filled in.
  qr_template     text,
  footer          text not null default '',
  receipt_paper   text not null default 'a4' check (receipt_paper in ('a4', '80mm')),
  revision        integer not null default 1
);
insert into billing.document_settings default values;
