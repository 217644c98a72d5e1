import { pendingColumns } from '#provisioning/pending.ts';

/** What is told of an account wherever it is told: over `account`, its `router` and its `plan`. */
export const accountColumns = [
  'account.id',
  'account.service',
  'account.name',
  'account.static_address as staticAddress',
  'account.mac_address as macAddress',
  'account.router_id as routerId',
  'router.label as routerLabel',
  'plan.id as planId',
  'plan.name as planName',
  ...pendingColumns,
] as const;
