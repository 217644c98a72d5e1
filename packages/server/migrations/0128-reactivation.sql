-- Whether a prepaid term goes on as it was when its debt is paid, or begins anew with the payment (D3 of the billing rules).
alter table billing.policy
  add column reactivation text not null default 'continue' check (reactivation in ('continue', 'restart'));
