// How currencies are divided, for both ends. Imports nothing, so that the browser may load it.

// ISO 4217, list one: whatever is not named has two decimals. Intl is of no use here: it answers from CLDR, which says how
// prices are usually written (HUF, IDR, IQD and PKR without decimals), and not how the currency is divided.
const decimalsOtherThanTwo: Readonly<Record<number, readonly string[]>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '),
  3: 'BHD IQD JOD KWD LYD OMR TND'.split(' '),
  4: ['CLF', 'UYW'],
};

const decimals = new Map<string, number>([
  ...Intl.supportedValuesOf('currency').map((code): [string, number] => [code, 2]),
  ...Object.entries(decimalsOtherThanTwo).flatMap(([count, codes]) =>
    codes.map((code): [string, number] => [code, Number(count)]),
  ),
]);

/** How many decimals a currency has: 0 for JPY and UGX, 2 for USD, 3 for KWD, 4 for CLF; undefined for what is none. */
export function decimalsOfCurrency(code: string): number | undefined {
  return decimals.get(code);
}
