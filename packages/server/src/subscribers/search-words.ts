// What somebody typed to find a customer, as what is looked for.
import { likePattern } from '#platform/paging.ts';

export type CustomerSearch = {
  /** Patterns of LIKE against the words of a customer: all of them must be found. */
  patterns: string[];
  /** A phone number with signs between its digits: found by the digits. */
  digits: string | undefined;
  /** The id of the customer. */
  id: string | undefined;
  /** The beginning of a MAC address, as routers write it, for LIKE. */
  mac: string | undefined;
  /** The beginning of an IP address. */
  address: string | undefined;
};

// Nobody types more, and each is another condition.
const mostWords = 8;
// Below this length an index of three-letter parts finds only beginnings of words.
const leastInside = 3;

export function searchOf(text: string | undefined): CustomerSearch | undefined {
  const typed = text?.trim() ?? '';
  if (typed === '') return undefined;
  const address = addressBeginning(typed);
  const words = typed.split(/\s+/).slice(0, mostWords);
  return {
    patterns: words.map((word) => (word.length < leastInside ? `% ${likePattern(word).slice(1)}` : likePattern(word))),
    digits: address ? undefined : phoneDigits(typed),
    id: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(typed) ? typed.toLowerCase() : undefined,
    mac: macBeginning(typed),
    address,
  };
}

function phoneDigits(typed: string): string | undefined {
  if (!/^[+(\d][\d\s()./-]*$/.test(typed) || /^\d+$/.test(typed)) return undefined;
  const digits = typed.replace(/\D/g, '');
  return digits.length >= 4 ? likePattern(digits) : undefined;
}

/** With signs between the pairs it may be a part of one; without, only a whole one is told from a word. */
function macBeginning(typed: string): string | undefined {
  const isParted = /^[0-9a-f]{2}([:-][0-9a-f]{2}){1,5}[:-]?$/i.test(typed);
  const isWhole = /^([0-9a-f]{12}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})$/i.test(typed);
  if (!isParted && !isWhole) return undefined;
  const pairs = typed.replace(/[^0-9a-f]/gi, '').match(/../g) ?? [];
  return `${pairs.join(':').toUpperCase()}%`;
}

function addressBeginning(typed: string): string | undefined {
  const isV4 = /^\d{1,3}(\.\d{1,3}){1,3}\.?$/.test(typed);
  const isV6 = /^[0-9a-f]{1,4}:[0-9a-f:.]+$/i.test(typed) && !macBeginning(typed);
  return isV4 || isV6 ? `${typed.toLowerCase()}%` : undefined;
}
