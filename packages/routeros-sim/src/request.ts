// One sentence from a client, taken apart. Attribute order carries no meaning, query order does.

export interface Request {
  /** `/ppp/secret/print` as path and command. */
  segments: readonly string[];
  words: readonly string[];
  attributes: Map<string, string>;
  /** `=!name=`: take this value away. */
  cleared: ReadonlySet<string>;
  queries: readonly string[];
  tag: string | undefined;
}

export function parseRequest(words: readonly string[]): Request {
  const attributes = new Map<string, string>();
  const cleared = new Set<string>();
  const queries: string[] = [];
  let tag: string | undefined;
  for (const word of words.slice(1)) {
    if (word.startsWith('=')) readAttribute(word, attributes, cleared);
    else if (word.startsWith('?')) queries.push(word);
    else if (word.startsWith('.tag=')) tag = word.slice(5);
    // `.proplist=` without the leading `=` is accepted by nobody; unknown API words are ignored.
  }
  return { segments: (words[0] ?? '').split('/').slice(1), words, attributes, cleared, queries, tag };
}

function readAttribute(word: string, attributes: Map<string, string>, cleared: Set<string>): void {
  const end = word.indexOf('=', 1);
  const name = end < 0 ? word.slice(1) : word.slice(1, end);
  const value = end < 0 ? '' : word.slice(end + 1);
  if (name.startsWith('!')) cleared.add(name.slice(1));
  else attributes.set(name, value);
}
