import { type Logger, pino } from 'pino';

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

export function createLog(level: string, isPretty: boolean): Log {
  return pino({
    level,
    redact: secretPaths,
    ...(isPretty
      ? { transport: { target: 'pino-pretty', options: { translateTime: 'HH:MM:ss', ignore: 'pid,hostname' } } }
      : {}),
  });
}
