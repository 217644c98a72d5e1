// Every text of the page comes from one catalogue. Call `t` while rendering, never at module level: another language
// is shown by rendering the page again from its root.
import i18next, { type TFunction } from 'i18next';
import { en } from '../words/en.ts';
import { ApiError } from './api.ts';
import { duration } from './format.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

void i18next.init({
  lng: 'en',
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false },
  initAsync: false,
});

export const t: TFunction<'translation'> = i18next.getFixedT(null, 'translation');

export function language(): string {
  return i18next.language;
}

/** What went wrong, in words that say what to do next. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return t('errors.unknown');
  const sentence = (en.errors as Record<string, string>)[error.code];
  if (!sentence) return error.message || t('errors.unknown');
  const needed = [...sentence.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name as string);
  const { retryAfterSeconds: seconds } = error.details;
  const details =
    typeof seconds === 'number' ? { ...error.details, wait: duration(seconds, language()) } : error.details;
  // A sentence with a hole in it would be worse than the server's own English.
  if (needed.some((name) => details[name] === undefined)) return error.message;
  return t(`errors.${error.code}` as 'errors.unknown', details);
}

/** A word for a key that the catalogue may not know (audit actions, codes of routers): shown readable all the same. */
export function wordOr(table: string, key: string): string {
  const path = `${table}.${key}`;
  if (i18next.exists(path)) return t(path as 'errors.unknown');
  const readable = key
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[._]/g, ' ')
    .toLowerCase();
  return readable.charAt(0).toUpperCase() + readable.slice(1);
}
