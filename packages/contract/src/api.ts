// Every endpoint of Lastmile in one record: what OpenAPI prints, and what the web's `call` is typed by.
import { audit } from './audit.ts';
import { auth } from './auth.ts';
import { bank } from './bank.ts';
import { batches } from './batches.ts';
import { billing } from './billing.ts';
import { books } from './books.ts';
import { bulk } from './bulk.ts';
import { compat, mikronet, mikrotik, routerDoors } from './compat.ts';
import { counter } from './counter.ts';
import { customerImports } from './customer-imports.ts';
import { customers } from './customers.ts';
import { documents } from './documents.ts';
import { drift, driftAdoption } from './drift.ts';
import { emergency } from './emergency.ts';
import { imports } from './imports.ts';
import { notifications } from './notifications.ts';
import { paymentGateways } from './payment-gateways.ts';
import { payments } from './payments.ts';
import { plans } from './plans.ts';
import { provisioning } from './provisioning.ts';
import { reconciliation } from './reconciliation.ts';
import { reports } from './reports.ts';
import { routers } from './routers.ts';
import { settings } from './settings.ts';
import { staff } from './staff.ts';
import { subscribers } from './subscribers.ts';
import { subscriptions } from './subscriptions.ts';
import { suspension } from './suspension.ts';
import { system } from './system.ts';
import { tokenDoors } from './token-doors.ts';
import { usage } from './usage.ts';
import { vouchers } from './vouchers.ts';
import { whyOffline } from './why-offline.ts';

export const api = {
  ...auth,
  ...audit,
  ...system,
  ...emergency,
  ...settings,
  ...notifications,
  ...staff,
  ...routers,
  ...provisioning,
  ...drift,
  ...driftAdoption,
  ...imports,
  ...plans,
  ...customers,
  ...subscribers,
  ...bulk,
  ...customerImports,
  ...billing,
  ...subscriptions,
  ...suspension,
  ...usage,
  ...vouchers,
  ...batches,
  ...counter,
  ...reconciliation,
  ...tokenDoors,
  ...payments,
  ...paymentGateways,
  ...bank,
  ...documents,
  ...reports,
  ...books,
  ...whyOffline,
  ...compat,
  ...routerDoors,
  ...mikrotik,
  ...mikronet,
};

export type Api = typeof api;
