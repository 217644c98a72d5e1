// What can be done to many customers, and what a column of a file can be: for both ends, so without zod.
import type { Permission } from './permissions.ts';

export const bulkKinds = ['suspend', 'activate', 'move', 'change_plan', 'tag', 'untag', 'sync', 'disconnect'] as const;

/** An import of a file is followed like these. */
export const bulkJobKinds = [...bulkKinds, 'import'] as const;

/** What a person must be allowed, for each customer and whenever his turn comes. */
export const bulkPermissions: Record<(typeof bulkJobKinds)[number], Permission> = {
  suspend: 'customer:block',
  activate: 'customer:block',
  move: 'customer:write',
  change_plan: 'customer:write',
  tag: 'customer:write',
  untag: 'customer:write',
  sync: 'customer:write',
  disconnect: 'session:disconnect',
  import: 'customer:write',
};

/** What a column may be; own fields are `custom:` and their id. */
export const importFields = [
  'name',
  'phone',
  'email',
  'address',
  'billingAddress',
  'latitude',
  'longitude',
  'tags',
  'notes',
  'username',
  'password',
  'router',
  'plan',
  'staticAddress',
  'macAddress',
] as const;
