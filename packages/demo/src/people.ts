// Invented customers. The same every time, so that a demo can be talked about.

/** A small generator of numbers that repeat (mulberry32): demos must look alike on every machine. */
export function createDice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const firstNames = [
  ...[
    'Ana',
    'Amina',
    'Beatriz',
    'Chidi',
    'Daniel',
    'Elena',
    'Fatou',
    'Grace',
    'Hassan',
    'Ivana',
    'João',
    'Kwame',
    'Leila',
  ],
  ...[
    'Miguel',
    'Nadia',
    'Omar',
    'Priya',
    'Rosa',
    'Samuel',
    'Thandiwe',
    'Umar',
    'Valentina',
    'Wanjiru',
    'Ximena',
    'Yusuf',
    'Zoë',
  ],
];
const lastNames = [
  ...[
    'Abubakar',
    'Banda',
    'Castillo',
    'Diallo',
    'Eze',
    'Fernandes',
    'García',
    'Horvat',
    'Ibrahim',
    'Jovanović',
    'Kamau',
    'Lopez',
  ],
  ...[
    'Mwangi',
    'Ndlovu',
    'Okafor',
    'Petrović',
    'Quispe',
    'Rahman',
    'Silva',
    'Tshabalala',
    'Usman',
    'Vargas',
    'Wambui',
    'Żukowski',
  ],
];
const businesses = [
  'Café',
  'Guest House',
  'Pharmacy',
  'Hardware',
  'Primary School',
  'Internet Lounge',
  'Clinic',
  'Bakery',
];
const streets = [
  'Market Road',
  'Hill Street',
  'Old Mill Lane',
  'Station Avenue',
  'Lake View',
  'Church Street',
  'Harbour Road',
  'Acacia Close',
];

export type DemoPerson = {
  name: string;
  email: string | null;
  phone: string;
  address: string;
  notes: string | null;
  username: string;
  password: string;
};

export function inventPeople(count: number): DemoPerson[] {
  const dice = createDice(2026);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(dice() * list.length)] as T;
  return Array.from({ length: count }, (_, index) => {
    const first = pick(firstNames);
    const last = pick(lastNames);
    const isBusiness = dice() < 0.08;
    const plain = `${first}.${last}`
      .normalize('NFKD')
      .replace(/[^A-Za-z.]/g, '')
      .toLowerCase();
    return {
      name: isBusiness ? `${last}’s ${pick(businesses)}` : `${first} ${last}`,
      email: dice() < 0.6 ? `${plain}@example.net` : null,
      phone: `+254 7${String(Math.floor(dice() * 100_000_000)).padStart(8, '0')}`,
      address: `${Math.floor(dice() * 180) + 1} ${pick(streets)}`,
      notes: dice() < 0.05 ? 'Antenna on the neighbour’s roof: call before a visit.' : null,
      username: `${plain}${index + 1}`,
      password: `p${Math.floor(dice() * 1e9).toString(36)}${index}`,
    };
  });
}
