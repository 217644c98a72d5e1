// The only reader of the environment. A wrong value stops the start with one line that names it.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { z } from 'zod';

/** Text that is a whole number in a range. */
function wholeNumber(least: number, most: number) {
  const words = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,6}$/, words)
    .transform(Number)
    .pipe(z.int().min(least, words).max(most, words));
}

function isNetwork(text: string): boolean {
  const [, address = '', bits] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const family = net.isIP(address);
  return family !== 0 && (bits === undefined || Number(bits) <= (family === 4 ? 32 : 128));
}

/** Exactly as a browser names it: no path, no sign for any. */
function isOrigin(text: string): boolean {
  return /^https?:\/\/[a-z0-9.:[\]-]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

const listOf = (text: string) => text.split(',').map((part) => part.trim());

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const Environment = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  DATA_DIR: z.string().min(1).default('./data'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(3000),
  ADMIN_PASSWORD: z.string().min(8, 'must have at least 8 characters').max(200).optional(),
  SECRET_KEY: z.string().min(16, 'must have at least 16 characters').optional(),
  SECRET_KEY_OLD: z.string().min(16, 'must have at least 16 characters').optional(),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://billing.example.net' })
    .optional(),
  TRUSTED_PROXIES: z
    .string()
    .transform(listOf)
    .pipe(z.array(z.string().refine(isNetwork, 'must be addresses or networks such as 127.0.0.1, 10.0.0.0/8')))
    .optional(),
  ALLOWED_ORIGINS: z
    .string()
    .transform(listOf)
    .pipe(
      z.array(z.string().refine(isOrigin, 'must be origins such as https://shop.example.net, without a path')).max(50),
    )
    .optional(),
  LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`).default('info'),
  ALLOW_LOCAL_ROUTERS: z.enum(['yes', 'no'], 'must be yes or no').default('no'),
  BACKUPS_KEPT: wholeNumber(1, 365).default(7),
  DEMO_ROUTER_PORT: wholeNumber(1024, 65_000).default(18728),
  MIKROTIK_HOST: z
    .string()
    .regex(/^[A-Za-z0-9:._-]{1,253}$/, 'must be a host name or an IP address')
    .optional(),
  MIKROTIK_USER: z.string().min(1).max(64).default('admin'),
  MIKROTIK_PASSWORD: z.string().max(200).default(''),
  MIKROTIK_PORT: wholeNumber(1, 65_535).default(8728),
});

export type Config = {
  /** undefined: the embedded database in `dataDir`. */
  databaseUrl: string | undefined;
  dataDir: string;
  /** So many backups of the embedded database are kept, the newest. */
  backupsKept: number;
  host: string;
  port: number;
  adminPassword: string | undefined;
  secretKey: string | undefined;
  /** The one before: opens what it sealed until secrets:rotate is done. */
  oldSecretKey: string | undefined;
  publicUrl: string | undefined;
  /** Who may say on whose behalf he asks (X-Forwarded-For). */
  trustedProxies: string[];
  /** Other sites whose pages may ask the API with a bearer token. */
  allowedOrigins: string[];
  logLevel: z.infer<typeof Environment>['LOG_LEVEL'];
  /** Routers at addresses of this machine itself: simulators. */
  areLocalRoutersAllowed: boolean;
  demoRouterPort: number;
  /** A router to begin with, where there has never been one. */
  firstRouter: { host: string; port: number; username: string; password: string } | undefined;
};

export class ConfigError extends Error {}

/** Reads the settings from an environment; an empty value counts as not given. Throws a ConfigError of one line. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(`${issue?.path.join('.')}: ${issue?.message}. See .env.example.`);
  }
  const values = parsed.data;
  return {
    databaseUrl: values.DATABASE_URL,
    dataDir: path.resolve(values.DATA_DIR),
    backupsKept: values.BACKUPS_KEPT,
    host: values.HOST,
    port: values.PORT,
    adminPassword: values.ADMIN_PASSWORD,
    secretKey: values.SECRET_KEY,
    oldSecretKey: values.SECRET_KEY_OLD,
    publicUrl: values.PUBLIC_URL?.replace(/\/+$/, ''),
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    allowedOrigins: values.ALLOWED_ORIGINS ?? [],
    logLevel: values.LOG_LEVEL,
    areLocalRoutersAllowed: values.ALLOW_LOCAL_ROUTERS === 'yes',
    demoRouterPort: values.DEMO_ROUTER_PORT,
    firstRouter: values.MIKROTIK_HOST
      ? {
          host: values.MIKROTIK_HOST,
          port: values.MIKROTIK_PORT,
          username: values.MIKROTIK_USER,
          password: values.MIKROTIK_PASSWORD,
        }
      : undefined,
  };
}

/** The version of the program, as its package says it. */
export const version: string = JSON.parse(
  fs.readFileSync(path.join(import.meta.dirname, '../package.json'), 'utf8'),
).version;
