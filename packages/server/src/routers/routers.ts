import type { routerModes, routerStates, tlsModes } from '@lastmile/contract/routers.ts';
import { audit } from '#audit/entries.ts';
import { type Db, type Scope, scopeOf, type Work } from '#platform/db.ts';
import { DomainError, fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { SealedColumn, Sealer } from '#platform/secrets.ts';
import { holdLocation, routerInScope } from './scope.ts';

export type TlsMode = (typeof tlsModes)[number];
export type RouterMode = (typeof routerModes)[number];
export type RouterState = (typeof routerStates)[number];

/** What it takes to connect; the password as text. */
export type RouterAccess = {
  host: string;
  port: number;
  tls: TlsMode;
  fingerprint: string | null;
  username: string;
  password: string;
};

/** A router as its worker needs it. The password stays sealed until a connection is opened. */
export type RouterRow = Omit<RouterAccess, 'password'> & {
  id: string;
  label: string;
  passwordSealed: Buffer;
  locationId: string | null;
  mode: RouterMode;
  state: RouterState;
  connectionVersion: number;
  lookAsked: number;
  lookDone: number;
  changeLimitPercent: number;
  healsDrift: boolean;
};

const columns = [
  'id',
  'label',
  'host',
  'port',
  'tls',
  'fingerprint',
  'username',
  'password_sealed as passwordSealed',
  'location_id as locationId',
  'mode',
  'state',
  'connection_version as connectionVersion',
  'look_asked as lookAsked',
  'look_done as lookDone',
  'change_limit_percent as changeLimitPercent',
  'heals_drift as healsDrift',
] as const;

export async function findRouter(
  db: Db,
  routerId: string,
  scope: Scope = 'everywhere',
): Promise<RouterRow | undefined> {
  const row = await db
    .selectFrom('routers.routers')
    .select(columns)
    .where('id', '=', routerId)
    .where('removed_at', 'is', null)
    .where(routerInScope(scope, 'id'))
    .executeTakeFirst();
  return row as RouterRow | undefined;
}

export async function getRouter(db: Db, routerId: string, scope: Scope): Promise<RouterRow> {
  const router = await findRouter(db, routerId, scope);
  if (!router) throw new DomainError('router_not_found', { routerId });
  return router;
}

/** The ids of all routers: an operator has thousands at most. */
export async function listRouterIds(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('routers.routers')
    .select('id')
    .where('removed_at', 'is', null)
    .limit(20_000)
    .execute();
  return rows.map(({ id }) => id);
}

export const sealedRouterPasswords: SealedColumn = {
  table: 'routers.routers',
  column: 'password_sealed',
  key: ['id'],
  contextOf: (routerId = '') => routerId,
  mayBePlain: true,
};

export type NewRouter = RouterAccess & { label: string; mode: RouterMode; locationId?: string | null };

/** A fresh id, given out early because the password is sealed to it. */
export function newRouterId(): string {
  return newId();
}

export async function addRouter(work: Work, sealer: Sealer, id: string, router: NewRouter): Promise<void> {
  const { label, host, port, tls, username, mode, locationId = null } = router;
  await holdLocation(work, locationId);
  await work.db
    .insertInto('routers.routers')
    .values({
      id,
      label: router.label,
      host: router.host,
      port: router.port,
      tls: router.tls,
      fingerprint: router.fingerprint,
      username: router.username,
      password_sealed: sealer.seal(router.password, id),
      mode: router.mode,
      location_id: locationId,
      created_at: work.now,
    })
    .execute()
    .catch(refuseDuplicate);
  await audit(work, 'router.added', [id], { label, host, port, tls, username, mode, locationId });
  work.announce('router', id);
}

export type RouterChange = Partial<NewRouter> & {
  revision: number;
  changeLimitPercent?: number | undefined;
  healsDrift?: boolean | undefined;
};

export async function changeRouter(
  work: Work,
  sealer: Sealer,
  id: string,
  { revision, ...change }: RouterChange,
): Promise<void> {
  const before = await lockRouter(work, id);
  if (before.revision !== revision) throw new DomainError('edit_conflict', { revision: before.revision });
  const { password, ...plain } = definedFields(change);
  const { locationId, changeLimitPercent, healsDrift, ...columnsAsNamed } = plain;
  if (locationId !== undefined) await holdLocation(work, locationId);
  const connects = ['host', 'port', 'tls', 'fingerprint', 'username'] as const;
  const isReconnecting =
    password !== undefined || connects.some((key) => plain[key] !== undefined && plain[key] !== before[key]);
  const tls = plain.tls ?? before.tls;
  if (tls === 'pinned' && !(plain.fingerprint === undefined ? before.fingerprint : plain.fingerprint)) {
    throw fieldError('invalid_input', 'fingerprint', 'is needed when the certificate is pinned');
  }
  await work.db
    .updateTable('routers.routers')
    .set({
      ...columnsAsNamed,
      ...(locationId === undefined ? {} : { location_id: locationId }),
      ...(changeLimitPercent === undefined ? {} : { change_limit_percent: changeLimitPercent }),
      ...(healsDrift === undefined ? {} : { heals_drift: healsDrift }),
      ...(password === undefined ? {} : { password_sealed: sealer.seal(password, id) }),
      ...(isReconnecting
        ? {
            connection_version: before.connectionVersion + 1,
            state: 'unknown',
            trouble_code: null,
            trouble_message: null,
          }
        : {}),
      revision: revision + 1,
    })
    .where('id', '=', id)
    .execute()
    .catch(refuseDuplicate);
  const changed = Object.entries(plain).filter(([key, value]) => value !== before[key as keyof typeof plain]);
  const details = Object.fromEntries(changed.map(([key, value]) => [key, [before[key as keyof typeof plain], value]]));
  await audit(work, 'router.changed', [id], password === undefined ? details : { ...details, password: 'changed' });
  work.announce('router', id);
}

export async function lockRouter(work: Work, id: string): Promise<RouterRow & { revision: number }> {
  const row = await work.db
    .selectFrom('routers.routers')
    .select([...columns, 'revision'])
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .where(routerInScope(scopeOf(work.actor), 'id'))
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new DomainError('router_not_found', { routerId: id });
  return row as RouterRow & { revision: number };
}

/** Keeps a router from being removed till the end of the transaction; false when it is gone already, or of another place than the actor's. */
export async function holdRouter(work: Work, id: string): Promise<boolean> {
  const row = await work.db
    .selectFrom('routers.routers')
    .select('id')
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .where(routerInScope(scopeOf(work.actor), 'id'))
    .forKeyShare()
    .executeTakeFirst();
  return row !== undefined;
}

/** Takes a router out of the operator's sight and forgets its password. Whoever calls has seen to its accounts. */
export async function removeRouter(work: Work, id: string): Promise<void> {
  const { label } = await lockRouter(work, id);
  await work.db
    .updateTable('routers.routers')
    .set({ removed_at: work.now, password_sealed: Buffer.alloc(0) })
    .where('id', '=', id)
    .execute();
  await audit(work, 'router.removed', [id], { label });
  work.announce('router', id);
}

function definedFields<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

function refuseDuplicate(error: unknown): never {
  const constraint = violatedConstraint(error);
  if (constraint === 'routers_label') throw fieldError('router_label_taken', 'label', 'is the label of another router');
  if (constraint === 'routers_address')
    throw fieldError('router_address_taken', 'host', 'and this port belong to a router that is already here');
  throw error;
}
