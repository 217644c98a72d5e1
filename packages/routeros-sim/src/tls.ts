// The encrypted API port. RouterOS without a certificate offers anonymous DH only; with one, ordinary TLS up to 1.2.

import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { createSelfSigned } from './certificate.ts';

export type TlsCertificate = 'none' | 'self-signed' | { key: string; certificate: string };

export interface TlsSide {
  accept(socket: Socket, onSecure: (socket: TLSSocket) => void): void;
  /** SHA-256 of the certificate, colon separated; undefined with anonymous DH. */
  fingerprint: string | undefined;
}

export function createTlsSide(certificate: TlsCertificate, commonName: string): TlsSide {
  const { options, fingerprint } = describe(certificate, commonName);
  // The server never listens: it is handed sockets, so that a fault can answer in its place.
  const server = createServer({ ...options, minVersion: 'TLSv1', maxVersion: 'TLSv1.2' });
  const waiting = new WeakMap<object, (socket: TLSSocket) => void>();
  server.on('secureConnection', (secured: TLSSocket) => {
    secured.on('error', () => secured.destroy());
    waiting.get(rawSocketOf(secured) ?? {})?.(secured);
  });
  server.on('tlsClientError', (_error, secured) => secured.destroy());
  return {
    fingerprint,
    accept(socket, onSecure) {
      waiting.set(socket, onSecure);
      server.emit('connection', socket);
    },
  };
}

// Node keeps the wrapped socket under this name; there is no public way from one to the other.
function rawSocketOf(secured: TLSSocket): Socket | undefined {
  return (secured as TLSSocket & { _parent?: Socket })._parent;
}

function describe(certificate: TlsCertificate, commonName: string): { options: TlsOptions; fingerprint?: string } {
  if (certificate === 'none') return { options: { ciphers: 'ADH:@SECLEVEL=0', dhparam: 'auto' } };
  const own = certificate === 'self-signed' ? createSelfSigned(commonName) : certificate;
  const options = { key: own.key, cert: own.certificate };
  return { options, fingerprint: fingerprintOf(own.certificate) };
}

function fingerprintOf(certificate: string): string {
  return new X509Certificate(certificate).fingerprint256;
}
