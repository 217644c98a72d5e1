// The commands of `node scripts/run.mjs ROOM:VERB`: each room brings its own.
import { auditCommands } from '#audit/commands.ts';
import { sealedSigningKey } from '#audit/signing-key.ts';
import { sealedSecondFactors } from '#auth/second-factor.ts';
import { billingCommands } from '#billing/commands.ts';
import { sealedGatewaySecrets } from '#billing/payment-gateways.ts';
import { sealedImportRows } from '#bulk/customer-imports.ts';
import { sealedMailPassword } from '#notifications/mail-settings.ts';
import { systemClock } from '#platform/clock.ts';
import { type Command, type FileCommand, parseOptions, usageOf } from '#platform/commands.ts';
import { openDatabase } from '#platform/db.ts';
import { startEmbeddedPostgres } from '#platform/embedded-postgres.ts';
import { openKeyRing } from '#platform/key-file.ts';
import { migrate } from '#platform/migrate.ts';
import { createSealer, type SealedColumn } from '#platform/secrets.ts';
import { sealedAccountPasswords } from '#provisioning/accounts.ts';
import { sealedRouterPasswords } from '#routers/routers.ts';
import { backupCommands } from '#system/backup-commands.ts';
import { secretsCommands } from '#system/commands.ts';
import type { Config } from './config.ts';

/** Every column that holds sealed texts. */
export const sealedColumns: readonly SealedColumn[] = [
  sealedRouterPasswords,
  sealedAccountPasswords,
  sealedMailPassword,
  sealedGatewaySecrets,
  sealedSecondFactors,
  sealedSigningKey,
  sealedImportRows,
];

export const commands: Record<string, Command | FileCommand> = {
  ...auditCommands,
  ...billingCommands,
  ...secretsCommands(sealedColumns),
  ...backupCommands,
};

/** Runs a command on the installation that the settings name, whether its server runs or not. */
export async function runCommand(
  config: Config,
  name: string,
  args: readonly string[],
  say: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new Error(`there is no command "${name}". There are:\n${listOf(commands)}`);
  return runOnInstallation(config, command, parseOptions(name, command, args), say);
}

async function runOnInstallation(
  config: Config,
  command: Command | FileCommand,
  options: Record<string, string>,
  say: (line: string) => void,
): Promise<number> {
  if ('runStopped' in command) return command.runStopped({ config, say }, options);
  const embedded = config.databaseUrl ? undefined : await startEmbeddedPostgres(config.dataDir);
  const database = openDatabase(config.databaseUrl ?? embedded?.url ?? '', systemClock, 4);
  try {
    await migrate(database.pool);
    const sealer = createSealer(openKeyRing(config));
    return await command.run({ database, sealer, config, say }, options);
  } finally {
    await database.pool.end();
    await embedded?.stop();
  }
}

function listOf(known: typeof commands): string {
  return Object.entries(known)
    .map(([name, command]) => `  ${usageOf(name, command)}`)
    .join('\n');
}
