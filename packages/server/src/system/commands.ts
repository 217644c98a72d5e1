// The key at the command line: for who holds the machine.
import { audit } from '#audit/entries.ts';
import type { CommandContext, Commands } from '#platform/commands.ts';
import { type Actor, inTransaction } from '#platform/db.ts';
import { counted } from '#platform/errors.ts';
import { addSecret, readSecrets, replaceSecrets } from '#platform/key-file.ts';
import type { SealedColumn, Sealer } from '#platform/secrets.ts';
import { countOtherSeals, sealAgain } from './rotate-secrets.ts';

const actor: Actor = { kind: 'system', id: null, name: 'command line' };

export function secretsCommands(columns: readonly SealedColumn[]): Commands {
  return {
    'secrets:rotate': {
      summary:
        'Seal all passwords and secrets again by a new key, while the server works. Cut short and run again, it does the rest.',
      options: {},
      flags: { 'forget-old': 'no new key: forget the older ones, once nothing is sealed by them any more' },
      run: (context, options) => ('forget-old' in options ? forget(context, columns) : rotate(context, columns)),
    },
  };
}

async function countAll({ database }: CommandContext, sealer: Sealer, columns: readonly SealedColumn[]) {
  let count = 0;
  for (const column of columns) count += await countOtherSeals(database.db, sealer, column);
  return count;
}

async function rotate(context: CommandContext, columns: readonly SealedColumn[]): Promise<number> {
  const { database, sealer, config, say } = context;
  const left = await countAll(context, sealer, columns);
  if (config.secretKey === undefined) {
    const secrets = readSecrets(config.dataDir);
    const isUnfinished = secrets.length > 1 && left > 0;
    if (isUnfinished) say(`going on with a rotation that was cut short: ${counted(left, 'text')} left`);
    // Nothing is sealed by those below the first any more, else this would be unfinished.
    else addSecret(config.dataDir, secrets.slice(0, 1));
  } else if (left === 0) {
    say(
      'all is sealed by SECRET_KEY. To change it: give the new one as SECRET_KEY and the one of now as SECRET_KEY_OLD,',
    );
    say('start the server again, and run this.');
    return 0;
  }
  const count = await sealAgain(database, sealer, columns);
  await inTransaction(database, actor, (work) => audit(work, 'secrets.rotated', [], { count }));
  say(`sealed ${counted(count, 'text')} again`);
  say(
    config.secretKey === undefined
      ? 'the older key is kept below the new one in secret.key, until --forget-old or the next rotation: back the file up'
      : 'SECRET_KEY_OLD is needed no more',
  );
  return 0;
}

async function forget(context: CommandContext, columns: readonly SealedColumn[]): Promise<number> {
  const { sealer, config, say } = context;
  const left = await countAll(context, sealer, columns);
  if (left > 0) {
    say(`${counted(left, 'text')} need an older key still: run secrets:rotate first`);
    return 1;
  }
  if (config.secretKey !== undefined) say('nothing needs SECRET_KEY_OLD: take it out of the settings');
  else {
    const secrets = readSecrets(config.dataDir);
    replaceSecrets(config.dataDir, secrets.slice(0, 1));
    say(`forgot ${counted(secrets.length - 1, 'older key')}`);
  }
  return 0;
}
