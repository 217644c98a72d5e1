// Roles are sets of permissions. The server asks for a permission, never for a role.
export const permissions = [
  'account:reveal',
  'audit:read',
  'billing:run',
  'books:close',
  'books:read',
  'books:reopen',
  'counter:read',
  'counter:sell',
  'customer:block',
  'customer:read',
  'customer:write',
  'emergency:act',
  'invoice:read',
  'invoice:write',
  'location:read',
  'location:write',
  'message:read',
  'message:write',
  'mikrotik:read',
  'payment:record',
  'plan:read',
  'plan:write',
  'report:read',
  'router:read',
  'router:write',
  'session:disconnect',
  'session:read',
  'settings:read',
  'settings:write',
  'staff:read',
  'staff:write',
  'system:read',
  'system:write',
  'voucher:approve',
  'voucher:read',
  'voucher:write',
] as const;

export type Permission = (typeof permissions)[number];

/** Whatever they allow reaches all locations, so nobody who is limited to some has them. */
export const widePermissions: readonly Permission[] = [
  'billing:run',
  'books:close',
  'books:read',
  'books:reopen',
  'emergency:act',
  'location:write',
  'plan:write',
  'settings:write',
  'staff:read',
  'staff:write',
  'system:read',
  'system:write',
  'voucher:write',
];

export const roles = ['super_admin', 'manager', 'admin', 'office', 'cashier', 'auditor'] as const;

export type Role = (typeof roles)[number];

const readOnly = permissions.filter((permission) => permission.endsWith(':read'));

export const rolePermissions: Record<Role, readonly Permission[]> = {
  super_admin: permissions,
  manager: [
    // What the machine does is the owner's to see, and the auditor's.
    ...readOnly.filter((permission) => permission !== 'system:read'),
    'billing:run',
    'books:close',
    'customer:block',
    'invoice:write',
    'message:write',
    'payment:record',
    'session:disconnect',
    'voucher:approve',
    'voucher:write',
  ],
  admin: [
    'account:reveal',
    'customer:block',
    'customer:read',
    'customer:write',
    'invoice:read',
    'location:read',
    'location:write',
    'mikrotik:read',
    'plan:read',
    'plan:write',
    'report:read',
    'router:read',
    'router:write',
    'session:disconnect',
    'session:read',
    'settings:read',
  ],
  office: [
    'customer:read',
    'invoice:read',
    'location:read',
    'message:read',
    'payment:record',
    'plan:read',
    'report:read',
    'router:read',
    'session:disconnect',
    'session:read',
  ],
  cashier: ['counter:read', 'counter:sell'],
  auditor: readOnly,
};
