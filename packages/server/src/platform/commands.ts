import type { Database } from './db.ts';
import type { Sealer } from './secrets.ts';

/** What a command may use. It runs beside a server that works, or without one. */
export type CommandContext = {
  database: Database;
  sealer: Sealer;
  config: CommandConfig;
  say: (line: string) => void;
};

type CommandConfig = {
  /** undefined: the embedded database in `dataDir`. */
  databaseUrl: string | undefined;
  dataDir: string;
  backupsKept: number;
  secretKey: string | undefined;
  oldSecretKey: string | undefined;
};

type AboutCommand = {
  summary: string;
  /** `--name value`, each with its explanation. */
  options: Record<string, string>;
  /** `--name` alone: found among the options as an empty text. */
  flags?: Record<string, string>;
};

export type Command = AboutCommand & {
  /** Answers with the exit code. */
  run(context: CommandContext, options: Record<string, string>): Promise<number>;
};

/** Works on the files of a database that stands still. */
export type FileCommand = AboutCommand & {
  runStopped(context: Pick<CommandContext, 'config' | 'say'>, options: Record<string, string>): Promise<number>;
};

/** By `room:verb`. */
export type Commands = Record<string, Command>;

/** `--name value` and `--name=value`; anything else is refused with the name of what was meant. */
export function parseOptions(name: string, command: AboutCommand, args: readonly string[]): Record<string, string> {
  const parsed: Record<string, string> = {};
  for (let at = 0; at < args.length; at++) {
    const [, option = '', inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(args[at] ?? '') ?? [];
    if (command.flags && Object.hasOwn(command.flags, option) && inline === undefined) {
      parsed[option] = '';
      continue;
    }
    if (!Object.hasOwn(command.options, option))
      throw new Error(`${name} does not know "${args[at]}". ${usageOf(name, command)}`);
    const value = inline ?? args[++at];
    if (value === undefined) throw new Error(`${name}: --${option} needs a value`);
    parsed[option] = value;
  }
  return parsed;
}

export function usageOf(name: string, { summary, options, flags = {} }: AboutCommand): string {
  const lines = Object.entries({ ...options, ...flags }).map(([option, text]) => `    --${option}  ${text}`);
  return [`${name}: ${summary}`, ...lines].join('\n');
}
