// The ceiling: the shortest loops that turn the same bytes into the same objects and send the same adds. No limits, no timeouts, no
// errors, no UTF-8; nothing that a client could be used without.
import { createConnection, type Socket } from 'node:net';

type Row = Record<string, string>;

function word(text: string): string {
  return text.length < 0x80
    ? String.fromCharCode(text.length) + text
    : String.fromCharCode(0x80 | (text.length >> 8), text.length & 0xff) + text;
}

/** Rows of `!re`, and what every `!done` said. */
function decoder(onRow: (row: Row) => void, onDone: (row: Row, tag: string) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let row: Row = {};
  let kind = '';
  let tag = '';
  return (chunk) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const text = bytes.toString('latin1');
    let at = 0;
    while (at < bytes.length) {
      let length = bytes[at]!;
      let start = at + 1;
      if (length >= 0x80) {
        length = ((length & 0x3f) << 8) | (bytes[start] ?? 0);
        start += 1;
      }
      const end = start + length;
      if (end > bytes.length) break;
      if (length === 0) {
        if (kind === '!re') onRow(row);
        else onDone(row, tag);
        row = {};
        kind = '';
      } else if (kind === '') {
        kind = text.slice(start, end);
      } else if (bytes[start] === 0x3d) {
        const separator = text.indexOf('=', start + 1);
        row[text.slice(start + 1, separator)] = text.slice(separator + 1, end);
      } else {
        tag = text.slice(start + 5, end);
      }
      at = end;
    }
    rest = bytes.subarray(at);
  };
}

export interface BareLoop {
  print(): Promise<Row[]>;
  add(index: number): Promise<unknown>;
  close(): void;
}

export function connectBare(port: number): Promise<BareLoop> {
  return new Promise((resolve) => {
    let rows: Row[] = [];
    let tags = 0;
    const waiting = new Map<string, (row: Row) => void>();
    const socket: Socket = createConnection({ host: '127.0.0.1', port }, () => {
      socket.setNoDelay(true);
      void ask('/login', '=name=a', '=password=b').then(() => resolve({ print, add, close: () => socket.destroy() }));
    });
    const ask = (...words: string[]): Promise<Row> => {
      tags += 1;
      const tag = String(tags);
      socket.write(`${[...words, `.tag=${tag}`].map(word).join('')}\0`, 'latin1');
      return new Promise((done) => waiting.set(tag, done));
    };
    const print = async (): Promise<Row[]> => {
      rows = [];
      await ask('/ppp/secret/print');
      return rows;
    };
    const add = (index: number): Promise<Row> =>
      ask('/ppp/secret/add', `=name=customer-${index}`, '=password=secret', '=profile=plan-1');
    const decode = decoder(
      (row) => rows.push(row),
      (row, tag) => {
        waiting.get(tag)?.(row);
        waiting.delete(tag);
      },
    );
    socket.on('data', decode);
  });
}
