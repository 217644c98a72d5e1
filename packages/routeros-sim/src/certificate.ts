// A self-signed certificate from scratch: Node can sign but not build one. Just enough DER for X.509 version 3.

import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';

export interface KeyAndCertificate {
  key: string;
  certificate: string;
}

const sequence = 0x30;
const set = 0x31;

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = Buffer.from(content.length.toString(16).padStart(content.length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content]);
}

const integer = (bytes: Uint8Array) => der(0x02, bytes);
const printable = (text: string) => der(0x0c, Buffer.from(text, 'utf8'));
// GeneralizedTime would do as well, but UTCTime is required up to 2049.
const utcTime = (text: string) => der(0x17, Buffer.from(text, 'latin1'));

const commonNameId = der(0x06, Buffer.from([0x55, 0x04, 0x03]));
const ecdsaWithSha256 = der(sequence, der(0x06, Buffer.from('2a8648ce3d040302', 'hex')));

/** Valid from 2020 to 2049 whatever clock a test runs on. */
export function createSelfSigned(commonName: string): KeyAndCertificate {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const name = der(sequence, der(set, der(sequence, commonNameId, printable(commonName))));
  const validity = der(sequence, utcTime('200101000000Z'), utcTime('491231235959Z'));
  const version3 = der(0xa0, integer(Buffer.from([2])));
  const serial = integer(Buffer.from([1]));
  const body = der(sequence, version3, serial, ecdsaWithSha256, name, validity, name, publicKey);
  const signature = sign('sha256', body, privateKey);
  const certificate = der(sequence, body, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: toPem(certificate),
  };
}

function toPem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
