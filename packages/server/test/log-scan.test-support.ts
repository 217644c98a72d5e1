// For tests only: what the tests' servers log, and the secrets that they were given or gave out. After the run none may stand in a log.
import fs from 'node:fs';
import path from 'node:path';

const logEnding = '.log';
const secretsFile = 'secrets';

/** Names under which a request or a reply carries a secret. */
const secretNames = /^(password|newPassword|currentPassword|token|invitation|ticket|key|secret|recoveryCodes)$/;
// Shorter ones stand in other words, too.
const leastLength = 8;

/** Every secret in a request or a reply, however deep it stands. */
export function secretsIn(body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, value]) => {
    // What an authenticator app scans has its secret inside.
    if (typeof value === 'string' && value.startsWith('otpauth:'))
      return new URL(value).searchParams.get('secret') ?? [];
    if (!secretNames.test(name)) return secretsIn(value);
    return [value].flat().filter((text) => typeof text === 'string' && text.length >= leastLength);
  });
}

/** The sessions that a reply gives to a browser. */
export function sessionsIn(headers: Headers): string[] {
  return headers.getSetCookie().flatMap((cookie) => /^\w+_session=([^;]+)/.exec(cookie)?.[1] ?? []);
}

export function noteSecrets(folder: string, secrets: readonly string[]): void {
  const lines = secrets.map((secret) => `${JSON.stringify(secret)}\n`);
  if (lines.length > 0) fs.appendFileSync(path.join(folder, secretsFile), lines.join(''));
}

export function logFileOf(folder: string, name: string): { write: (line: string) => void } {
  const file = path.join(folder, name + logEnding);
  return { write: (line) => fs.appendFileSync(file, line) };
}

/** `file:line` of every line that holds a secret. */
export function findSecretsInLogs(folder: string): string[] {
  const { tokens, phrases } = readSecrets(folder);
  const isSecret = (line: string) =>
    phrases.some((phrase) => line.includes(phrase)) || line.match(tokenShape)?.some((word) => tokens.has(word));
  const files = fs.readdirSync(folder).filter((name) => name.endsWith(logEnding));
  return files.flatMap((name) => {
    const file = path.join(folder, name);
    const lines = fs.readFileSync(file, 'utf8').split('\n');
    return lines.flatMap((line, index) => (isSecret(line) ? [`${file}:${index + 1}`] : []));
  });
}

const tokenShape = /[\w-]{32,}/g;

/** Thousands of tokens are looked up; the few passwords are searched for. As JSON writes them, for so does the log. */
function readSecrets(folder: string): { tokens: Set<string>; phrases: string[] } {
  const file = path.join(folder, secretsFile);
  const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  const secrets = [...new Set(lines)].map((line) => line.slice(1, -1));
  const isToken = (secret: string) => secret.match(tokenShape)?.[0] === secret;
  return { tokens: new Set(secrets.filter(isToken)), phrases: secrets.filter((secret) => !isToken(secret)) };
}

/** The folder stays, for whoever looks, where there is something to see. */
export function refuseSecretsIn(logFolder: string): void {
  const places = findSecretsInLogs(logFolder);
  if (places.length > 0) {
    process.exitCode = 1;
    throw new Error(`a secret stands in the log of a test's server:\n${places.slice(0, 20).join('\n')}`);
  }
  fs.rmSync(logFolder, { recursive: true, force: true });
}
