// Payment providers that may tell us of payments, each with a secret of its own by which its calls are signed.
import { randomBytes } from 'node:crypto';
import type { gatewayMethods, PaymentGateway } from '@lastmile/contract/payment-gateways.ts';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import type { SealedColumn, Sealer } from '#platform/secrets.ts';
import { secretFrom } from './rules/webhook-signature-rules.ts';

export type PaymentGatewayView = z.output<typeof PaymentGateway>;
type Method = (typeof gatewayMethods)[number];
type MadeGateway = PaymentGatewayView & { secret: string };

export const sealedGatewaySecrets: SealedColumn = {
  table: 'billing.payment_gateways',
  column: 'secret_sealed',
  key: ['name'],
  contextOf: (name = '') => `payment gateway ${name}`,
};

function selectGateways(db: Db) {
  return db
    .selectFrom('billing.payment_gateways')
    .select(['name', 'method', 'made_at as madeAt', 'made_by as madeBy', 'last_used_at as lastUsedAt'])
    .where('secret_sealed', 'is not', null);
}

// Nobody has that many; an attacker with the right to make them must not fill a page without end.
const most = 50;

export async function listGateways(db: Db): Promise<PaymentGatewayView[]> {
  const rows = await selectGateways(db).orderBy('name').limit(most).execute();
  return rows.map((row) => ({ ...row, method: row.method as Method }));
}

async function getGateway(db: Db, name: string): Promise<PaymentGatewayView> {
  const row = await selectGateways(db).where('name', '=', name).executeTakeFirst();
  if (!row) throw new DomainError('payment_gateway_not_found', { gateway: name });
  return { ...row, method: row.method as Method };
}

/** Also one that was ended may come back, with a new secret. */
export async function addGateway(
  work: Work,
  sealer: Sealer,
  { name, method }: { name: string; method: Method },
): Promise<MadeGateway> {
  if ((await listGateways(work.db)).length >= most)
    throw new DomainError('payment_gateway_taken', { gateway: name, most });
  const secret = secretFrom(randomBytes(32));
  const values = { method, secret_sealed: sealedBy(sealer, name, secret), made_at: work.now, made_by: work.actor.name };
  const { numInsertedOrUpdatedRows } = await work.db
    .insertInto('billing.payment_gateways')
    .values({ name, ...values })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet(values).where('billing.payment_gateways.secret_sealed', 'is', null),
    )
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 0n)
    throw new DomainError('payment_gateway_taken', { gateway: name }, `there is a payment provider ${name} already`);
  await audit(work, 'payment_gateway.added', [], { gateway: name, method });
  work.announce('settings', 'payment-gateways');
  return { ...(await getGateway(work.db, name)), secret };
}

function sealedBy(sealer: Sealer, name: string, secret: string): Buffer {
  return sealer.seal(secret, sealedGatewaySecrets.contextOf(name));
}

export async function renewSecret(work: Work, sealer: Sealer, name: string): Promise<MadeGateway> {
  const secret = secretFrom(randomBytes(32));
  const sealed = sealedBy(sealer, name, secret);
  await changeSecret(work, name, sealed);
  await audit(work, 'payment_gateway.secret_renewed', [], { gateway: name });
  return { ...(await getGateway(work.db, name)), secret };
}

export async function endGateway(work: Work, name: string): Promise<void> {
  await changeSecret(work, name, null);
  await audit(work, 'payment_gateway.ended', [], { gateway: name });
}

async function changeSecret(work: Work, name: string, sealed: Buffer | null): Promise<void> {
  await getGateway(work.db, name);
  await work.db
    .updateTable('billing.payment_gateways')
    .set({ secret_sealed: sealed })
    .where('name', '=', name)
    .execute();
  work.announce('settings', 'payment-gateways');
}

/** By which a call must be signed. */
export async function getSecret(db: Db, sealer: Sealer, name: string): Promise<string> {
  const row = await db
    .selectFrom('billing.payment_gateways')
    .select('secret_sealed')
    .where('name', '=', name)
    .executeTakeFirst();
  if (!row?.secret_sealed) throw new DomainError('payment_gateway_not_found', { gateway: name });
  return sealer.open(row.secret_sealed, sealedGatewaySecrets.contextOf(name));
}
