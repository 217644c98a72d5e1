// The router filters with a stack machine (?name=value pushes, ?#| pops two and pushes one). Here it is a small tree instead.

export interface Query {
  readonly words: readonly string[];
}

function propertyName(name: string): string {
  if (!/^[A-Za-z0-9.][A-Za-z0-9._-]*$/.test(name)) throw new RangeError(`"${name}" is not a property name`);
  return name;
}

function combine(operator: '&' | '|', queries: readonly Query[]): Query {
  if (queries.length === 0) throw new RangeError('and() and or() need at least one condition');
  const words = queries.flatMap((query) => query.words);
  return queries.length === 1 ? { words } : { words: [...words, `?#${operator.repeat(queries.length - 1)}`] };
}

// Every value is compared with what the router prints. RouterOS measures some of them (1h, 60m) in ways that are nowhere
// documented: filter those at home.
export const where = {
  equals: (name: string, value: string): Query => ({ words: [`?${propertyName(name)}=${value}`] }),
  /** The property is there. For a flag (running, dynamic): it is true. */
  has: (name: string): Query => ({ words: [`?${propertyName(name)}`] }),
  /** The property is absent. For a flag: it is false. */
  lacks: (name: string): Query => ({ words: [`?-${propertyName(name)}`] }),
  less: (name: string, value: string): Query => ({ words: [`?<${propertyName(name)}=${value}`] }),
  greater: (name: string, value: string): Query => ({ words: [`?>${propertyName(name)}=${value}`] }),
  and: (...queries: readonly Query[]): Query => combine('&', queries),
  or: (...queries: readonly Query[]): Query => combine('|', queries),
  not: (query: Query): Query => ({ words: [...query.words, '?#!'] }),
};
