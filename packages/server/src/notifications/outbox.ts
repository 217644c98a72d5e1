// Messages to people. A row says whether it is done; whoever has something to say adds one in his own transaction.
import type { Message, MessageDetail } from '@lastmile/contract/notifications.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { Language } from '#platform/languages.ts';
import { keyOf, type PageRequest, pageOf } from '#platform/paging.ts';
import { isHopeless, maxAttempts, retryDelayMs } from './retry-rules.ts';
import { letterOf, type MessageFacts, type MessageKind, standardTemplate } from './template-rules.ts';
import { findOwnTemplate } from './templates.ts';

export type MessageView = z.output<typeof Message>;
export type MessageDetailView = z.output<typeof MessageDetail>;

export type Attachment = { name: string; type: string; content: Buffer };

export type NewMessage = {
  kind: MessageKind;
  customerId: string | null;
  toAddress: string;
  language: Language;
  facts: MessageFacts;
  /** What it is about: a message of this key is added once. */
  dedupeKey?: string;
  attachments?: readonly Attachment[];
  /** After so long it is not worth sending. */
  lastsHours?: number;
};

const ordinaryHours = 72;

/** Adds a message to the outbox; false when there is one of this key. */
export async function addMessage(work: Work, message: NewMessage): Promise<boolean> {
  const id = newId();
  const { kind, language } = message;
  const template = (await findOwnTemplate(work.db, kind, language)) ?? standardTemplate(kind, language);
  const { subject, body } = letterOf(template, language, message.facts);
  const { numInsertedOrUpdatedRows } = await work.db
    .insertInto('notifications.messages')
    .values({
      id,
      kind,
      customer_id: message.customerId,
      dedupe_key: message.dedupeKey ?? null,
      to_address: message.toAddress,
      language,
      subject,
      body,
      next_try_at: work.now,
      created_at: work.now,
      expires_at: work.now.add({ hours: message.lastsHours ?? ordinaryHours }),
    })
    .onConflict((conflict) => conflict.column('dedupe_key').doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 0n) return false;
  for (const [index, { name, type, content }] of (message.attachments ?? []).entries()) {
    await work.db
      .insertInto('notifications.attachments')
      .values({ message_id: id, no: index + 1, name, type, content })
      .execute();
  }
  work.announce('message', id);
  return true;
}

const columns = [
  'id',
  'kind',
  'customer_id as customerId',
  'to_address as toAddress',
  'language',
  'subject',
  'state',
  'attempt_count as attemptCount',
  'next_try_at as nextTryAt',
  'last_error as lastError',
  'created_at as createdAt',
  'ended_at as endedAt',
] as const;

type Row = Omit<MessageView, 'kind' | 'state'> & { kind: string; state: string };

const viewOf = (row: Row): MessageView => ({
  ...row,
  kind: row.kind as MessageKind,
  state: row.state as MessageView['state'],
});

export type MessageQuery = PageRequest & {
  state?: MessageView['state'] | undefined;
  customerId?: string | undefined;
};

export async function listMessages(
  db: Db,
  query: MessageQuery,
): Promise<{ items: MessageView[]; next: string | null; waitingCount: number; deadCount: number; isMailOn: boolean }> {
  const key = keyOf(query.after, 'uuid');
  const rows = await db
    .selectFrom('notifications.messages')
    .select(columns)
    .$if(query.state !== undefined, (q) => q.where('state', '=', query.state ?? ''))
    .$if(query.customerId !== undefined, (q) => q.where('customer_id', '=', query.customerId ?? ''))
    .$if(key !== undefined, (q) => q.where(sql<SqlBool>`id < ${key?.[0]}::uuid`))
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, (row) => [row.id]);
  return {
    next: page.next,
    items: page.items.map(viewOf),
    waitingCount: await countMessages(db, 'waiting'),
    deadCount: await countMessages(db, 'dead'),
    isMailOn: await isMailOn(db),
  };
}

export async function isMailOn(db: Db): Promise<boolean> {
  const { isOn } = await db.selectFrom('notifications.mail_settings').select('is_on as isOn').executeTakeFirstOrThrow();
  return isOn;
}

/** Those of some keys of which there is a message: it was said. */
export async function listSaidKeys(db: Db, keys: readonly string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const rows = await db
    .selectFrom('notifications.messages')
    .select(sql<string>`dedupe_key`.as('key'))
    .where('dedupe_key', '=', sql<string>`any(${keys}::text[])`)
    .execute();
  return new Set(rows.map(({ key }) => key));
}

export async function countMessages(db: Db, state: MessageView['state']): Promise<number> {
  const { count } = await db
    .selectFrom('notifications.messages')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('state', '=', state)
    .executeTakeFirstOrThrow();
  return count;
}

export async function getMessage(db: Db, messageId: string): Promise<MessageDetailView> {
  const row = await db
    .selectFrom('notifications.messages')
    .select([...columns, 'body'])
    .where('id', '=', messageId)
    .executeTakeFirst();
  if (!row) throw new DomainError('message_not_found', { messageId });
  const attachments = await db
    .selectFrom('notifications.attachments')
    .select(['name', 'type', sql<number>`octet_length(content)`.as('sizeBytes')])
    .where('message_id', '=', messageId)
    .orderBy('no')
    .execute();
  return { ...viewOf(row), body: row.body, attachments };
}

/** Gives a message that could not be sent all its attempts again. */
export async function retryMessage(work: Work, messageId: string): Promise<MessageDetailView> {
  const { state, customerId } = await getMessage(work.db, messageId);
  const { numUpdatedRows } = await work.db
    .updateTable('notifications.messages')
    .set({
      state: 'waiting',
      attempt_count: 0,
      next_try_at: work.now,
      ended_at: null,
      expires_at: work.now.add({ hours: ordinaryHours }),
    })
    .where('id', '=', messageId)
    .where('state', '=', 'dead')
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) throw new DomainError('message_not_dead', { messageId, state });
  await audit(work, 'message.retried', [messageId, ...(customerId ? [customerId] : [])]);
  work.announce('message', messageId);
  return getMessage(work.db, messageId);
}

export async function cancelMessage(work: Work, messageId: string): Promise<MessageDetailView> {
  const { state, customerId } = await getMessage(work.db, messageId);
  const { numUpdatedRows } = await work.db
    .updateTable('notifications.messages')
    .set({ state: 'cancelled', next_try_at: null, ended_at: work.now })
    .where('id', '=', messageId)
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) throw new DomainError('message_not_waiting', { messageId, state });
  await audit(work, 'message.cancelled', [messageId, ...(customerId ? [customerId] : [])]);
  work.announce('message', messageId);
  return getMessage(work.db, messageId);
}

export type ClaimedMessage = {
  id: string;
  toAddress: string;
  subject: string;
  body: string;
  attemptCount: number;
  attachments: Attachment[];
};

// Long enough for the slowest server; a process that dies in between leaves the message to the next one after it.
const claimMinutes = 10;

/** Takes the next message that is due, for some minutes: nobody else sends it meanwhile. */
export async function claimMessage(work: Work): Promise<ClaimedMessage | undefined> {
  const due = await work.db
    .selectFrom('notifications.messages')
    .select('id')
    .where('state', '=', 'waiting')
    .where('next_try_at', '<=', work.now)
    .where('expires_at', '>', work.now)
    .orderBy('next_try_at')
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (!due) return undefined;
  const message = await work.db
    .updateTable('notifications.messages')
    .set((e) => ({ attempt_count: e('attempt_count', '+', 1), next_try_at: work.now.add({ minutes: claimMinutes }) }))
    .where('id', '=', due.id)
    .returning(['id', 'to_address as toAddress', 'subject', 'body', 'attempt_count as attemptCount'])
    .executeTakeFirstOrThrow();
  const attachments = await work.db
    .selectFrom('notifications.attachments')
    .select(['name', 'type', 'content'])
    .where('message_id', '=', due.id)
    .orderBy('no')
    .execute();
  return { ...message, attachments };
}

export type SendFailure = { message: string; responseCode?: number | undefined; command?: string | undefined };

const longestError = 500;

/** Writes down how it went. One that was cancelled meanwhile stays cancelled. */
export async function recordOutcome(
  work: Work,
  { id, attemptCount }: Pick<ClaimedMessage, 'id' | 'attemptCount'>,
  failure: SendFailure | undefined,
): Promise<void> {
  const isOver = !failure || isHopeless(failure) || attemptCount >= maxAttempts;
  const delay = { milliseconds: retryDelayMs(attemptCount, Math.random()) };
  await work.db
    .updateTable('notifications.messages')
    .set({
      state: failure ? (isOver ? 'dead' : 'waiting') : 'sent',
      last_error: failure?.message.slice(0, longestError) ?? null,
      next_try_at: isOver ? null : work.now.add(delay),
      ended_at: isOver ? work.now : null,
    })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute();
  work.announce('message', id);
}

const swept = 500;

/** What waited too long is not sent any more, and what is long over leaves: first the attachments, then all of it. */
export async function sweepMessages(work: Work): Promise<void> {
  const late = await work.db
    .updateTable('notifications.messages')
    .set({ state: 'dead', next_try_at: null, ended_at: work.now, last_error: 'could not be sent in time' })
    .where((e) =>
      e(
        'id',
        'in',
        e
          .selectFrom('notifications.messages')
          .select('id')
          .where('state', '=', 'waiting')
          .where('expires_at', '<=', work.now)
          .where('next_try_at', '<=', work.now)
          .limit(swept),
      ),
    )
    .executeTakeFirstOrThrow();
  if (late.numUpdatedRows > 0n) work.announce('message', '*');
  await sql`
    delete from notifications.attachments where message_id in (
      select id from notifications.messages where state <> 'waiting' and ended_at < ${work.now.subtract({ hours: 24 * 60 })} order by ended_at limit ${swept})`.execute(
    work.db,
  );
  await sql`
    delete from notifications.messages where id in (
      select id from notifications.messages where state <> 'waiting' and ended_at < ${work.now.subtract({ hours: 24 * 400 })} order by ended_at limit ${swept})`.execute(
    work.db,
  );
}
