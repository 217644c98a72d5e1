-- Whoever had subscriptions before anything was invoiced by itself is asked once whether that may begin: an update charges nobody.
alter table billing.policy add column is_invoicing_undecided boolean not null default false,
  add constraint policy_undecided_is_off check (not (is_automatic and is_invoicing_undecided));
update billing.policy set is_automatic = false, is_invoicing_undecided = true
where is_automatic and exists (select from billing.subscriptions where status = 'active')
  and not exists (select from billing.invoice_runs);
