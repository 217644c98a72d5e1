// Prepaid money of a customer (R-VCH-1): what it lasts for, and which of several wallets is used first.
import { portion, smallerOf } from '#platform/money.ts';

/** What a plan has cost after some days of its month. Rounded on the sum, so that a month costs its price to the cent. */
export function burntAfter(days: number, priceMinor: bigint, monthDays: number): bigint {
  return portion(priceMinor, days, monthDays);
}

/** How many whole days a wallet pays for. Without end where a plan costs nothing. */
export function daysOfService(walletMinor: bigint, priceMinor: bigint, monthDays: number): number {
  if (priceMinor <= 0n) return Number.POSITIVE_INFINITY;
  if (walletMinor <= 0n) return 0;
  // The last day whose sum is less than half a unit above what there is, and so rounds down to it.
  return Number(((2n * walletMinor + 1n) * BigInt(monthDays) - 1n) / (2n * priceMinor));
}

export type Wallet = { name: string; priority: number; balanceMinor: bigint };

export type WalletUse = { wallet: Wallet; usedMinor: bigint; leftMinor: bigint };

/** Wallets in order of their priority, the lowest number first, then as they were given. Empty ones are passed over. */
export function useWallets(
  wallets: readonly Wallet[],
  invoiceMinor: bigint,
): { uses: WalletUse[]; balanceMinor: bigint } {
  let balanceMinor = invoiceMinor;
  const uses: WalletUse[] = [];
  for (const wallet of wallets.toSorted((a, b) => a.priority - b.priority)) {
    const usedMinor = smallerOf(wallet.balanceMinor, balanceMinor);
    if (usedMinor <= 0n) continue;
    balanceMinor -= usedMinor;
    uses.push({ wallet, usedMinor, leftMinor: wallet.balanceMinor - usedMinor });
  }
  return { uses, balanceMinor };
}
