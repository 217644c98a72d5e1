// The names that an account had: a session has nothing but its name to be found by.
import { type RawBuilder, sql } from 'kysely';

// Older ones are forgotten: nobody renames an account as often before its router answers once.
const maxFormerNames = 20;

/** `account.former_names` with another name, for an `update` of provisioning.accounts; null adds none. */
export function withFormerName(name: RawBuilder<string | null>): RawBuilder<string[]> {
  return sql`case when ${name} is null or ${name} = any(account.former_names) then account.former_names
    else (account.former_names || ${name})[greatest(1, cardinality(account.former_names) + 2 - ${sql.lit(maxFormerNames)}):] end`;
}
