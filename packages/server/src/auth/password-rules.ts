// Passwords that everybody tries first. The list is short, for most of what people choose is one of these words in disguise:
// with a capital, a year, a sign at the end, figures for letters.

const words = `
  password passwort passwd pass secret geheim letmein welcome willkommen admin administrator root superuser user guest
  login access master changeme default test testing tester demo sample example temp temporary internet network router
  mikrotik routeros winbox hotspot pppoe isp lastmile provider office manager cashier owner service system server
  support helpdesk computer laptop desktop windows linux android iphone google facebook samsung
  qwerty qwertz azerty qwertyuiop qwertzuiop asdf asdfgh asdfghjkl zxcvbn zxcvbnm yxcvbnm
  iloveyou loveyou love princess princes dragon monkey shadow sunshine football baseball basketball soccer hockey
  superman batman spiderman pokemon starwars michael jordan michelle jessica ashley daniel charlie thomas george
  andrew robert william jennifer nicole hunter killer trustno freedom whatever flower cookie cheese chocolate banana
  orange apple summer winter spring autumn january february march april june july august september october november
  december monday tuesday wednesday thursday friday saturday sunday london paris berlin africa america europe
  barcelona madrid liverpool chelsea arsenal juventus ferrari porsche mercedes toyota honda
  hello goodbye angel jesus christ god blessed family mother father baby lovely beautiful money dollar business company
  abcd abcde abcdef abcdefg abcdefgh abc
`
  .trim()
  .split(/\s+/);

const common = new Set(words);

/** Rows of keys and of the alphabet, to be walked in both directions. */
const walks = [
  '0123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'qwertzuiop',
  'asdfghjkl',
  'zxcvbnm',
  'yxcvbnm',
  '1qaz2wsx3edc4rfv',
  '1q2w3e4r5t6y7u8i',
];

const figures: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** `names` are words that a guesser knows: the person's own name and the provider's. */
export function isGuessable(password: string, names: readonly string[] = []): boolean {
  const plain = password.toLowerCase().normalize('NFKC');
  const told = names.flatMap((name) => name.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((name) => name.length > 2);
  return isWalk(plain) || isRepetition(plain) || stemsOf(plain).some((stem) => isMadeOf(stem, told));
}

/** Without what people put around a word, read as figures and as the letters they stand for. */
function stemsOf(password: string): string[] {
  const core = password.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const read = (text: string) => [...text].map((sign) => figures[sign] ?? sign).join('');
  return [password, core, read(password), read(core), read(password.replace(/[\d!?.*#_-]+$/, ''))].filter(Boolean);
}

/** One of the words, twice one of them, or a name with one of them. */
function isMadeOf(stem: string, names: readonly string[]): boolean {
  const isKnown = (part: string) => common.has(part) || names.includes(part);
  const letters = stem.replace(/[\s._-]+/g, '');
  if (isKnown(letters)) return true;
  return [...letters].some((_, at) => at > 2 && isKnown(letters.slice(0, at)) && isKnown(letters.slice(at)));
}

function isRepetition(password: string): boolean {
  return /^(.{1,4}?)\1+.?$/su.test(password);
}

/** Most of it is one step after the other along a row. */
function isWalk(password: string): boolean {
  const rows = walks.flatMap((row) => [row, [...row].reverse().join('')]);
  const isStep = (pair: string) => rows.some((row) => (row + row).includes(pair)) || pair[0] === pair[1];
  const pairs = [...password].slice(1).map((sign, at) => `${password[at]}${sign}`);
  return pairs.length > 0 && pairs.filter(isStep).length >= pairs.length - 1;
}
