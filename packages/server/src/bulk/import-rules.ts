// What a file of customers says: its letters, its columns, its rows. No database here.
import { importFields } from '@lastmile/contract/bulk-kinds.ts';
import type { customerFieldKinds } from '@lastmile/contract/customers.ts';

/** By its mark, else as UTF-8 where it is that, else as the spreadsheets of Windows write it. */
export function encodingOf(content: Uint8Array): string {
  const [first, second] = content;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // Of UTF-16 without a mark half of the bytes of plain letters are zero.
  const zeros = content.subarray(0, 1000).reduce((count, byte) => count + Number(byte === 0), 0);
  if (zeros > Math.min(content.length, 1000) / 4) return first === 0 ? 'utf-16be' : 'utf-16le';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(content);
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

const delimiters = [',', ';', '\t'];

/** The one that stands most in the first line, outside of quotes. */
export function delimiterOf(text: string): string {
  const [line = ''] = text.replace(/^\uFEFF/, '').split(/\r?\n/, 1);
  const bare = line.replace(/"[^"]*"/g, '');
  const counts = delimiters.map((delimiter) => bare.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}

// What the columns are called elsewhere, in small letters without signs.
const names: Record<(typeof importFields)[number], readonly string[]> = {
  name: ['name', 'fullname', 'customer', 'customername', 'client', 'clientname', 'nombre', 'nom', 'nome', 'cliente'],
  phone: ['phone', 'phonenumber', 'mobile', 'telephone', 'tel', 'telefono', 'telefone', 'celular', 'whatsapp'],
  email: ['email', 'mail', 'emailaddress', 'correo'],
  address: ['address', 'street', 'location', 'direccion', 'adresse', 'endereco'],
  billingAddress: ['billingaddress', 'invoiceaddress'],
  latitude: ['latitude', 'lat'],
  longitude: ['longitude', 'lng', 'lon', 'long'],
  tags: ['tags', 'tag', 'group', 'labels'],
  notes: ['notes', 'note', 'comment', 'comments', 'remark', 'remarks'],
  username: [
    'username',
    'user',
    'account',
    'accountname',
    'login',
    'secret',
    'pppoe',
    'pppoeusername',
    'pppsecretname',
  ],
  password: ['password', 'pass', 'pppoepassword', 'pppsecretpassword', 'contrasena', 'senha'],
  router: ['router', 'nas', 'mikrotik', 'tower', 'server'],
  plan: ['plan', 'package', 'profile', 'service', 'paquete', 'plano'],
  staticAddress: ['staticaddress', 'ip', 'ipaddress', 'staticip', 'remoteaddress'],
  macAddress: ['macaddress', 'mac', 'callerid'],
};

type OwnField = { id: string; name: string; kind: (typeof customerFieldKinds)[number] };

/** Each field once: the first column that is called like it. */
export function guessedMapping(columns: readonly string[], own: readonly OwnField[]): (string | null)[] {
  const taken = new Set<string>();
  return columns.map((column) => {
    const word = wordOf(column);
    const field =
      importFields.find((one) => wordOf(one) === word || names[one].includes(word)) ??
      own.filter(({ name }) => wordOf(name) === word).map(({ id }) => `custom:${id}`)[0];
    if (!field || taken.has(field)) return null;
    taken.add(field);
    return field;
  });
}

function wordOf(name: string): string {
  return name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

/** Which field is mapped twice, if one is. */
export function mappedTwice(mapping: readonly (string | null)[]): string | undefined {
  return mapping.find((field, at) => field !== null && mapping.indexOf(field) < at) ?? undefined;
}

/** A cell that our own export or a careful program kept from being a formula. */
export function plainCell(cell: string): string {
  return /^'[=+\-@]/.test(cell) ? cell.slice(1) : cell;
}

export type Cells = ReadonlyMap<string, string>;

/** The cells of a row by what they are; empty ones are left out. */
export function cellsOf(row: readonly string[], mapping: readonly (string | null)[]): Cells {
  return new Map(
    mapping.flatMap((field, at) => {
      const cell = plainCell((row[at] ?? '').trim());
      return field && cell ? [[field, cell] as const] : [];
    }),
  );
}

/** As the form of a new customer would send it, but for router and plan; the contract's shape says whether it may be so. */
export function wishOf(cells: Cells, own: readonly OwnField[]): Record<string, unknown> {
  const plain = ['name', 'phone', 'email', 'address', 'billingAddress', 'notes', 'username', 'password'];
  const bound = ['staticAddress', 'macAddress'];
  const given = [...plain, ...bound].flatMap((field) => (cells.has(field) ? [[field, cells.get(field)]] : []));
  const tags =
    cells
      .get('tags')
      ?.split(/[,;|]/)
      .map((tag) => tag.trim()) ?? [];
  const custom = own.flatMap((field) => {
    const cell = cells.get(`custom:${field.id}`);
    return cell === undefined ? [] : [[field.id, ownValue(field, cell)]];
  });
  return {
    ...Object.fromEntries(given),
    tags: tags.filter(Boolean),
    custom: Object.fromEntries(custom),
    ...(cells.has('latitude') || cells.has('longitude')
      ? { position: { latitude: degrees(cells.get('latitude')), longitude: degrees(cells.get('longitude')) } }
      : {}),
  };
}

/** NaN is refused by the shape, at its field. */
function degrees(cell: string | undefined): number {
  return Number((cell ?? 'x').replace(',', '.'));
}

function ownValue({ kind }: OwnField, cell: string): string | number | boolean {
  if (kind === 'number') {
    const number = Number(cell.replace(',', '.'));
    return Number.isNaN(number) ? cell : number;
  }
  if (kind !== 'yes_no') return cell;
  if (/^(yes|y|true|1|x|si|oui|sim)$/i.test(cell)) return true;
  return /^(no|n|false|0|non|nao)$/i.test(cell) ? false : cell;
}

export type Contact = { phoneWords: string; email: string | null };

/** One of a name whose phone or mail is the same, or neither side tells any. */
export function isSamePerson(row: Contact, known: Contact): boolean {
  const words = (contact: Contact) => contact.phoneWords.split(' ').filter(Boolean);
  const [own, theirs] = [words(row), words(known)];
  if (own.some((word) => theirs.includes(word))) return true;
  if (row.email && known.email) return row.email.toLowerCase() === known.email.toLowerCase();
  return own.length === 0 && theirs.length === 0 && !row.email && !known.email;
}
