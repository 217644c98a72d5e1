import { randomBytes } from 'node:crypto';
import { type Database, inTransaction } from '#platform/db.ts';
import type { SealedColumn, Sealer } from '#platform/secrets.ts';

const context = 'audit signing key';

export const sealedSigningKey: SealedColumn = {
  table: 'audit.keys',
  column: 'key_sealed',
  key: [],
  contextOf: () => context,
};

/** The key of this installation's log and the last entry from before there was one. */
export type SigningKey = { key: Buffer; unsignedUntil: bigint };

/**
 * Reads the key that signs the log, or makes it at the first start. The database holds it sealed, so that its owner can
 * neither sign nor put another key in its place.
 */
export async function loadSigningKey(database: Database, sealer: Sealer): Promise<SigningKey> {
  const found = await readKey(database, sealer);
  if (found) return found;
  await inTransaction(database, { kind: 'system', id: null, name: 'setup' }, async ({ db }) => {
    const newest = await db
      .selectFrom('audit.entries')
      .select((e) => e.fn.max('id').as('id'))
      .executeTakeFirst();
    const text = JSON.stringify({ key: randomBytes(32).toString('base64'), unsignedUntil: String(newest?.id ?? 0) });
    // Of two processes that start at once, one makes it.
    await db
      .insertInto('audit.keys')
      .values({ key_sealed: sealer.seal(text, context) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
  const made = await readKey(database, sealer);
  if (!made) throw new Error('the key of the audit log could not be written');
  return made;
}

async function readKey(database: Database, sealer: Sealer): Promise<SigningKey | undefined> {
  const row = await database.db.selectFrom('audit.keys').select('key_sealed as sealed').executeTakeFirst();
  if (!row) return undefined;
  const { key, unsignedUntil } = JSON.parse(opened(row.sealed, sealer)) as { key: string; unsignedUntil: string };
  return { key: Buffer.from(key, 'base64'), unsignedUntil: BigInt(unsignedUntil) };
}

function opened(sealed: Buffer, sealer: Sealer): string {
  try {
    return sealer.open(sealed, context);
  } catch (cause) {
    throw new Error(
      'SECRET_KEY is not the one that this database was sealed with: its secrets cannot be opened. See .env.example.',
      { cause },
    );
  }
}
