import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';

export type Log = Logger;

// Belt and braces: nothing logs these on purpose.
const secretPaths = [
  'password',
  'token',
  'secret',
  '*.password',
  '*.token',
  'req.headers.authorization',
  'req.headers.cookie',
];

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
