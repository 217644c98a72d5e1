// Files of lists are not JSON, so their routes stand beside the contract; permission and scope are asked as for all others.
import type { Readable } from 'node:stream';
import type { Permission } from '@lastmile/contract/permissions.ts';
import type { z } from 'zod';
import { type Scope, scopeOf } from './db.ts';
import type { Http } from './http.ts';

type CsvRoute<Query extends z.ZodObject> = {
  permission: Permission;
  needsEverywhere?: boolean;
  query: Query;
  /** Without its end: "invoices". */
  fileName: string;
  stream: (query: z.output<Query>, scope: Scope, params: Record<string, string>) => Promise<Readable> | Readable;
};

export function mountCsv<Query extends z.ZodObject>(http: Http, url: string, route: CsvRoute<Query>): void {
  const { permission, needsEverywhere = false, query, fileName, stream } = route;
  http.app.get(
    url,
    { config: { permission, needsEverywhere }, schema: { querystring: query } },
    async (request, reply) => {
      const actor = request.caller?.actor;
      const scope = actor ? scopeOf(actor) : { locationIds: [] };
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${fileName}.csv"`)
        .header('cache-control', 'no-store')
        .send(await stream(request.query as z.output<Query>, scope, request.params as Record<string, string>));
    },
  );
}
