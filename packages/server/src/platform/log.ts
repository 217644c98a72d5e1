import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';

export type Log = Logger;
export type LogDestination = DestinationStream;

// Belt and braces: nothing logs these on purpose.
const secretNames = [
  'password',
  'newPassword',
  'currentPassword',
  'confirmPassword',
  'token',
  'secret',
  'code',
  'pin',
  'authorization',
  'cookie',
  'apiKey',
];
// As it stands, and one or two steps inside.
const secretPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** What stands behind the ? may be anybody's name, or a token that somebody put there by mistake. */
function requestWords({ method, url, ip }: { method?: string; url?: string; ip?: string }) {
  return { method, path: url?.split('?')[0], address: ip };
}

/** To standard output, unless a destination is given. */
export function createLog(level: string, isPretty: boolean, destination?: LogDestination): Log {
  const options = {
    level,
    redact: secretPaths,
    serializers: { error: stdSerializers.errWithCause, req: requestWords },
  };
  if (destination) return pino(options, destination);
  return pino({
    ...options,
    ...(isPretty
      ? { transport: { target: 'pino-pretty', options: { translateTime: 'HH:MM:ss', ignore: 'pid,hostname' } } }
      : {}),
  });
}
