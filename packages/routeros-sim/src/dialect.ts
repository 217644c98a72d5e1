// What a RouterOS version speaks. Everything that differs between versions is asked here or written as since/until in a table.

export type Version = '6.42' | '6.49' | '7.16' | '7.18' | '7.24';
export type Board = 'RouterBOARD' | 'CHR';

// The last patch release of each series that the schema of real routers covers (6.x is not covered by any schema).
const releases: Record<Version, string> = {
  '6.42': '6.42.12',
  '6.49': '6.49.18',
  '7.16': '7.16.2',
  '7.18': '7.18.2',
  '7.24': '7.24',
};

export interface Span {
  /** First release that has it. */
  since?: string;
  /** Last release that has it. */
  until?: string;
}

export interface Dialect {
  version: Version;
  board: Board;
  release: string;
  /** A plain login is answered with a challenge before 6.43. */
  hasChallengeLogin: boolean;
  /** `!empty` before the `!done` of a print without rows, since 7.18. */
  hasEmptyReply: boolean;
  /** `2026-08-31` since 7.10, `aug/31/2026` before. */
  hasIsoDates: boolean;
  /** In captures of 6.x the tag follows the reply word; later it comes last. */
  putsTagFirst: boolean;
  isVersion6: boolean;
}

export function createDialect(version: Version, board: Board): Dialect {
  const release = releases[version];
  if (release === undefined) throw new Error(`unknown RouterOS version ${version}; known: ${Object.keys(releases)}`);
  return {
    version,
    board,
    release,
    hasChallengeLogin: compareReleases(release, '6.43') < 0,
    hasEmptyReply: compareReleases(release, '7.18') >= 0,
    hasIsoDates: compareReleases(release, '7.10') >= 0,
    putsTagFirst: compareReleases(release, '7.0') < 0,
    isVersion6: compareReleases(release, '7.0') < 0,
  };
}

export function isWithin(span: Span, release: string): boolean {
  const isEarly = span.since !== undefined && compareReleases(release, span.since) < 0;
  const isLate = span.until !== undefined && compareReleases(release, span.until) > 0;
  return !isEarly && !isLate;
}

export function compareReleases(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let at = 0; at < 3; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
