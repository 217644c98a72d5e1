// For tests only: the text layer of our own PDFs, as a person would copy it. It knows what pdfkit writes and nothing more.
import zlib from 'node:zlib';

type PdfObjects = Map<string, { head: string; body: string }>;

/** All objects of the file, their streams unpacked. */
export function objectsOf(pdf: Buffer): PdfObjects {
  const raw = pdf.toString('latin1');
  const objects: PdfObjects = new Map();
  for (const match of raw.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj\n/g)) {
    const [, id = '', content = ''] = match;
    const [head = ''] = content.split('stream\n');
    const length = Number(/\/Length (\d+)/.exec(head)?.[1] ?? 0);
    const isStream = content.includes('stream\n');
    const packed = Buffer.from(content.slice(head.length + 'stream\n'.length).slice(0, length), 'latin1');
    const body = isStream ? (head.includes('FlateDecode') ? zlib.inflateSync(packed) : packed).toString('latin1') : '';
    objects.set(id, { head, body });
  }
  return objects;
}

/** The texts of all pages, one line for each piece that was written. */
export function textOfPdf(pdf: Buffer): string {
  const objects = objectsOf(pdf);
  const letters = new Map<string, Map<string, string>>();
  for (const { head } of objects.values()) {
    for (const [, name = '', id = ''] of head.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const font = objects.get(id)?.head ?? '';
      const map = /\/ToUnicode (\d+) 0 R/.exec(font)?.[1];
      if (map) letters.set(name, lettersOf(objects.get(map)?.body ?? ''));
    }
  }
  return [...objects.values()].flatMap(({ body }) => textsOf(body, letters)).join('\n');
}

/** pdfkit numbers the glyphs of a font from 0000 on, and lists their letters in that order. */
function lettersOf(cmap: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, first = '0', , list = ''] of cmap.matchAll(/<([0-9a-f]+)> <([0-9a-f]+)> \[([^\]]*)\]/gi)) {
    for (const [index, [, hex = '']] of [...list.matchAll(/<([0-9a-f ]*)>/gi)].entries()) {
      const text = hex.replaceAll(' ', '').replace(/(.{4})/g, (unit) => String.fromCharCode(Number.parseInt(unit, 16)));
      found.set((Number.parseInt(first, 16) + index).toString(16).padStart(4, '0'), text);
    }
  }
  return found;
}

function textsOf(page: string, letters: Map<string, Map<string, string>>): string[] {
  const texts: string[] = [];
  let font = '';
  for (const [, name, list] of page.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (name) font = name;
    if (list === undefined) continue;
    const codes = [...list.matchAll(/<([0-9a-f]+)>/gi)].map(([, hex]) => hex ?? '').join('');
    texts.push(codes.replace(/(.{4})/g, (code) => letters.get(font)?.get(code.toLowerCase()) ?? '?'));
  }
  return texts;
}
