import { audit } from '@lastmile/contract/audit.ts';
import type { Db, Scope } from '#platform/db.ts';
import { type Http, mount } from '#platform/http.ts';
import type { AnchorFile } from './anchor-file.ts';
import { listClosedDays } from './chain.ts';
import { listAuditEntries } from './entries.ts';
import { getProof } from './proofs.ts';
import type { SigningKey } from './signing-key.ts';
import { verifyLog } from './verify.ts';

/** What the log is verified with: the key, and what was told outside of the database. */
export type Witness = {
  signing: SigningKey | undefined;
  anchors: AnchorFile;
  /** The operator's, in which a day begins. */
  timeZone: () => Promise<string>;
};

/** What people who are limited to locations may read, as the rooms above know it. */
export type AuditSight = {
  /** Those of the ids that are things of the scope. */
  idsInScope(db: Db, scope: Scope, ids: readonly string[]): Promise<Set<string>>;
  /** Staff who work within the scope only. */
  listColleagueIds(db: Db, scope: Exclude<Scope, 'everywhere'>): Promise<string[]>;
};

export function auditRoutes(http: Http, witness: Witness, sight: AuditSight): void {
  mount(http, audit, {
    'GET /api/audit': {
      read: async (db, { query: { from, to, ...asked } }, scope) => {
        const query = { ...asked, ...(await instantsOf(witness, from, to)) };
        if (scope === 'everywhere') return listAuditEntries(db, query);
        // About a thing of his he reads all; else what was done by those who work where he does.
        if (query.about === undefined) return listAuditEntries(db, query, await sight.listColleagueIds(db, scope));
        const isOwn = (await sight.idsInScope(db, scope, [query.about])).has(query.about);
        return isOwn ? listAuditEntries(db, query) : { items: [], next: null };
      },
    },
    'GET /api/audit/verification': {
      read: async (db, { query }) => {
        const { signing } = witness;
        const found = await verifyLog(db, { ...query, signing, anchors: await witness.anchors.readAnchors() });
        const { head, firstSeq, ...result } = found;
        return { ...result, firstSeq: String(firstSeq), headSeq: String(head.seq), headHash: hex(head.hash) };
      },
    },
    'GET /api/audit/days': {
      read: async (db) => ({
        items: (await listClosedDays(db, 400)).map(({ day, firstSeq, lastSeq, root, head, closedAt }) => ({
          day,
          firstSeq: String(firstSeq),
          lastSeq: String(lastSeq),
          root: hex(root),
          head: hex(head),
          closedAt,
        })),
      }),
    },
    'GET /api/audit/:entryId/proof': { read: (db, { params }) => getProof(db, params.entryId) },
  });
}

async function instantsOf(
  { timeZone }: Witness,
  from: Temporal.PlainDate | undefined,
  to: Temporal.PlainDate | undefined,
) {
  const zone = from || to ? await timeZone() : 'UTC';
  const beginOf = (day: Temporal.PlainDate) => day.toZonedDateTime(zone).toInstant();
  return { since: from && beginOf(from), until: to && beginOf(to.add({ days: 1 })) };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
