import path from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, readConfig, version } from './config.ts';

test('without any setting it listens on this machine only and keeps its data beside it', () => {
  expect(readConfig({})).toEqual({
    databaseUrl: undefined,
    dataDir: path.resolve('./data'),
    backupsKept: 7,
    host: '127.0.0.1',
    port: 3000,
    adminPassword: undefined,
    secretKey: undefined,
    oldSecretKey: undefined,
    publicUrl: undefined,
    firstRouter: undefined,
    trustedProxies: [],
    allowedOrigins: [],
    logLevel: 'info',
    areLocalRoutersAllowed: false,
    demoRouterPort: 18728,
  });
});

test('an empty value counts as not given', () => {
  expect(readConfig({ PORT: '', ADMIN_PASSWORD: '', PUBLIC_URL: '' })).toEqual(readConfig({}));
});

test.each([
  ['PORT', 'http'],
  ['PORT', '70000'],
  ['PORT', '-1'],
  ['DATABASE_URL', 'mysql://localhost/lastmile'],
  ['ADMIN_PASSWORD', 'short'],
  ['SECRET_KEY', 'too short'],
  ['PUBLIC_URL', 'billing.example.net'],
  ['PUBLIC_URL', 'ftp://billing.example.net'],
  ['LOG_LEVEL', 'loud'],
  ['DEMO_ROUTER_PORT', '80'],
  ['BACKUPS_KEPT', '0'],
  ['ALLOW_LOCAL_ROUTERS', 'maybe'],
  ['MIKROTIK_HOST', 'two words'],
  ['MIKROTIK_PORT', '0'],
])('a wrong %s (%s) is named in one line', (name, value) => {
  const read = () => readConfig({ [name]: value });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(new RegExp(`^${name}: [^\\n]+$`));
});

test('a secret that is wrong is not repeated', () => {
  expect(() => readConfig({ SECRET_KEY: 'hunter2' })).toThrow(/^(?!.*hunter2)/);
  expect(() => readConfig({ ADMIN_PASSWORD: 'hunter2' })).toThrow(/^(?!.*hunter2)/);
});

test('the public address loses its last slash', () => {
  expect(readConfig({ PUBLIC_URL: 'https://billing.example.net/' }).publicUrl).toBe('https://billing.example.net');
});

test('the version is that of the package', () => {
  expect(version).toMatch(/^\d+\.\d+\.\d+/);
});

test('proxies are believed where they are named, and a wrong name stops the start', () => {
  expect(readConfig({}).trustedProxies).toEqual([]);
  expect(readConfig({ TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,::1/128' }).trustedProxies).toEqual([
    '127.0.0.1',
    '10.0.0.0/8',
    '::1/128',
  ]);
  for (const wrong of ['proxy.example.net', '10.0.0.0/33', '1', '*', '127.0.0.1,'])
    expect(() => readConfig({ TRUSTED_PROXIES: wrong })).toThrow(/TRUSTED_PROXIES/);
});

test('other sites are named exactly, and a wrong name stops the start', () => {
  const both = 'https://shop.example.net, http://10.0.0.5:8080';
  expect(readConfig({ ALLOWED_ORIGINS: both }).allowedOrigins).toEqual([
    'https://shop.example.net',
    'http://10.0.0.5:8080',
  ]);
  for (const wrong of [
    '*',
    'null',
    'shop.example.net',
    'https://*.example.net',
    'https://shop.example.net/',
    'ftp://a.b',
  ])
    expect(() => readConfig({ ALLOWED_ORIGINS: wrong })).toThrow(/^ALLOWED_ORIGINS/);
});
