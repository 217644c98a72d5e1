// What is wrong with a value, in words that follow the name of its field: "limit must be at least 1".
import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

const typeWords: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

const formatWords: Record<string, string> = {
  uuid: 'must be an id',
  base64: 'must be base64',
  datetime: 'must be an instant such as 2026-01-31T12:00:00Z',
  email: 'must be an e-mail address',
  url: 'must be a web address',
};

/** undefined leaves it to zod. */
export function faultWords(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${typeWords[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return `must ${sizeWords(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${sizeWords(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return formatWords[issue.format];
    case 'invalid_union':
      // Of several shapes the first is the usual one; the others are ways to say "nothing".
      return issue.errors[0]?.[0]?.message;
    default:
      return undefined;
  }
}

function sizeWords(origin: string, relation: string, limit: number | bigint): string {
  if (origin === 'string') return `have ${relation} ${limit} ${limit === 1 ? 'character' : 'characters'}`;
  if (origin === 'array') return `have ${relation} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
  return `be ${relation} ${limit}`;
}
