// Every expected refusal has a stable code here, with its HTTP status. The web translates the code.
import { z } from 'zod';

export const errorStatus = {
  account_address_taken: 409,
  account_name_taken: 409,
  account_not_found: 404,
  amount_too_large: 400,
  audit_day_open: 409,
  audit_entry_not_found: 404,
  billing_run_busy: 409,
  customer_field_name_taken: 409,
  customer_field_not_found: 404,
  customer_not_found: 404,
  customer_removed: 409,
  edit_conflict: 409,
  forbidden: 403,
  fuse_not_tripped: 409,
  hold_ended: 409,
  hold_not_found: 404,
  initial_password_local_only: 403,
  internal: 500,
  invalid_input: 400,
  invoice_not_found: 404,
  invoice_not_open: 409,
  limited_to_locations: 403,
  location_in_use: 409,
  location_name_taken: 409,
  location_not_found: 404,
  logo_not_an_image: 400,
  mail_failed: 502,
  mail_is_off: 409,
  message_not_dead: 409,
  message_not_found: 404,
  message_not_waiting: 409,
  not_found: 404,
  origin_refused: 403,
  overpayment: 409,
  password_change_required: 403,
  password_same: 400,
  password_wrong: 400,
  payload_too_large: 413,
  plan_archived: 409,
  plan_currency_differs: 409,
  plan_in_use: 409,
  plan_kind_differs: 409,
  plan_name_taken: 409,
  plan_not_found: 404,
  router_address_taken: 409,
  router_has_accounts: 409,
  router_label_taken: 409,
  router_login_refused: 502,
  router_not_found: 404,
  router_not_managed: 409,
  router_rejected: 502,
  router_unreachable: 502,
  session_not_found: 404,
  scope_of_yourself: 409,
  signed_out: 401,
  sign_in_failed: 401,
  staff_not_found: 404,
  too_many_customer_fields: 409,
  too_many_attempts: 429,
  too_many_requests: 429,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** The body of every refusal. */
export const Problem = z
  .object({
    code: z.string(),
    message: z.string(),
    /** The fields at fault, as paths like `account.name`. */
    fields: z.array(z.object({ path: z.string(), message: z.string() })),
    details: z.record(z.string(), z.unknown()),
    requestId: z.string(),
  })
  .meta({ id: 'Problem' });

export type Problem = z.infer<typeof Problem>;
