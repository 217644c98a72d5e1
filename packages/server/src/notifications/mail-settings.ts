// Through which server mail is sent.
import type { MailSettings } from '@lastmile/contract/notifications.ts';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import type { SealedColumn, Sealer } from '#platform/secrets.ts';
import type { MailServer } from './smtp.ts';

export type MailSettingsView = z.output<typeof MailSettings>;

const columns = [
  'is_on as isOn',
  'host',
  'port',
  'security',
  'username',
  'from_address as fromAddress',
  'from_name as fromName',
  'reply_to as replyTo',
  'revision',
] as const;

// Binds the sealed password to its place.
const sealContext = 'mail settings';

export const sealedMailPassword: SealedColumn = {
  table: 'notifications.mail_settings',
  column: 'password_sealed',
  key: [],
  contextOf: () => sealContext,
};

export async function getMailSettings(db: Db): Promise<MailSettingsView> {
  const { security, hasPassword, ...row } = await db
    .selectFrom('notifications.mail_settings')
    .select(columns)
    .select((e) => e('password_sealed', 'is not', null).as('hasPassword'))
    .executeTakeFirstOrThrow();
  return { ...row, security: security as MailSettingsView['security'], hasPassword: Boolean(hasPassword) };
}

type MailSettingsChange = Partial<Omit<MailSettingsView, 'hasPassword' | 'revision'>> & {
  password?: string | null | undefined;
  revision: number;
};

export async function changeMailSettings(
  work: Work,
  sealer: Sealer,
  { revision, password, ...given }: MailSettingsChange,
): Promise<MailSettingsView> {
  await work.db.selectFrom('notifications.mail_settings').select('revision').forUpdate().executeTakeFirstOrThrow();
  const before = await getMailSettings(work.db);
  if (before.revision !== revision) throw new DomainError('edit_conflict', { revision: before.revision });
  const after = { ...before, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
  if (after.isOn && !after.host) throw fieldError('invalid_input', 'host', 'is needed to send mail');
  if (after.isOn && !after.fromAddress) throw fieldError('invalid_input', 'fromAddress', 'is needed to send mail');
  // A password must not be carried to another server by somebody who does not know it.
  const isMoved = after.host !== before.host || after.port !== before.port || after.username !== before.username;
  if (isMoved && before.hasPassword && password === undefined)
    throw fieldError('invalid_input', 'password', 'is needed again for another server or login');
  await work.db
    .updateTable('notifications.mail_settings')
    .set({
      is_on: after.isOn,
      host: after.host,
      port: after.port,
      security: after.security,
      username: after.username,
      from_address: after.fromAddress,
      from_name: after.fromName,
      reply_to: after.replyTo,
      ...(password === undefined
        ? {}
        : { password_sealed: password === null ? null : sealer.seal(password, sealContext) }),
      revision: revision + 1,
    })
    .execute();
  const keys = (Object.keys(before) as (keyof MailSettingsView)[]).filter(
    (key) => key !== 'revision' && before[key] !== after[key],
  );
  await audit(work, 'settings.mail_changed', [], {
    ...Object.fromEntries(keys.map((key) => [key, [before[key], after[key]]])),
    ...(password === undefined ? {} : { password: 'changed' }),
  });
  work.announce('settings', 'mail');
  return getMailSettings(work.db);
}

/** The server to send through, or undefined while sending is off. */
export async function findMailServer(db: Db, sealer: Sealer): Promise<MailServer | undefined> {
  const row = await db
    .selectFrom('notifications.mail_settings')
    .select([...columns, 'password_sealed as passwordSealed'])
    .executeTakeFirstOrThrow();
  if (!row.isOn || !row.host || !row.fromAddress) return undefined;
  return {
    host: row.host,
    port: row.port,
    security: row.security as MailSettingsView['security'],
    username: row.username,
    password: row.passwordSealed ? sealer.open(row.passwordSealed, sealContext) : null,
    from: { name: row.fromName, address: row.fromAddress },
    replyTo: row.replyTo,
  };
}
