// Backups at the command line: taken beside a server that works, put back where none does.
import { describeBackup } from '#platform/backups.ts';
import { systemClock } from '#platform/clock.ts';
import type { Command, CommandContext, FileCommand } from '#platform/commands.ts';
import type { Actor } from '#platform/db.ts';
import { restoreBackup } from '#platform/restore-backup.ts';
import { backUp } from './backup.ts';

const actor: Actor = { kind: 'system', id: null, name: 'command line' };

export const backupCommands: Record<string, Command | FileCommand> = {
  'database:backup': {
    summary: 'Back the embedded database up into the folder backups of the data folder, while the server works or not.',
    options: {},
    run: backUpNow,
  },
  'database:restore': {
    summary:
      'Put a backup in the place of the embedded database. Stop the server first; what is there is kept beside it.',
    options: {
      backup: 'its name, or the path of one that lies elsewhere; without it, those that are there are listed',
    },
    runStopped: (context, { backup = '' }) => restore(context, backup),
  },
};

const notOurs =
  'DATABASE_URL names a PostgreSQL of your own: back it up and restore it with its own tools (pg_dump, pg_basebackup)';

async function backUpNow({ database, config, say }: CommandContext): Promise<number> {
  if (config.databaseUrl !== undefined) throw new Error(notOurs);
  const { dataDir, backupsKept } = config;
  const backup = await backUp(database, actor, { dataDir, kept: backupsKept });
  if (!backup) {
    say('a backup is under way already');
    return 1;
  }
  say(`made ${describeBackup(backup)}`);
  if (config.secretKey === undefined)
    say(`it opens only with ${dataDir}/secret.key, which is not in it: keep that file, too, and elsewhere`);
  else say('it opens only with SECRET_KEY, which is not in it: keep that, too, and elsewhere');
  return 0;
}

async function restore({ config, say }: Pick<CommandContext, 'config' | 'say'>, named: string): Promise<number> {
  if (config.databaseUrl !== undefined) throw new Error(notOurs);
  const { backup, before } = await restoreBackup(config.dataDir, named, systemClock.now());
  say(`restored ${describeBackup(backup)}`);
  if (before) say(`the database of before lies in ${before}: remove it when you need it no more`);
  say('its passwords open only with the key of that time (secret.key or SECRET_KEY)');
  say('at the next start the routers are made to match what this backup says');
  return 0;
}
