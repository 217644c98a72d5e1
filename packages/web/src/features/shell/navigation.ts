import { useRouter } from '@tanstack/react-router';
import { type Permission, useCan } from '../../lib/session.ts';
import type { IconName } from '../../ui/icon-names.ts';

type EntryName =
  | 'home'
  | 'customers'
  | 'routers'
  | 'locations'
  | 'sessions'
  | 'pending'
  | 'drift'
  | 'mikrotik'
  | 'plans'
  | 'invoices'
  | 'payments'
  | 'subscriptions'
  | 'tomorrow'
  | 'books'
  | 'outbox'
  | 'sell'
  | 'tokens'
  | 'packages'
  | 'stock'
  | 'counters'
  | 'shifts'
  | 'reconciliation'
  | 'staff'
  | 'audit'
  | 'events'
  | 'jobs'
  | 'database'
  | 'emergency'
  | 'settings';
export type GroupName = 'network' | 'money' | 'vouchers' | 'system';

export type Entry = { name: EntryName; path: string; icon: IconName; group?: GroupName; permission?: Permission };

// In the order of the house, the same for everybody; those without a group come first, for a group's name heads all below it. An entry appears as soon as its route file exists.
const entries: readonly Entry[] = [
  { name: 'home', path: '/', icon: 'home' },
  { name: 'customers', path: '/customers', icon: 'users', permission: 'customer:read' },
  { name: 'plans', path: '/plans', icon: 'gauge', permission: 'plan:read' },
  { name: 'routers', path: '/routers', icon: 'router', group: 'network', permission: 'router:read' },
  { name: 'sessions', path: '/sessions', icon: 'activity', group: 'network', permission: 'session:read' },
  { name: 'locations', path: '/locations', icon: 'map-pin', group: 'network', permission: 'location:read' },
  { name: 'pending', path: '/pending', icon: 'hourglass', group: 'network', permission: 'customer:read' },
  { name: 'drift', path: '/drift', icon: 'arrows-diff', group: 'network', permission: 'router:read' },
  { name: 'mikrotik', path: '/mikrotik', icon: 'network', group: 'network', permission: 'mikrotik:read' },
  { name: 'invoices', path: '/invoices', icon: 'receipt', group: 'money', permission: 'invoice:read' },
  { name: 'payments', path: '/payments', icon: 'cash', group: 'money', permission: 'invoice:read' },
  { name: 'subscriptions', path: '/subscriptions', icon: 'refresh', group: 'money', permission: 'invoice:read' },
  { name: 'tomorrow', path: '/tomorrow', icon: 'clock', group: 'money', permission: 'invoice:read' },
  { name: 'books', path: '/books', icon: 'list-details', group: 'money', permission: 'books:read' },
  { name: 'outbox', path: '/outbox', icon: 'mail', group: 'money', permission: 'message:read' },
  { name: 'sell', path: '/cashier', icon: 'coin', group: 'vouchers', permission: 'counter:sell' },
  { name: 'counters', path: '/counters', icon: 'map-pin', group: 'vouchers', permission: 'voucher:read' },
  { name: 'tokens', path: '/tokens', icon: 'wifi', group: 'vouchers', permission: 'voucher:read' },
  { name: 'packages', path: '/packages', icon: 'package', group: 'vouchers', permission: 'voucher:read' },
  { name: 'stock', path: '/stock', icon: 'list-details', group: 'vouchers', permission: 'voucher:read' },
  { name: 'shifts', path: '/shifts', icon: 'clock', group: 'vouchers', permission: 'voucher:read' },
  { name: 'reconciliation', path: '/reconciliation', icon: 'checklist', group: 'vouchers', permission: 'voucher:read' },
  { name: 'staff', path: '/staff', icon: 'users', group: 'system', permission: 'staff:read' },
  { name: 'audit', path: '/audit', icon: 'history', group: 'system', permission: 'audit:read' },
  { name: 'events', path: '/events', icon: 'activity', group: 'system', permission: 'system:read' },
  { name: 'jobs', path: '/jobs', icon: 'clock', group: 'system', permission: 'system:read' },
  { name: 'database', path: '/database', icon: 'server', group: 'system', permission: 'system:read' },
  { name: 'emergency', path: '/emergency', icon: 'alert-triangle', group: 'system', permission: 'system:read' },
  { name: 'settings', path: '/settings', icon: 'settings', group: 'system', permission: 'settings:read' },
];

// What is opened most, first; the bottom bar of a phone has room for four.
const mostUsed: readonly EntryName[] = ['home', 'customers', 'sessions', 'invoices', 'plans', 'routers', 'audit'];

/** What this person may open. */
export function useEntries(): readonly Entry[] {
  const can = useCan();
  const { routesByPath } = useRouter();
  return entries.filter(({ path, permission }) => path in routesByPath && (!permission || can(permission)));
}

export function useMostUsed(): readonly Entry[] {
  const allowed = useEntries();
  return mostUsed.flatMap((name) => allowed.filter((entry) => entry.name === name)).slice(0, 4);
}

export type Section = { group: GroupName | undefined; entries: Entry[] };

/** Entries in a row that belong to the same group. */
export function sectionsOf(list: readonly Entry[]): Section[] {
  const sections: Section[] = [];
  for (const entry of list) {
    const last = sections.at(-1);
    if (last && last.group === entry.group) last.entries.push(entry);
    else sections.push({ group: entry.group, entries: [entry] });
  }
  return sections;
}
