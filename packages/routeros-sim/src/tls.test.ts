import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { TestClient } from './test-client.ts';
import { createTestRouters } from './test-routers.ts';

const { start } = createTestRouters();

function open(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options }, () =>
      resolve(socket),
    );
    socket.once('error', reject);
  });
}

const anonymous = { ciphers: 'ADH:@SECLEVEL=0', maxVersion: 'TLSv1.2' } as const;

describe('the encrypted API', () => {
  it('without a certificate takes anonymous DH only', async () => {
    const { router } = await start({ tls: {} });
    await expect(open(router.tlsPort, {})).rejects.toThrow();
    const socket = await open(router.tlsPort, anonymous);
    const client = new TestClient(socket);
    expect(await client.talk('/login', '=name=lastmile', '=password=demo')).toEqual([['!done']]);
    expect(router.rows('/user/active')).toMatchObject([{ via: 'api-ssl' }]);
    client.destroy();
  });

  it('with a certificate shows it and speaks TLS 1.2 at most', async () => {
    const { router } = await start({ tls: { certificate: 'self-signed' }, identity: 'tower' });
    const socket = await open(router.tlsPort, {});
    expect(socket.getPeerCertificate().fingerprint256).toBe(router.fingerprint);
    expect(socket.getPeerCertificate().subject.CN).toBe('tower');
    expect(socket.getProtocol()).toBe('TLSv1.2');
    socket.destroy();
    await expect(open(router.tlsPort, { minVersion: 'TLSv1.3' })).rejects.toThrow();
  });

  it('answers a handshake with garbage when told to', async () => {
    const { router } = await start({ tls: { certificate: 'self-signed' } });
    router.faults.tlsGarbage = true;
    await expect(open(router.tlsPort, {})).rejects.toThrow();
  });
});
