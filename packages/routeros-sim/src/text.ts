// RouterOS stores bytes and knows no character set. Inside the simulator a value is therefore a "byte string": one character
// per byte (0..255), so that whatever a client sent comes back unchanged. Only the control API in code speaks real text.

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const windows1252 = new TextDecoder('windows-1252');
// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole ASCII range is meant.
const asciiOnly = /^[\x00-\x7f]*$/;

export function isAscii(text: string): boolean {
  return asciiOnly.test(text);
}

/** Text to the bytes that a UTF-8 client (WinBox 4, WebFig, API) stores. */
export function toByteString(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** Bytes to text: UTF-8 where it is valid, otherwise the code page that WinBox 3 writes in the west. */
export function fromByteString(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  const raw = Buffer.from(bytes, 'latin1');
  try {
    return strictUtf8.decode(raw);
  } catch {
    return windows1252.decode(raw);
  }
}

/** The same text as WinBox 3 would have stored it; characters outside Latin-1 stay UTF-8. */
export function toAnsiByteString(bytes: string): string {
  const text = fromByteString(bytes);
  for (const character of text) {
    if (character.codePointAt(0)! > 0xff) return bytes;
  }
  return text;
}
