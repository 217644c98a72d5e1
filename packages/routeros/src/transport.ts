// A connected socket, plain or TLS, or an error that says what to do. Sends nothing of ours: the password waits for the login.
import { lookup } from 'node:dns';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import {
  Aborted,
  AddressRefused,
  ClosedBeforeLogin,
  LoginRefused,
  ProtocolError,
  type RouterError,
  Unreachable,
} from './errors.ts';

export type TlsMode = 'off' | 'verify' | 'pinned' | 'anonymous';

export interface TransportOptions {
  host: string;
  port: number;
  tls: TlsMode;
  fingerprint?: string | undefined;
  ca?: string | undefined;
  serverName?: string | undefined;
  refusesAddress?: ((address: string) => boolean) | undefined;
  router: string;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

// Below the router's 60 s habit of forgetting, above anything that would be felt as traffic.
const tcpKeepaliveMs = 30_000;

export const addressListHint =
  'look at the address list (available-from since RouterOS 7.24) and max-sessions of its API in /ip/service';

/** A socket and its bytes. They stand in a buffer that the next read writes over: whoever is told must be done with them. */
export interface Line {
  readonly socket: Socket;
  onBytes(receive: (bytes: Uint8Array) => void): void;
}

// Node.js makes a buffer of 64 KiB for every read of every socket. One for all saves a third of an idle connection's memory and the
// page faults of a large print. Windows may fill buffers of several sockets at once, so there each keeps its own.
const sharesBuffer = process.platform !== 'win32';
const sharedBytes = 64 * 1_024;
let sharedBuffer: Buffer | undefined;

export async function openLine(options: TransportOptions): Promise<Line> {
  const { router } = options;
  if (options.signal?.aborted) throw new Aborted('connecting was aborted', { router, cause: options.signal.reason });
  if (isIP(options.host) !== 0 && options.refusesAddress?.(options.host)) throw refusedAddress(options, options.host);
  const expected = options.tls === 'pinned' ? normalFingerprint(options.fingerprint) : undefined;
  const line = await connected(options);
  if (expected !== undefined) {
    const { socket } = line;
    const actual = normalFingerprint((socket as TLSSocket).getPeerCertificate().fingerprint256);
    if (actual !== expected) {
      socket.destroy();
      throw new LoginRefused(`its certificate (SHA-256 ${actual}) is not the pinned one; no password was sent`, {
        router,
      });
    }
  }
  return line;
}

function refusedAddress({ router }: TransportOptions, address: string): AddressRefused {
  return new AddressRefused(`connections with ${address} are not wanted`, { router });
}

/** Names are looked up once, for the refusal and the connection: between two answers a name may move. */
function lookupOf(options: TransportOptions): { lookup?: LookupFunction } {
  const { refusesAddress } = options;
  if (!refusesAddress) return {};
  return {
    lookup: (host, wanted, callback) =>
      lookup(host, { ...wanted, all: true }, (error, found = []) => {
        const [first] = found;
        const odd = found.find(({ address }) => refusesAddress(address));
        if (error || !first) callback(error, '');
        else if (odd) callback(refusedAddress(options, odd.address), '');
        else if (wanted.all) callback(null, found);
        else callback(null, first.address, first.family);
      }),
  };
}

function plainLine(options: TransportOptions): Line {
  const address = { host: options.host, port: options.port, ...lookupOf(options) };
  if (!sharesBuffer) return lineOf(connectTcp(address));
  sharedBuffer ??= Buffer.allocUnsafeSlow(sharedBytes);
  // The API's router never speaks first, so nothing comes before somebody asks for it.
  let receive: ((bytes: Uint8Array) => void) | undefined;
  const callback = (size: number, buffer: Uint8Array): boolean => {
    receive?.(buffer.subarray(0, size));
    return true;
  };
  const socket = connectTcp({ ...address, onread: { buffer: sharedBuffer, callback } });
  return {
    socket,
    onBytes: (receiver) => {
      receive = receiver;
    },
  };
}

function lineOf(socket: Socket): Line {
  return { socket, onBytes: (receiver) => void socket.on('data', receiver) };
}

function normalFingerprint(fingerprint: string | undefined): string {
  const hex = (fingerprint ?? '').replaceAll(':', '').toUpperCase();
  if (!/^[0-9A-F]{64}$/.test(hex))
    throw new RangeError('a pinned connection needs the SHA-256 fingerprint, 64 hex digits');
  return hex;
}

function tlsOptions(options: TransportOptions): ConnectionOptions {
  const { host, port, tls, ca } = options;
  const serverName = options.serverName ?? (isIP(host) === 0 ? host : undefined);
  const common: ConnectionOptions = {
    host,
    port,
    ...lookupOf(options),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
  if (tls === 'verify') return ca === undefined ? common : { ...common, ca };
  // The fingerprint is compared before the first byte of ours is sent.
  if (tls === 'pinned') return { ...common, rejectUnauthorized: false };
  // RouterOS without a certificate on api-ssl offers anonymous Diffie-Hellman and nothing else, up to TLS 1.2. OpenSSL 3 hides it
  // below security level 1. Nobody proves who he is: a listener in the middle is not noticed.
  return { ...common, rejectUnauthorized: false, ciphers: 'ADH:@SECLEVEL=0', maxVersion: 'TLSv1.2' };
}

function connected(options: TransportOptions): Promise<Line> {
  return new Promise((resolve, reject) => {
    const { host, port, router, timeoutMs, signal } = options;
    const isTls = options.tls !== 'off';
    const line = isTls ? lineOf(connectTls(tlsOptions(options))) : plainLine(options);
    const { socket } = line;
    let hasTcp = false;
    const settle = (error?: RouterError): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('error', onError).off('close', onClose).off('connect', onConnect).off('secureConnect', onReady);
      if (error === undefined) {
        resolve(line);
        return;
      }
      // A destroyed socket may still report an error; nobody waits for it any more.
      socket.on('error', () => undefined);
      socket.destroy();
      reject(error);
    };
    const onConnect = (): void => {
      hasTcp = true;
      if (!isTls) settle();
    };
    const onReady = (): void => settle();
    const onError = (error: NodeJS.ErrnoException): void => settle(connectError(error, options, hasTcp));
    const onClose = (): void => settle(new ClosedBeforeLogin(`closed before login: ${addressListHint}`, { router }));
    const onAbort = (): void => settle(new Aborted('connecting was aborted', { router, cause: signal?.reason }));
    const timer = setTimeout(
      () =>
        settle(
          new Unreachable(`no ${hasTcp ? 'TLS handshake' : 'connection'} with ${host}:${port} in ${timeoutMs} ms`, {
            router,
          }),
        ),
      timeoutMs,
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.on('error', onError).on('close', onClose).on('connect', onConnect).on('secureConnect', onReady);
    // Nagle's algorithm would hold each small sentence for the router's delayed ACK, 40 ms a command.
    socket.setNoDelay(true);
    socket.setKeepAlive(true, tcpKeepaliveMs);
  });
}

function connectError(cause: NodeJS.ErrnoException, options: TransportOptions, hasTcp: boolean): RouterError {
  if (cause instanceof AddressRefused) return cause;
  const { host, port, router } = options;
  const details = { router, cause };
  const code = cause.code ?? '';
  if (hasTcp && (code === 'ECONNRESET' || code === 'EPIPE')) {
    return new ClosedBeforeLogin(`closed before login: ${addressListHint}`, details);
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return new ProtocolError(`no TLS with ${host}:${port} (${code}): ${tlsHint(options)}`, details);
  }
  if (hasTcp && cause.syscall === undefined) {
    return new LoginRefused(`its certificate is not trusted (${code}); no password was sent`, details);
  }
  return new Unreachable(`no connection with ${host}:${port} (${code || cause.message})`, details);
}

function tlsHint(options: TransportOptions): string {
  return options.tls === 'anonymous'
    ? 'a router with a certificate on api-ssl does not offer anonymous DH, connect with a pinned fingerprint instead'
    : 'a router without a certificate on api-ssl offers only anonymous DH, or this port speaks something else';
}
