import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ClosedBeforeLogin, LoginRefused, ProtocolError, Unreachable } from './errors.ts';
import { connectTo, failureOf, type ScriptedRouter, startScriptedRouter } from './scripted-router.test-support.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('skipped: certificates for the TLS tests need the openssl command');

const directory = mkdtempSync(join(tmpdir(), 'routeros-tls-'));

interface Identity {
  key: string;
  cert: string;
  fingerprint: string;
}

function identity(name: string): Identity {
  const [key, cert] = [join(directory, `${name}.key`), join(directory, `${name}.crt`)];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
  const pem = readFileSync(cert, 'utf8');
  return { key: readFileSync(key, 'utf8'), cert: pem, fingerprint: new X509Certificate(pem).fingerprint256 };
}

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

afterAll(() => rmSync(directory, { recursive: true }));

async function routerWith(tls: object): Promise<ScriptedRouter> {
  const router = await startScriptedRouter((asked) => asked.done(), { tls: { maxVersion: 'TLSv1.2', ...tls } });
  opened.push(router);
  return router;
}

/** RouterOS api-ssl without a certificate. */
const anonymous = { ciphers: 'ADH:@SECLEVEL=0', dhparam: 'auto' };

async function garbageServer(answer: (socket: Socket) => void): Promise<ScriptedRouter> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    // Unread bytes would keep the socket from noticing that the client has left.
    socket.resume();
    answer(socket);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  opened.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
  return { port: (server.address() as { port: number }).port } as ScriptedRouter;
}

describe.skipIf(!hasOpenssl)('a certificate', () => {
  const right = hasOpenssl ? identity('right') : ({} as Identity);
  const other = hasOpenssl ? identity('other') : ({} as Identity);

  it('is verified against the authority given', async () => {
    const client = await connectTo(await routerWith(right), { tls: 'verify', ca: right.cert });
    opened.push(client);
    expect(await client.print('/a')).toEqual([]);
  });

  it.each([
    ['of an authority unknown', { tls: 'verify' as const }],
    ['of another authority', { tls: 'verify' as const, ca: other.cert }],
    ['for another name', { tls: 'verify' as const, ca: right.cert, serverName: 'r7.example.org' }],
  ])('%s: no password is sent', async (_name, options) => {
    const router = await routerWith(right);
    const error = await failureOf(connectTo(router, options));
    expect(error).toBeInstanceOf(LoginRefused);
    expect(error.message).toContain('no password was sent');
    expect(router.asked).toEqual([]);
  });

  it.each([
    ['as OpenSSL prints it', (fingerprint: string) => fingerprint],
    ['without colons, in small letters', (fingerprint: string) => fingerprint.replaceAll(':', '').toLowerCase()],
  ])('pinned, %s', async (_name, form) => {
    const client = await connectTo(await routerWith(right), { tls: 'pinned', fingerprint: form(right.fingerprint) });
    opened.push(client);
    expect(await client.print('/a')).toEqual([]);
  });

  it('that is not the pinned one: no password is sent', async () => {
    const router = await routerWith(right);
    const error = await failureOf(connectTo(router, { tls: 'pinned', fingerprint: other.fingerprint }));
    expect(error).toBeInstanceOf(LoginRefused);
    expect(error.message).toContain(right.fingerprint.replaceAll(':', ''));
    expect(router.asked).toEqual([]);
  });

  it('where only anonymous was wanted: the hint says so', async () => {
    const error = await failureOf(connectTo(await routerWith(right), { tls: 'anonymous' }));
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error.message).toContain('pinned');
  });

  it('where none is: pinned does not fall back to anonymous', async () => {
    const router = await routerWith(anonymous);
    const error = await failureOf(connectTo(router, { tls: 'pinned', fingerprint: right.fingerprint }));
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error.message).toContain('anonymous DH');
    expect(router.asked).toEqual([]);
  });
});

describe('TLS', () => {
  it('anonymous, as an explicit choice', async () => {
    const client = await connectTo(await routerWith(anonymous), { tls: 'anonymous' });
    opened.push(client);
    expect(await client.print('/a')).toEqual([]);
  });

  it('a pinned connection without a fingerprint is a mistake of the caller', async () => {
    expect(await failureOf(connectTo({ port: 1 } as ScriptedRouter, { tls: 'pinned' }))).toBeInstanceOf(RangeError);
    expect(
      await failureOf(connectTo({ port: 1 } as ScriptedRouter, { tls: 'pinned', fingerprint: 'ab:cd' })),
    ).toBeInstanceOf(RangeError);
  });

  it('garbage instead of a handshake', async () => {
    const router = await garbageServer((socket) => socket.write('this is not TLS, whatever it is'));
    const error = await failureOf(connectTo(router, { tls: 'anonymous' }));
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error.message).toContain('no TLS with 127.0.0.1');
  });

  it('a close instead of a handshake', async () => {
    const router = await garbageServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await failureOf(connectTo(router, { tls: 'anonymous' }))).toBeInstanceOf(ClosedBeforeLogin);
  });

  it('a handshake that never ends', async () => {
    const sockets: Socket[] = [];
    const router = await garbageServer((socket) => sockets.push(socket));
    const error = await failureOf(connectTo(router, { tls: 'anonymous', connectTimeoutMs: 50 }));
    for (const socket of sockets) socket.destroy();
    expect(error).toBeInstanceOf(Unreachable);
    expect(error.message).toContain('no TLS handshake');
  });
});
