// Generated from the migrations by `node scripts/run.mjs types`: never edited by hand.

import type { ColumnType } from 'kysely';

export type Generated<T> =
  T extends ColumnType<infer S, infer I, infer U> ? ColumnType<S, I | undefined, U> : ColumnType<T, T | undefined, T>;

export type Json = JsonValue;

export type JsonArray = JsonValue[];

export type JsonObject = {
  [x: string]: JsonValue | undefined;
};

export type JsonPrimitive = boolean | number | string | null;

export type JsonValue = JsonArray | JsonObject | JsonPrimitive;

export type Numeric = ColumnType<string, number | string, number | string>;

export interface AuditChain {
  chained_at: Temporal.Instant;
  day: Temporal.PlainDate;
  entry_id: bigint;
  hash: Buffer;
  mac: Buffer | null;
  seq: bigint;
}

export interface AuditDays {
  closed_at: Temporal.Instant;
  day: Temporal.PlainDate;
  first_seq: bigint;
  head: Buffer;
  last_seq: bigint;
  mac: Buffer | null;
  root: Buffer;
}

export interface AuditEntries {
  about: Generated<string[]>;
  action: string;
  actor_id: string | null;
  actor_kind: string;
  actor_name: string;
  address: string | null;
  at: Temporal.Instant;
  details: Generated<Json>;
  id: Generated<bigint>;
  mac: Buffer | null;
  payload: string;
  reason: string | null;
  role: string | null;
  uid: string;
  via: string | null;
}

export interface AuditKeys {
  is_the_only_row: Generated<boolean>;
  key_sealed: Buffer;
}

export interface AuditUnchained {
  entry_id: bigint;
}

export interface AuthApiKeys {
  created_at: Temporal.Instant;
  expires_at: Temporal.Instant;
  hint: string;
  id: string;
  key_hash: Buffer;
  last_address: string | null;
  last_used_at: Temporal.Instant | null;
  name: string;
  revoked_at: Temporal.Instant | null;
  scopes: string[];
  staff_id: string;
}

export interface AuthInvitations {
  expires_at: Temporal.Instant;
  staff_id: string;
  token_hash: Buffer;
}

export interface AuthRecoveryCodes {
  code_hash: Buffer;
  staff_id: string;
  used_at: Temporal.Instant | null;
}

export interface AuthRoleRules {
  requires_totp: Generated<boolean>;
  role: string;
}

export interface AuthSessions {
  address: string;
  agent: string;
  confirmed_at: Temporal.Instant;
  created_at: Temporal.Instant;
  expires_at: Temporal.Instant;
  id: Generated<string>;
  kind: string;
  seen_at: Temporal.Instant;
  staff_id: string;
  token_hash: Buffer;
}

export interface AuthSignInFailures {
  address: string;
  at: Temporal.Instant;
  id: Generated<bigint>;
  username: string;
}

export interface AuthStaff {
  created_at: Temporal.Instant;
  failed_count: Generated<number>;
  full_name: Generated<string>;
  id: string;
  is_disabled: Generated<boolean>;
  is_invited: Generated<boolean>;
  is_limited: Generated<boolean>;
  is_password_forced: Generated<boolean>;
  is_password_initial: Generated<boolean>;
  locked_until: Temporal.Instant | null;
  password_hash: string;
  pin_failed_count: Generated<number>;
  pin_hash: string | null;
  pin_locked_until: Temporal.Instant | null;
  revision: Generated<number>;
  role: string;
  shut_out_until: Temporal.Instant | null;
  totp_sealed: Buffer | null;
  totp_since: Temporal.Instant | null;
  totp_step: Generated<bigint>;
  username: string;
}

export interface AuthStaffLocations {
  location_id: string;
  staff_id: string;
}

export interface BillingAllocations {
  amount_minor: bigint;
  created_at: Generated<Temporal.Instant>;
  credit_note_id: string | null;
  currency: string;
  id: Generated<bigint>;
  invoice_id: string;
  is_recovery: Generated<boolean>;
  payment_id: string | null;
  reverses: bigint | null;
}

export interface BillingBankFormats {
  bank: string;
  format: Json;
  heads: string[];
  updated_at: Temporal.Instant;
}

export interface BillingBankImports {
  at: Temporal.Instant;
  bank: string;
  by_name: string;
  file_name: string;
  id: string;
  known_count: number;
  left_out_count: number;
  new_count: number;
}

export interface BillingBankLinePayments {
  currency: string;
  is_linked: Generated<boolean>;
  line_id: string;
  payment_id: string;
}

export interface BillingBankLines {
  amount_minor: bigint;
  assigned_minor: Generated<bigint>;
  bank: string;
  bank_ref: string;
  booked_on: Temporal.PlainDate;
  currency: string;
  gateway: string | null;
  id: string;
  import_id: string | null;
  payer: string;
  reference: string;
  set_aside_at: Temporal.Instant | null;
  set_aside_by: string | null;
  set_aside_reason: string | null;
}

export interface BillingCreditNoteLines {
  amount_minor: bigint;
  credit_note_id: string;
  description: string;
  ends_on: Temporal.PlainDate | null;
  invoice_id: string | null;
  invoice_line_no: number | null;
  line_no: number;
  net_minor: bigint;
  rate_bp: Generated<number>;
  starts_on: Temporal.PlainDate | null;
  tax_minor: Generated<bigint>;
  tax_name: string | null;
}

export interface BillingCreditNotes {
  amount_minor: Generated<bigint>;
  applied_minor: bigint;
  by_name: string;
  created_at: Temporal.Instant;
  currency: string;
  customer_id: string;
  id: string;
  invoice_id: string;
  issued_on: Temporal.PlainDate;
  net_minor: bigint;
  number: string;
  reason: string;
  series_no: bigint;
  series_prefix: string;
  series_year: number;
  tax_minor: bigint;
}

export interface BillingDocumentSettings {
  address: Generated<string>;
  contact: Generated<string>;
  footer: Generated<string>;
  is_the_only_row: Generated<boolean>;
  legal_name: string | null;
  payment_text: Generated<string>;
  qr_template: string | null;
  receipt_paper: Generated<string>;
  revision: Generated<number>;
  tax_id: string | null;
}

export interface BillingFuseTrips {
  active_count: number;
  allowed_count: number | null;
  at: Temporal.Instant;
  id: string;
  last_run_at: Temporal.Instant | null;
  lift_note: string | null;
  lifted_at: Temporal.Instant | null;
  lifted_by: string | null;
  limit_count: number;
  planned_count: number;
  reason: string;
}

export interface BillingHolds {
  customer_id: string;
  ended_at: Temporal.Instant | null;
  ended_by: string | null;
  id: string;
  kind: string;
  reason: string | null;
  recorded_at: Temporal.Instant;
  recorded_by: string;
  until_on: Temporal.PlainDate;
}

export interface BillingInvoiceLines {
  amount_minor: Generated<bigint>;
  credited_by: string | null;
  description: string;
  discount_minor: Generated<bigint>;
  ends_on: Temporal.PlainDate | null;
  invoice_id: string;
  kind: string;
  line_no: number;
  net_minor: bigint;
  period_on: Temporal.PlainDate | null;
  quantity: Generated<number>;
  rate_bp: Generated<number>;
  starts_on: Temporal.PlainDate | null;
  subscription_id: string | null;
  tax_minor: Generated<bigint>;
  tax_name: string | null;
  unit_minor: bigint;
}

export interface BillingInvoiceRuns {
  at: Temporal.Instant;
  by_name: string;
  day: Temporal.PlainDate;
  done_count: Generated<number>;
  due_count: Generated<number>;
  ended_at: Temporal.Instant | null;
  failed_count: Generated<number>;
  failures: Generated<Json>;
  id: string;
  invoice_count: Generated<number>;
  passed_count: Generated<number>;
  totals: Generated<Json>;
}

export interface BillingInvoices {
  amount_minor: Generated<bigint>;
  balance_minor: Generated<bigint>;
  created_at: Temporal.Instant;
  credited_minor: Generated<bigint>;
  currency: string;
  customer_id: string;
  description: string;
  due_on: Temporal.PlainDate;
  id: string;
  issued_on: Temporal.PlainDate | null;
  net_minor: bigint;
  number: string | null;
  series_no: bigint | null;
  series_prefix: string | null;
  series_year: number | null;
  settled_minor: Generated<bigint>;
  status: Generated<string>;
  tax_level: Generated<string>;
  tax_minor: Generated<bigint>;
  tax_mode: Generated<string>;
  tax_rounding: Generated<string>;
  void_reason: string | null;
}

export interface BillingLateFees {
  amount_minor: bigint;
  charged_on: Temporal.PlainDate;
  fee_invoice_id: string;
  fee_period: number;
  invoice_id: string;
  kind: string;
}

export interface BillingNumberSchemes {
  digits: number;
  has_year: boolean;
  kind: string;
  prefix: string;
  revision: Generated<number>;
}

export interface BillingNumberSeries {
  first_no: Generated<bigint>;
  kind: string;
  last_no: Generated<bigint>;
  prefix: string;
  year: number;
}

export interface BillingOverduePolicy {
  does_mail_cuts: Generated<boolean>;
  does_mail_invoices: Generated<boolean>;
  does_mail_receipts: Generated<boolean>;
  exemption_days: Generated<number>;
  fuse_import_days: number | null;
  fuse_least_count: Generated<number>;
  fuse_percent: Generated<number>;
  fuse_stale_hours: Generated<number>;
  is_the_only_row: Generated<boolean>;
  late_fee_basis_points: number | null;
  late_fee_grace_days: Generated<number>;
  late_fee_kind: string | null;
  late_fee_max_minor: bigint | null;
  late_fee_minor: bigint | null;
  paused_until: Temporal.Instant | null;
  reminder_days_after: Generated<number[]>;
  reminder_days_before: Generated<number[]>;
  reminder_hour: Generated<number>;
  revision: Generated<number>;
  tolerance_minor: Generated<bigint>;
}

export interface BillingOverdueRuns {
  at: Temporal.Instant;
  by_name: string;
  checked_count: number;
  id: string;
  planned_count: number | null;
  restored_count: number;
  stopped_reason: string | null;
  suspended: Json;
  suspended_count: number;
}

export interface BillingPaymentGateways {
  last_used_at: Temporal.Instant | null;
  made_at: Temporal.Instant;
  made_by: string;
  method: string;
  name: string;
  secret_sealed: Buffer | null;
}

export interface BillingPayments {
  allocated_minor: Generated<bigint>;
  amount_minor: bigint;
  currency: string;
  customer_id: string;
  id: string;
  idempotency_key: string | null;
  method: string;
  note: string | null;
  provider: string | null;
  provider_ref: string | null;
  receipt_no: bigint;
  receipt_number: string;
  receipt_prefix: string;
  receipt_year: number;
  received_on: Temporal.PlainDate;
  recorded_at: Temporal.Instant;
  recorded_by: string;
  refunded_minor: Generated<bigint>;
  reverse_reason: string | null;
  reversed_at: Temporal.Instant | null;
  reversed_by: string | null;
}

export interface BillingPeriods {
  ends_on: Temporal.PlainDate;
  kind: string;
  plan_version_id: string;
  prev_ends_on: Temporal.PlainDate | null;
  price_minor: bigint;
  starts_on: Temporal.PlainDate;
  subscription_id: string;
}

export interface BillingPolicy {
  bill_while_suspended: Generated<boolean>;
  day_count: Generated<string>;
  default_anchor_day: number | null;
  default_payment_mode: Generated<string>;
  is_automatic: Generated<boolean>;
  is_invoicing_undecided: Generated<boolean>;
  is_the_only_row: Generated<boolean>;
  lead_days: Generated<number>;
  max_unpaid_recurring: Generated<number>;
  min_days_to_pay: Generated<number>;
  reactivation: Generated<string>;
  revision: Generated<number>;
  stub_policy: Generated<string>;
  tax_level: Generated<string>;
  tax_mode: Generated<string>;
  tax_rounding: Generated<string>;
  terms_days: Generated<number>;
}

export interface BillingRecognition {
  is_the_only_row: Generated<boolean>;
  through: Temporal.PlainDate | null;
}

export interface BillingRefunds {
  amount_minor: bigint;
  credit_note_id: string | null;
  currency: string;
  customer_id: string;
  id: string;
  idempotency_key: string | null;
  method: string;
  payment_id: string | null;
  reason: string;
  recorded_at: Temporal.Instant;
  recorded_by: string;
  refunded_on: Temporal.PlainDate;
}

export interface BillingSubscriptions {
  account_id: string | null;
  anchor_day: number;
  charged_from: Temporal.PlainDate;
  charged_through: Temporal.PlainDate;
  created_at: Temporal.Instant;
  currency: string;
  customer_id: string;
  discount_bp: number | null;
  discount_ends_on: Temporal.PlainDate | null;
  discount_minor: bigint | null;
  ends_on: Temporal.PlainDate | null;
  id: string;
  is_setup_charged: Generated<boolean>;
  next_invoice_on: Temporal.PlainDate | null;
  paused_from: Temporal.PlainDate | null;
  paused_until: Temporal.PlainDate | null;
  payment_mode: Generated<string>;
  pending_on: Temporal.PlainDate | null;
  pending_version_id: string | null;
  period_count: number;
  period_unit: string;
  plan_version_id: string;
  price_override_minor: bigint | null;
  revision: Generated<number>;
  setup_fee_minor: Generated<bigint>;
  starts_on: Temporal.PlainDate;
  status: Generated<string>;
  trial_ends_on: Temporal.PlainDate | null;
}

export interface BulkItems {
  attempt_count: Generated<number>;
  code: string | null;
  customer_id: string | null;
  done_at: Temporal.Instant | null;
  job_id: string;
  label: string | null;
  line: number | null;
  message: string | null;
  next_try_at: Temporal.Instant | null;
  place: number;
  row_sealed: Buffer | null;
  state: Generated<string>;
}

export interface BulkJobs {
  asked_at: Temporal.Instant;
  by_name: string;
  ended_at: Temporal.Instant | null;
  fingerprint: Buffer;
  held_why: string | null;
  id: string;
  idempotency_key: string;
  key_id: string | null;
  kind: string;
  lifted_at: Temporal.Instant | null;
  location_ids: string[] | null;
  params: Json;
  staff_id: string;
  stopped_by: string | null;
  via: string | null;
}

export interface CustomersCurrencies {
  currency: string;
  customer_id: string;
}

export interface CustomersCustomers {
  account_count: Generated<number>;
  address: string | null;
  billing_address: string | null;
  created_at: Temporal.Instant;
  custom: Generated<Json>;
  email: string | null;
  id: string;
  keywords: Generated<string>;
  latitude: number | null;
  location_ids: Generated<string[]>;
  longitude: number | null;
  name: string;
  notes: string | null;
  number: Generated<number>;
  phone: string | null;
  phone_e164: string | null;
  phone_words: Generated<string>;
  removed_at: Temporal.Instant | null;
  revision: Generated<number>;
  search: Generated<string>;
  sort_name: Generated<string>;
  tags: Generated<string[]>;
}

export interface CustomersFields {
  choices: Generated<string[]>;
  created_at: Temporal.Instant;
  id: string;
  is_required: Generated<boolean>;
  kind: string;
  name: string;
  position: number;
  removed_at: Temporal.Instant | null;
  revision: Generated<number>;
}

export interface CustomersPresentCounts {
  count: bigint;
  slot: Generated<number>;
}

export interface EmergencyEndings {
  ended_at: Temporal.Instant;
  ended_by: string;
  note: string | null;
  override_id: string;
  reached: number | null;
}

export interface EmergencyOverrides {
  id: string;
  kind: string;
  reason: string;
  started_at: Temporal.Instant;
  started_by: string;
  subject: string | null;
  subject_id: string | null;
  until: Temporal.Instant;
}

export interface LedgerAccounts {
  currency: string;
  customer_id: string | null;
  id: Generated<bigint>;
  kind: string;
  owner_id: string | null;
}

export interface LedgerClosing {
  closed_at: Temporal.Instant;
  closed_by: string;
  closed_through: Temporal.PlainDate;
  is_the_only_row: Generated<boolean>;
}

export interface LedgerDailySums {
  amount_minor: Numeric;
  credit_kind: string;
  currency: string;
  debit_kind: string;
  journal_kind: string;
  posted_on: Temporal.PlainDate;
}

export interface LedgerJournals {
  created_at: Temporal.Instant;
  id: string;
  kind: string;
  posted_on: Temporal.PlainDate;
  ref_id: string;
  reversal_of: string | null;
}

export interface LedgerPostings {
  amount_minor: bigint;
  credit_id: bigint;
  currency: string;
  debit_id: bigint;
  id: Generated<bigint>;
  journal_id: string;
}

export interface LedgerSumsMark {
  is_the_only_row: Generated<boolean>;
  next_id: bigint | null;
  next_xid: string | null;
  through_id: Generated<bigint>;
}

export interface NotificationsAttachments {
  content: Buffer;
  message_id: string;
  name: string;
  no: number;
  type: string;
}

export interface NotificationsMailSettings {
  from_address: string | null;
  from_name: Generated<string>;
  host: string | null;
  is_on: Generated<boolean>;
  is_the_only_row: Generated<boolean>;
  password_sealed: Buffer | null;
  port: Generated<number>;
  reply_to: string | null;
  revision: Generated<number>;
  security: Generated<string>;
  username: string | null;
}

export interface NotificationsMessages {
  attempt_count: Generated<number>;
  body: string;
  created_at: Temporal.Instant;
  customer_id: string | null;
  dedupe_key: string | null;
  ended_at: Temporal.Instant | null;
  expires_at: Temporal.Instant;
  id: string;
  kind: string;
  language: string;
  last_error: string | null;
  next_try_at: Temporal.Instant | null;
  state: Generated<string>;
  subject: string;
  to_address: string;
}

export interface NotificationsPreferences {
  customer_id: string;
  email: string | null;
  language: string | null;
  opted_out: Generated<string[]>;
}

export interface NotificationsTemplates {
  body: string;
  changed_at: Temporal.Instant;
  changed_by: string;
  kind: string;
  language: string;
  revision: Generated<number>;
  subject: string;
}

export interface PlansPlans {
  archived_at: Temporal.Instant | null;
  created_at: Temporal.Instant;
  data_cap_bytes: bigint | null;
  id: string;
  name: string;
  profile_id: string;
  revision: Generated<number>;
  sold_version: Generated<number>;
  when_used_up: Generated<string>;
}

export interface PlansTaxes {
  archived_at: Temporal.Instant | null;
  created_at: Temporal.Instant;
  id: string;
  name: string;
  rate_bp: number;
}

export interface PlansVersions {
  created_at: Temporal.Instant;
  currency: string;
  id: string;
  period_count: number;
  period_unit: string;
  plan_id: string;
  price_minor: bigint;
  tax_id: string | null;
  version: number;
}

export interface ProvisioningAccounts {
  applied_name: string | null;
  applied_version: Generated<number>;
  attempt_count: Generated<number>;
  created_at: Temporal.Instant;
  customer_id: string;
  former_names: Generated<string[]>;
  id: string;
  is_adopted: Generated<boolean>;
  is_password_unknown: Generated<boolean>;
  is_to_redial: Generated<boolean>;
  mac_address: string | null;
  name: string;
  next_try_at: Temporal.Instant | null;
  password_sealed: Buffer;
  pending_since: Temporal.Instant | null;
  profile_id: string;
  removed_at: Temporal.Instant | null;
  router_id: string;
  service: string;
  slowed_since: Temporal.Instant | null;
  static_address: string | null;
  trouble_code: string | null;
  trouble_message: string | null;
  version: Generated<number>;
}

export interface ProvisioningBlockedAccess {
  allowed_places: Generated<string[]>;
  is_only: Generated<boolean>;
  mode: Generated<string>;
  page_address: string | null;
  revision: Generated<number>;
}

export interface ProvisioningBlocks {
  account_id: string;
  by_name: string;
  id: Generated<bigint>;
  lifted_at: Temporal.Instant | null;
  lifted_by: string | null;
  note: string | null;
  reason: string;
  since: Temporal.Instant;
}

export interface ProvisioningDailyUsage {
  account_id: string;
  day: Temporal.PlainDate;
  doubted_bytes: Generated<bigint>;
  down_bytes: Generated<bigint>;
  up_bytes: Generated<bigint>;
}

export interface ProvisioningDrifts {
  account_id: string | null;
  closed_at: Temporal.Instant | null;
  closed_by: string | null;
  differences: Json;
  found_at: Temporal.Instant;
  id: string;
  ignored_until: Temporal.Instant | null;
  kind: Generated<string>;
  outcome: string | null;
  profile_id: string | null;
  router_id: string;
}

export interface ProvisioningProfileCopies {
  applied_version: number;
  is_adopted: Generated<boolean>;
  profile_id: string;
  router_id: string;
  speed_applied_at: Temporal.Instant | null;
}

export interface ProvisioningProfiles {
  address_list: string | null;
  address_pool: string | null;
  address_range: string | null;
  burst_down_kbps: number | null;
  burst_down_seconds: number | null;
  burst_up_kbps: number | null;
  burst_up_seconds: number | null;
  dns_servers: string | null;
  down_kbps: number;
  id: string;
  idle_timeout_seconds: number | null;
  is_for_blocked: Generated<boolean>;
  limit_at_down_kbps: number | null;
  limit_at_up_kbps: number | null;
  local_address: string | null;
  name: string;
  priority: number | null;
  service: string;
  session_timeout_seconds: number | null;
  shared_users: number | null;
  slow_of: string | null;
  speed_version: Generated<number>;
  threshold_down_kbps: number | null;
  threshold_up_kbps: number | null;
  up_kbps: number;
  version: Generated<number>;
}

export interface ProvisioningRedialItems {
  done_at: Temporal.Instant;
  redial_id: string;
  session_id: string;
  trouble: string | null;
}

export interface ProvisioningRedials {
  asked_at: Temporal.Instant;
  by_name: string;
  ended_at: Temporal.Instant | null;
  id: string;
  is_stopped: Generated<boolean>;
  not_before: Temporal.Instant;
  profile_id: string;
}

export interface ProvisioningSessions {
  account_id: string | null;
  account_name: string;
  address: string | null;
  caller_id: string | null;
  counted_at: Temporal.Instant | null;
  counted_uptime_seconds: bigint | null;
  customer_words: Generated<string>;
  down_bps: bigint | null;
  down_bytes: Generated<bigint>;
  ended_at: Temporal.Instant | null;
  ended_by: string | null;
  ended_how: string | null;
  id: string;
  router_id: string;
  router_key: string;
  search: Generated<string>;
  seen_at: Temporal.Instant;
  service: Generated<string>;
  started_at: Temporal.Instant;
  up_bps: bigint | null;
  up_bytes: Generated<bigint>;
}

export interface ProvisioningWrittenObjects {
  is_addition: Generated<boolean>;
  kind: string;
  object_id: string;
  router_id: string;
  written_at: Temporal.Instant;
}

export interface RoutersHealthPoints {
  active_count: number | null;
  at: Temporal.Instant;
  cpu_load_percent: number | null;
  latency_ms: number | null;
  memory_used_percent: number | null;
  online_percent: number;
  router_id: string;
  step_seconds: number;
  temperature_celsius: number | null;
}

export interface RoutersLocations {
  address: string | null;
  created_at: Temporal.Instant;
  id: string;
  name: string;
  notes: string | null;
  revision: Generated<number>;
}

export interface RoutersRouters {
  change_limit_percent: Generated<number>;
  clock_skew_seconds: number | null;
  connection_version: Generated<number>;
  cpu_load_percent: number | null;
  created_at: Temporal.Instant;
  fingerprint: string | null;
  free_memory_bytes: bigint | null;
  heals_drift: Generated<boolean>;
  held_count: Generated<number>;
  held_since: Temporal.Instant | null;
  host: string;
  id: string;
  identity: string | null;
  is_managed_afterwards: Generated<boolean>;
  label: string;
  last_seen_at: Temporal.Instant | null;
  last_sync_at: Temporal.Instant | null;
  latency_ms: number | null;
  lifted_count: number | null;
  lifted_until: Temporal.Instant | null;
  location_id: string | null;
  look_asked: Generated<number>;
  look_done: Generated<number>;
  mode: string;
  model: string | null;
  password_sealed: Buffer;
  port: number;
  removed_at: Temporal.Instant | null;
  revision: Generated<number>;
  ros_version: string | null;
  state: Generated<string>;
  state_since: Temporal.Instant | null;
  temperature_celsius: number | null;
  tls: string;
  total_memory_bytes: bigint | null;
  trouble_code: string | null;
  trouble_message: string | null;
  uptime_seconds: number | null;
  username: string;
}

export interface SettingsProvider {
  accent: Generated<string>;
  country: string;
  currency: string;
  event_days: Generated<number>;
  full_look_minutes: Generated<number>;
  grace_days: number;
  is_the_only_row: Generated<boolean>;
  language: Generated<string>;
  live_interval_seconds: number;
  logo: Buffer | null;
  logo_type: string | null;
  overdue_check_hours: Generated<number>;
  owner_email: string | null;
  provider_name: string;
  quiet_hour: Generated<string>;
  reconcile_at: Generated<string>;
  revision: Generated<number>;
  time_zone: string;
}

export interface SystemEvents {
  at: Temporal.Instant;
  dedupe_key: string | null;
  id: Generated<bigint>;
  kind: string;
  level: string;
  message: string;
  name: string;
  seen_at: Temporal.Instant | null;
  seen_by: string | null;
  subject_id: string | null;
}

export interface SystemJobs {
  cron: string;
  failure_count: Generated<bigint>;
  last_duration_ms: number | null;
  last_ended_at: Temporal.Instant | null;
  last_error: string | null;
  last_failed_at: Temporal.Instant | null;
  last_started_at: Temporal.Instant | null;
  name: string;
  paused_at: Temporal.Instant | null;
  paused_by: string | null;
  run_count: Generated<bigint>;
  time_zone: string;
}

export interface UsageGrants {
  account_id: string;
  by_name: string;
  bytes: bigint | null;
  given_at: Temporal.Instant;
  id: string;
  period_on: Temporal.PlainDate;
  reason: string;
}

export interface VouchersAlertNotes {
  alert_id: string;
  at: Temporal.Instant;
  by_id: string;
  by_name: string;
  id: Generated<bigint>;
  note: string;
  state: string;
}

export interface VouchersAlerts {
  amount_minor: bigint | null;
  evidence: Json;
  fingerprint: string;
  found_at: Temporal.Instant;
  id: string;
  kind: string;
  location_id: string | null;
  router_id: string | null;
  shift_id: string | null;
  staff_id: string | null;
  staff_name: string | null;
  state: Generated<string>;
  voucher_id: string | null;
}

export interface VouchersBatches {
  created_at: Temporal.Instant;
  created_by: string;
  id: string;
  note: string | null;
  quantity: number;
  version_id: string;
}

export interface VouchersBatchEvents {
  at: Temporal.Instant;
  batch_id: string;
  by_id: string;
  by_name: string;
  code_count: number;
  id: Generated<bigint>;
  kind: string;
  location_id: string | null;
  reason: string | null;
}

export interface VouchersCashMovements {
  amount_minor: bigint;
  at: Temporal.Instant;
  by_id: string;
  by_name: string;
  currency: string;
  id: string;
  idempotency_key: string;
  kind: string;
  reason: string;
  shift_id: string;
}

export interface VouchersClockWatch {
  is_only_row: Generated<boolean>;
  seen_at: Temporal.Instant;
}

export interface VouchersCounts {
  cash: Json;
  counted_at: Temporal.Instant;
  counted_by: string;
  counted_minor: bigint;
  counted_name: string;
  id: string;
  is_blind: boolean;
  shift_id: string;
}

export interface VouchersDevices {
  first_seen_at: Temporal.Instant;
  mac: string;
  router_id: string;
  voucher_id: string;
}

export interface VouchersEvents {
  at: Temporal.Instant;
  by_name: string;
  details: Generated<Json>;
  id: Generated<bigint>;
  kind: string;
  voucher_id: string;
}

export interface VouchersHandOvers {
  amount_minor: bigint;
  currency: string;
  given_at: Temporal.Instant;
  given_by: string;
  given_name: string;
  id: string;
  kind: string;
  location_id: string | null;
  note: string | null;
  received_at: Temporal.Instant | null;
  received_by: string | null;
  received_minor: bigint | null;
  received_name: string | null;
  reference: string | null;
  shift_id: string | null;
}

export interface VouchersHourlyUsage {
  first_uses: Generated<number>;
  hour: Temporal.Instant;
  router_id: string;
  used_bytes: Generated<bigint>;
  used_seconds: Generated<bigint>;
}

export interface VouchersPackagePrices {
  location_id: string;
  price_minor: bigint;
  version_id: string;
}

export interface VouchersPackages {
  archived_at: Temporal.Instant | null;
  created_at: Temporal.Instant;
  id: string;
  name: string;
  revision: Generated<number>;
}

export interface VouchersPackageVersions {
  created_at: Temporal.Instant;
  created_by: string;
  currency: string;
  data_bytes: bigint | null;
  devices: number;
  down_kbps: number;
  duration_kind: string;
  duration_seconds: number | null;
  hours_from: string | null;
  hours_until: string | null;
  id: string;
  location_ids: Generated<string[]>;
  name: string;
  number: number;
  package_id: string;
  price_minor: bigint;
  profile_name: string;
  up_kbps: number;
  valid_days: number | null;
}

export interface VouchersReconciliations {
  day: Temporal.PlainDate;
  id: string;
  made_at: Temporal.Instant;
  made_by: string;
  report: Json;
  revision: number;
}

export interface VouchersRefunds {
  alone_limit_minor: bigint | null;
  amount_minor: bigint;
  approved_by: string | null;
  approved_name: string | null;
  at: Temporal.Instant;
  currency: string;
  id: string;
  reason: string;
  seller_id: string;
  shift_id: string | null;
  voucher_id: string;
}

export interface VouchersSales {
  created_at: Temporal.Instant;
  currency: string;
  customer_phone: string | null;
  ended_at: Temporal.Instant | null;
  id: string;
  idempotency_key: string;
  quantity: number;
  refusal_code: string | null;
  refusal_message: string | null;
  shift_id: string;
  staff_id: string;
  state: Generated<string>;
  total_minor: bigint;
  unit_price_minor: bigint;
  version_id: string;
  worked_until: Temporal.Instant | null;
}

export interface VouchersSettings {
  code_length: Generated<number>;
  drawer_limit_minor: bigint | null;
  is_only_row: Generated<boolean>;
  login_url: string | null;
  revision: Generated<number>;
  tolerance_minor: Generated<bigint>;
  void_alone_limit_minor: Generated<bigint>;
  when_unreachable: Generated<string>;
}

export interface VouchersShifts {
  approval_note: string | null;
  approved_by: string | null;
  approved_name: string | null;
  closed_at: Temporal.Instant | null;
  counted_at: Temporal.Instant | null;
  counted_minor: bigint | null;
  currency: string;
  expected_minor: bigint | null;
  id: string;
  location_id: string | null;
  location_name: string | null;
  opened_at: Temporal.Instant;
  opened_cash: Json;
  opened_minor: bigint;
  outcome: string | null;
  router_id: string;
  staff_id: string;
  staff_name: string;
  state: Generated<string>;
  variance_minor: bigint | null;
}

export interface VouchersVouchers {
  batch_id: string | null;
  code: string;
  counter_bytes: Generated<bigint>;
  counter_seconds: Generated<bigint>;
  created_at: Temporal.Instant;
  currency: string | null;
  customer_phone: string | null;
  device_count: Generated<number>;
  end_reason: string | null;
  ended_at: Temporal.Instant | null;
  expires_at: Temporal.Instant | null;
  first_used_at: Temporal.Instant | null;
  id: string;
  is_let_in: boolean | null;
  is_on_router: Generated<boolean>;
  is_wanted: Generated<boolean>;
  pending_since: Temporal.Instant | null;
  price_minor: bigint | null;
  print_count: Generated<number>;
  router_id: string | null;
  sale_id: string | null;
  seller_id: string | null;
  seller_name: string | null;
  shift_id: string | null;
  sold_at: Temporal.Instant | null;
  state: Generated<string>;
  trouble_message: string | null;
  used_bytes: Generated<bigint>;
  used_seconds: Generated<bigint>;
  version_id: string;
}

export interface DB {
  'audit.chain': AuditChain;
  'audit.days': AuditDays;
  'audit.entries': AuditEntries;
  'audit.keys': AuditKeys;
  'audit.unchained': AuditUnchained;
  'auth.api_keys': AuthApiKeys;
  'auth.invitations': AuthInvitations;
  'auth.recovery_codes': AuthRecoveryCodes;
  'auth.role_rules': AuthRoleRules;
  'auth.sessions': AuthSessions;
  'auth.sign_in_failures': AuthSignInFailures;
  'auth.staff': AuthStaff;
  'auth.staff_locations': AuthStaffLocations;
  'billing.allocations': BillingAllocations;
  'billing.bank_formats': BillingBankFormats;
  'billing.bank_imports': BillingBankImports;
  'billing.bank_line_payments': BillingBankLinePayments;
  'billing.bank_lines': BillingBankLines;
  'billing.credit_note_lines': BillingCreditNoteLines;
  'billing.credit_notes': BillingCreditNotes;
  'billing.document_settings': BillingDocumentSettings;
  'billing.fuse_trips': BillingFuseTrips;
  'billing.holds': BillingHolds;
  'billing.invoice_lines': BillingInvoiceLines;
  'billing.invoice_runs': BillingInvoiceRuns;
  'billing.invoices': BillingInvoices;
  'billing.late_fees': BillingLateFees;
  'billing.number_schemes': BillingNumberSchemes;
  'billing.number_series': BillingNumberSeries;
  'billing.overdue_policy': BillingOverduePolicy;
  'billing.overdue_runs': BillingOverdueRuns;
  'billing.payment_gateways': BillingPaymentGateways;
  'billing.payments': BillingPayments;
  'billing.periods': BillingPeriods;
  'billing.policy': BillingPolicy;
  'billing.recognition': BillingRecognition;
  'billing.refunds': BillingRefunds;
  'billing.subscriptions': BillingSubscriptions;
  'bulk.items': BulkItems;
  'bulk.jobs': BulkJobs;
  'customers.currencies': CustomersCurrencies;
  'customers.customers': CustomersCustomers;
  'customers.fields': CustomersFields;
  'customers.present_counts': CustomersPresentCounts;
  'emergency.endings': EmergencyEndings;
  'emergency.overrides': EmergencyOverrides;
  'ledger.accounts': LedgerAccounts;
  'ledger.closing': LedgerClosing;
  'ledger.daily_sums': LedgerDailySums;
  'ledger.journals': LedgerJournals;
  'ledger.postings': LedgerPostings;
  'ledger.sums_mark': LedgerSumsMark;
  'notifications.attachments': NotificationsAttachments;
  'notifications.mail_settings': NotificationsMailSettings;
  'notifications.messages': NotificationsMessages;
  'notifications.preferences': NotificationsPreferences;
  'notifications.templates': NotificationsTemplates;
  'plans.plans': PlansPlans;
  'plans.taxes': PlansTaxes;
  'plans.versions': PlansVersions;
  'provisioning.accounts': ProvisioningAccounts;
  'provisioning.blocked_access': ProvisioningBlockedAccess;
  'provisioning.blocks': ProvisioningBlocks;
  'provisioning.daily_usage': ProvisioningDailyUsage;
  'provisioning.drifts': ProvisioningDrifts;
  'provisioning.profile_copies': ProvisioningProfileCopies;
  'provisioning.profiles': ProvisioningProfiles;
  'provisioning.redial_items': ProvisioningRedialItems;
  'provisioning.redials': ProvisioningRedials;
  'provisioning.sessions': ProvisioningSessions;
  'provisioning.written_objects': ProvisioningWrittenObjects;
  'routers.health_points': RoutersHealthPoints;
  'routers.locations': RoutersLocations;
  'routers.routers': RoutersRouters;
  'settings.provider': SettingsProvider;
  'system.events': SystemEvents;
  'system.jobs': SystemJobs;
  'usage.grants': UsageGrants;
  'vouchers.alert_notes': VouchersAlertNotes;
  'vouchers.alerts': VouchersAlerts;
  'vouchers.batch_events': VouchersBatchEvents;
  'vouchers.batches': VouchersBatches;
  'vouchers.cash_movements': VouchersCashMovements;
  'vouchers.clock_watch': VouchersClockWatch;
  'vouchers.counts': VouchersCounts;
  'vouchers.devices': VouchersDevices;
  'vouchers.events': VouchersEvents;
  'vouchers.hand_overs': VouchersHandOvers;
  'vouchers.hourly_usage': VouchersHourlyUsage;
  'vouchers.package_prices': VouchersPackagePrices;
  'vouchers.package_versions': VouchersPackageVersions;
  'vouchers.packages': VouchersPackages;
  'vouchers.reconciliations': VouchersReconciliations;
  'vouchers.refunds': VouchersRefunds;
  'vouchers.sales': VouchersSales;
  'vouchers.settings': VouchersSettings;
  'vouchers.shifts': VouchersShifts;
  'vouchers.vouchers': VouchersVouchers;
}
