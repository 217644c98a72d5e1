// The languages in which letters and papers are written; the page itself speaks its own.
import type { languages as written } from '@lastmile/contract/shapes.ts';
import { language } from './words.ts';

export type Language = (typeof written)[number];

export const languages = ['en', 'es', 'fr', 'pt'] as const satisfies typeof written;

export function nameOfLanguage(code: string): string {
  return new Intl.DisplayNames(language(), { type: 'language' }).of(code) ?? code;
}
