import type { CustomerMessageKind } from '@lastmile/contract/notifications.ts';
import type { Language } from '../../lib/languages.ts';

export const templateKinds = [
  'invoice_issued',
  'reminder_before',
  'reminder_after',
  'cut',
  'restored',
  'receipt',
  'statement',
] as const satisfies readonly CustomerMessageKind[];

/** In the address bar: which language is looked at, and which text is open. */
export type TemplateSearch = { language?: Language | undefined; template?: CustomerMessageKind | undefined };
