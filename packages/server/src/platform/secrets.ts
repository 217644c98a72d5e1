// Secrets at rest: AES-256-GCM with one key, and argon2id for the passwords of people.
import { argon2, createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const argon2Async = promisify(argon2);

/** Seals and opens texts; `context` (such as the row's id) binds a sealed text to its place, so that it cannot be moved. */
export type Sealer = {
  seal(text: string, context: string): Buffer;
  open(sealed: Buffer, context: string): string;
  /** Also takes a text that an import of earlier left as it was; the next look at the table seals it. */
  openOrPlain(kept: Buffer, context: string): string;
  /** What a text begins with that is sealed by the key of now. */
  currentPrefix(): Buffer;
};

/** The keys of an installation, the one that seals first. Asked at each use, for it may change while the program runs. */
export type KeyRing = {
  keys(): readonly Buffer[];
  /** After a text whose key is not known: somebody may have put a new one in its place. */
  readAgain?(): void;
};

/** Where a room keeps sealed texts, so that all of them can be found when the key changes. */
export type SealedColumn = {
  table: `${string}.${string}`;
  column: string;
  /** The columns that name the row, by which it is bound to its place. */
  key: readonly string[];
  contextOf(...key: string[]): string;
  /** An import of earlier may have left plain texts here. */
  mayBePlain?: boolean;
};

// The first format has no name of its key in it; both begin with a byte that no text that people type begins with.
const namelessFormat = 1;
const format = 2;
const keyIdLength = 4;
const nonceLength = 12;
const tagLength = 16;

/** By which key a text is sealed; tells nothing about the key. */
function keyIdOf(key: Buffer): Buffer {
  return createHash('sha256').update('lastmile key id').update(key).digest().subarray(0, keyIdLength);
}

export function createSealer(given: Buffer | KeyRing): Sealer {
  const ring: KeyRing = Buffer.isBuffer(given) ? { keys: () => [given] } : given;
  const currentKey = () => {
    const [key] = ring.keys();
    if (!key) throw new Error('there is no key to seal with');
    return key;
  };
  const currentPrefix = () => Buffer.concat([Buffer.from([format]), keyIdOf(currentKey())]);
  const open = (sealed: Buffer, context: string) => {
    const [sealedFormat] = sealed;
    if (sealedFormat === namelessFormat) return openByAny(ring.keys(), sealed.subarray(1), context);
    if (sealedFormat !== format) throw new Error(`sealed text of an unknown format ${sealedFormat}`);
    const id = sealed.subarray(1, 1 + keyIdLength);
    const find = () => ring.keys().find((key) => keyIdOf(key).equals(id));
    let key = find();
    if (!key) {
      ring.readAgain?.();
      key = find();
    }
    if (!key) throw new Error(`sealed by the key ${id.toString('hex')}, which is not at hand`);
    return openBy(key, sealed.subarray(1 + keyIdLength), context);
  };
  return {
    open,
    currentPrefix,
    seal(text, context) {
      const nonce = randomBytes(nonceLength);
      const key = currentKey();
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([format]), keyIdOf(key), nonce, cipher.getAuthTag(), body]);
    },
    openOrPlain: (kept, context) => (isSealed(kept) ? open(kept, context) : kept.toString('utf8')),
  };
}

export function isSealed(kept: Buffer): boolean {
  return kept[0] === format || kept[0] === namelessFormat;
}

/** As SQL sees the formats, in the first byte of a column. */
export const sealedFormats: readonly number[] = [namelessFormat, format];

function openBy(key: Buffer, sealed: Buffer, context: string): string {
  const nonce = sealed.subarray(0, nonceLength);
  const tag = sealed.subarray(nonceLength, nonceLength + tagLength);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context)).setAuthTag(tag);
  const body = sealed.subarray(nonceLength + tagLength);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
}

function openByAny(keys: readonly Buffer[], sealed: Buffer, context: string): string {
  let refusal: unknown = new Error('there is no key to open with');
  for (const key of keys) {
    try {
      return openBy(key, sealed, context);
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}

/** The key from a secret text: any length, spread over 256 bits. */
export function keyFromSecret(secret: string): Buffer {
  return createHash('sha256').update('lastmile sealing key').update(secret).digest();
}

// OWASP's second recommended setting for argon2id: 19 MiB, two passes, one lane.
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };

/** A PHC string, which carries its own parameters. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await argon2Async('argon2id', { message: password, nonce, ...cost });
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${unpadded(nonce)}$${unpadded(tag)}`;
}

export async function isPasswordRight(password: string, phc: string): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(phc);
  if (!match) throw new Error('password hash of an unknown format');
  const [, memory, passes, parallelism, nonce, tag] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const wanted = Buffer.from(tag, 'base64');
  const got = await argon2Async('argon2id', {
    message: password,
    nonce: Buffer.from(nonce, 'base64'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: wanted.length,
  });
  return timingSafeEqual(got, wanted);
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
