// What customers are written, by kind of message and language: the provider's own text, or the standard one.
import {
  type CustomerMessageKind,
  customerMessageKinds,
  type MessageTemplate,
  placeholdersOf,
} from '@lastmile/contract/notifications.ts';
import { languages } from '@lastmile/contract/shapes.ts';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import type { Language } from '#platform/languages.ts';
import { type Letter, letterOf, type MessageFacts, standardTemplate, strangePlaceholder } from './template-rules.ts';

export type MessageTemplateView = z.output<typeof MessageTemplate>;
type TemplateKey = { kind: CustomerMessageKind; language: Language };

export type NamedTemplate = { kind: string; language: string };

function keyOf({ kind, language }: NamedTemplate): TemplateKey {
  const known = {
    kind: customerMessageKinds.find((one) => one === kind),
    language: languages.find((one) => one === language),
  };
  if (!known.kind || !known.language) throw new DomainError('message_template_not_found', { kind, language });
  return { kind: known.kind, language: known.language };
}

type OwnTemplate = Letter & { kind: string; language: string; revision: number };

function viewOf({ kind, language }: TemplateKey, own: OwnTemplate | undefined): MessageTemplateView {
  const { subject, body } = own ?? standardTemplate(kind, language);
  const placeholders = [...placeholdersOf[kind]];
  return { kind, language, subject, body, isOwn: own !== undefined, placeholders, revision: own?.revision ?? 0 };
}

const columns = ['kind', 'language', 'subject', 'body', 'revision'] as const;

export async function listTemplates(db: Db): Promise<MessageTemplateView[]> {
  const own = await db.selectFrom('notifications.templates').select(columns).execute();
  return customerMessageKinds.flatMap((kind) =>
    languages.map((language) =>
      viewOf(
        { kind, language },
        own.find((one) => one.kind === kind && one.language === language),
      ),
    ),
  );
}

/** The provider's own text; undefined where the standard one goes out. */
export async function findOwnTemplate(db: Db, kind: string, language: Language): Promise<Letter | undefined> {
  return db
    .selectFrom('notifications.templates')
    .select(['subject', 'body'])
    .where('kind', '=', kind)
    .where('language', '=', language)
    .executeTakeFirst();
}

/** Locked, so that of two who write at once the second is told. */
async function lockTemplate(work: Work, { kind, language }: TemplateKey): Promise<OwnTemplate | undefined> {
  return work.db
    .selectFrom('notifications.templates')
    .select(columns)
    .where('kind', '=', kind)
    .where('language', '=', language)
    .forUpdate()
    .executeTakeFirst();
}

export async function changeTemplate(
  work: Work,
  named: NamedTemplate,
  { revision, ...letter }: Letter & { revision: number },
): Promise<MessageTemplateView> {
  const key = keyOf(named);
  refuseStrangePlaceholders(key.kind, letter);
  const before = await lockTemplate(work, key);
  if ((before?.revision ?? 0) !== revision) throw new DomainError('edit_conflict', { revision: before?.revision ?? 0 });
  const change = { ...letter, revision: revision + 1, changed_at: work.now, changed_by: work.actor.name };
  const { numInsertedOrUpdatedRows } = await work.db
    .insertInto('notifications.templates')
    .values({ ...key, ...change })
    .onConflict((conflict) =>
      // Two who write the first text at once both saw none.
      conflict
        .columns(['kind', 'language'])
        .doUpdateSet(change)
        .where('notifications.templates.revision', '=', revision),
    )
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 0n) throw new DomainError('edit_conflict', {});
  await audit(work, 'message_template.changed', [], {
    ...key,
    subject: [before?.subject ?? standardTemplate(key.kind, key.language).subject, letter.subject],
  });
  work.announce('settings', 'message-templates');
  return viewOf(key, { ...key, ...letter, revision: revision + 1 });
}

export async function restoreTemplate(work: Work, named: NamedTemplate): Promise<MessageTemplateView> {
  const key = keyOf(named);
  if (await lockTemplate(work, key)) {
    await work.db
      .deleteFrom('notifications.templates')
      .where('kind', '=', key.kind)
      .where('language', '=', key.language)
      .execute();
    await audit(work, 'message_template.restored', [], key);
    work.announce('settings', 'message-templates');
  }
  return viewOf(key, undefined);
}

function refuseStrangePlaceholders(kind: CustomerMessageKind, letter: Letter): void {
  for (const path of ['subject', 'body'] as const) {
    const strange = strangePlaceholder(kind, letter[path]);
    if (strange === undefined) continue;
    const known = placeholdersOf[kind].map((name) => `{{${name}}}`).join(' ');
    throw fieldError('invalid_input', path, `has ${strange}, which is not one of ${known}`, { placeholder: strange });
  }
}

/** What would go out by a text that is not kept yet. */
export function previewOf(named: NamedTemplate, letter: Letter, facts: MessageFacts): Letter {
  const { kind, language } = keyOf(named);
  refuseStrangePlaceholders(kind, letter);
  return letterOf(letter, language, facts);
}
