// What a person pastes into a terminal of RouterOS. Menus and arguments as in v6.49 to v7.24.
type Access = { address: string; username: string; password: string };

export type CommandBlock = {
  step: 'stepCertificate' | 'stepAccess' | 'stepAccessPlain' | 'stepFingerprint' | 'stepFirewall';
  commands: string;
};

// Least privilege: `sensitive` to read the passwords of accounts back, `test` for ping; no `write` to users, files or scripts.
const policies = 'read,write,api,test,sensitive';

// Any name, the same in all steps.
const certificate = 'lastmile-api';

/** api-ssl with a self-signed certificate that is pinned by its fingerprint. */
export function secureCommands(access: Access): CommandBlock[] {
  return [
    {
      step: 'stepCertificate',
      commands: [
        `/certificate add name=${certificate} common-name=${certificate} key-usage=digital-signature,key-encipherment,tls-server days-valid=3650`,
        `/certificate sign ${certificate}`,
      ].join('\n'),
    },
    {
      step: 'stepAccess',
      commands: [
        `/ip service set api-ssl certificate=${certificate} tls-version=only-1.2 address=${placeOf(access)} disabled=no`,
        ...userCommands(access),
      ].join('\n'),
    },
    { step: 'stepFingerprint', commands: `:put [/certificate get ${certificate} fingerprint]` },
    { step: 'stepFirewall', commands: firewallCommand(access, 8729) },
  ];
}

export function plainCommands(access: Access): CommandBlock[] {
  return [
    {
      step: 'stepAccessPlain',
      commands: [`/ip service set api address=${placeOf(access)} disabled=no`, ...userCommands(access)].join('\n'),
    },
    { step: 'stepFirewall', commands: firewallCommand(access, 8728) },
  ];
}

function userCommands(access: Access): string[] {
  const { username, password } = access;
  return [
    `/user group add name=lastmile policy=${policies}`,
    `/user add name=${routerOsWord(username)} group=lastmile address=${placeOf(access)} password=${password ? quoted(password) : placeholder('password')}`,
  ];
}

function firewallCommand(access: Access, port: number): string {
  return `/ip firewall filter add chain=input action=accept protocol=tcp dst-port=${port} src-address=${placeOf(access)} comment="Lastmile" place-before=0`;
}

function placeOf({ address }: Access): string {
  return isPlace(address) ? address.trim() : placeholder('address');
}

/** In angle brackets RouterOS refuses it: better than a user whose password is the word "password". */
function placeholder(name: string): string {
  return `<${name}>`;
}

/** An IPv4 or IPv6 address, or a network: what RouterOS takes there. */
export function isPlace(text: string): boolean {
  return /^(\d{1,3}(\.\d{1,3}){3}|[\da-f]*:[\da-f:.]+)(\/\d{1,3})?$/i.test(text.trim());
}

function routerOsWord(text: string): string {
  const word = text.trim() || 'lastmile';
  return /^[\w.-]+$/.test(word) ? word : quoted(word);
}

/** A quoted text of the console: `$` would begin a variable there and `?` ask for help. */
function quoted(text: string): string {
  return `"${text.replace(/["\\$?]/g, '\\$&')}"`;
}
