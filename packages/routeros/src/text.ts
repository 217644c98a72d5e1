// RouterOS stores bytes and knows no charset: WinBox 3 wrote the Windows code page, WinBox 4, WebFig and API clients write UTF-8.
import { isUtf8 } from 'node:buffer';

export const defaultCodePage = 'windows-1252';

export type CodePage = (bytes: Uint8Array) => string;

// Node.js 20 decodes "windows-1252" as Latin-1, so the 32 places where the two differ stand here.
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function decodeWindows1252(bytes: Uint8Array): string {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return latin1.replace(/[\u0080-\u009f]/g, (place) => windows1252.charAt(place.charCodeAt(0) - 0x80));
}

const codePages = new Map<string, CodePage>([[defaultCodePage, decodeWindows1252]]);

/** Throws a RangeError for a name that this Node.js does not know. */
export function codePageNamed(name: string): CodePage {
  let codePage = codePages.get(name);
  if (codePage === undefined) {
    const decoder = new TextDecoder(name);
    codePage = (bytes) => decoder.decode(bytes);
    codePages.set(name, codePage);
  }
  return codePage;
}

/** Strict UTF-8; where that fails, the code page. */
export function decodeText(bytes: Uint8Array, codePage: CodePage = decodeWindows1252): string {
  if (!isUtf8(bytes)) return codePage(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}
