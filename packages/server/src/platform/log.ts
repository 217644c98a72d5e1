import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';

export type Log = Logger;

// Belt and braces: nothing logs these on purpose.
const secretNames = [
  'password',
  'newPassword',
  'currentPassword',
  'confirmPassword',
  'token',
  'secret',
  'code',
  'authorization',
  'cookie',
  'apiKey',
];
// As it stands, and one or two steps inside.
const secretPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** To standard output, unless a destination is given. */
export function createLog(level: string, isPretty: boolean, destination?: DestinationStream): Log {
  const options = { level, redact: secretPaths, serializers: { error: stdSerializers.errWithCause } };
  if (destination) return pino(options, destination);
  return pino({
    ...options,
    ...(isPretty
      ? { transport: { target: 'pino-pretty', options: { translateTime: 'HH:MM:ss', ignore: 'pid,hostname' } } }
      : {}),
  });
}
