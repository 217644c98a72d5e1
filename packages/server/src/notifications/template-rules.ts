// How a text with placeholders becomes a message.
import { type CustomerMessageKind, placeholdersOf } from '@lastmile/contract/notifications.ts';
import { bytesInWords, dayInWords, type Language, moneyInWords } from '#platform/languages.ts';
import { type MessageKind, standardTexts } from './standard-texts-rules.ts';

export type { MessageKind } from './standard-texts-rules.ts';

export type MessageFacts = {
  providerName: string;
  customerName: string;
  customerNumber?: number | undefined;
  /** How the office is reached, and how it is paid: as on papers. */
  contact?: string | undefined;
  howToPay?: string | undefined;
  number?: string | undefined;
  amount?: { minor: bigint; currency: string } | undefined;
  dueOn?: Temporal.PlainDate | undefined;
  receivedOn?: Temporal.PlainDate | undefined;
  /** What a plan includes, how much of it is used, and when it begins anew. */
  planName?: string | undefined;
  usedBytes?: bigint | undefined;
  allowedBytes?: bigint | undefined;
  renewsOn?: Temporal.PlainDate | undefined;
  /** What happened, in a line and in full: for what is told to the owner. */
  title?: string | undefined;
  text?: string | undefined;
};

/** With placeholders as a template, without as a letter. */
export type Letter = { subject: string; body: string };

export function standardTemplate(kind: MessageKind, language: Language): Letter {
  const { [kind]: text, greeting, farewell } = standardTexts[language];
  return { subject: text.subject, body: [greeting, ...text.lines, `${farewell}\n{{providerName}}`].join('\n\n') };
}

const placeholder = /\{\{\s*(\w*)\s*\}\}/g;

/** What in a text is no placeholder of its kind of message, as it stands there; undefined: all is right. */
export function strangePlaceholder(kind: CustomerMessageKind, text: string): string | undefined {
  const known: readonly string[] = placeholdersOf[kind];
  for (const [whole, name = ''] of text.matchAll(placeholder)) if (!known.includes(name)) return whole;
  // Half a placeholder would reach the customer as it is.
  return text.replace(placeholder, '').match(/\{\{.{0,20}|.{0,20}\}\}/)?.[0];
}

/** A name with a line break or a placeholder in it stays on its line, as it is. */
export function letterOf(template: Letter, language: Language, facts: MessageFacts): Letter {
  const values: Record<string, string> = {
    providerName: oneLine(facts.providerName),
    customerName: oneLine(facts.customerName),
    customerNumber: facts.customerNumber?.toString() ?? '',
    contact: facts.contact ?? '',
    howToPay: facts.howToPay ?? '',
    number: facts.number ?? '',
    amount: facts.amount ? moneyInWords(facts.amount.minor, facts.amount.currency, language) : '',
    dueOn: facts.dueOn ? dayInWords(facts.dueOn, language) : '',
    receivedOn: facts.receivedOn ? dayInWords(facts.receivedOn, language) : '',
    planName: oneLine(facts.planName ?? ''),
    used: facts.usedBytes === undefined ? '' : bytesInWords(facts.usedBytes, language),
    allowed: facts.allowedBytes === undefined ? '' : bytesInWords(facts.allowedBytes, language),
    renewsOn: facts.renewsOn ? dayInWords(facts.renewsOn, language) : '',
    title: oneLine(facts.title ?? ''),
    text: facts.text ?? '',
  };
  const filled = (text: string) => text.replace(placeholder, (_, name: string) => values[name] ?? '');
  // A paragraph of which nothing is left leaves no hole.
  const body = filled(template.body)
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return { subject: oneLine(filled(template.subject)), body: `${body}\n` };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
