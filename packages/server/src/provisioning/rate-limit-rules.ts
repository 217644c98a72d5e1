// Rates as routers write them. Rates are counted in kbps with 1 Mbps = 1024 kbps, as seed B has it.

/** The rate-limit text of a profile: upload first, for the router's "rx" is what the client sends (routeros.md 2). */
export function rateLimitWord(rates: { downKbps: number; upKbps: number }): string {
  return `${rates.upKbps}k/${rates.downKbps}k`;
}

const unit: Record<string, number> = { '': 1 / 1000, k: 1, M: 1024, G: 1024 * 1024 };

/** Both sides of a rate-limit text in kbps, so that `5M/10M` and `5120k/10240k` are seen to be the same. */
function ratesOf(word: string): readonly number[] {
  const [pair = '', ...rest] = word.trim().split(/\s+/);
  const sides = pair.split('/');
  const rates = [sides[0] ?? '', sides[1] ?? sides[0] ?? ''].map((side) => {
    const match = /^(\d+)([kMG]?)$/.exec(side);
    return match ? Number(match[1]) * (unit[match[2] ?? ''] ?? 1) : Number.NaN;
  });
  return rest.length > 0 ? [Number.NaN] : rates;
}

/** Do two rate-limit texts give the same speeds? */
export function isSameRate(a: string, b: string): boolean {
  if (a === b) return true;
  const [first, second] = [ratesOf(a), ratesOf(b)];
  return first.length === second.length && first.every((rate, side) => rate === second[side]);
}
