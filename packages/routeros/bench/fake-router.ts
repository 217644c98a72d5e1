// A router that is as fast as it can be: its answers are made beforehand. Own process; prints its two ports when it is ready.
// The first port answers at once, the second after the given milliseconds.
import { createServer, type Server, type Socket } from 'node:net';
import { encodeSentence, encodeSentences, SentenceReader, type Word } from '../src/codec.ts';

const rows = Number(process.argv[2]);
const latencyMs = Number(process.argv[3]);

function secret(index: number): Word[] {
  return [
    '!re',
    `=.id=*${(index + 1).toString(16).toUpperCase()}`,
    `=name=customer-${index}`,
    '=service=pppoe',
    '=caller-id=',
    `=password=pw${(index * 7919) % 1_000_003}`,
    `=profile=plan-${index % 20}`,
    '=routes=',
    '=ipv6-routes=',
    '=limit-bytes-in=0',
    '=limit-bytes-out=0',
    `=last-logged-out=2026-08-${10 + (index % 20)} 03:58:${10 + (index % 50)}`,
    `=comment=lastmile:${index} Street ${index % 300}`,
    '=disabled=false',
  ];
}

interface Payload {
  bytes: Buffer;
  /** Where the tags stand: those of a next command are written over them. */
  places: number[];
}

// Making 25 MB of sentences for each command would be measured as the client's time.
const payloads = new Map<string, Payload>();

function payloadFor(tag: string | undefined): Buffer {
  const word = tag === undefined ? [] : [`.tag=${tag}`];
  const key = tag === undefined ? 'untagged' : String(tag.length);
  let payload = payloads.get(key);
  if (payload === undefined) {
    const sentences = Array.from({ length: rows }, (_, index) => encodeSentence([...secret(index), ...word]));
    const bytes = Buffer.concat([...sentences, encodeSentence(['!done', ...word])]);
    payload = { bytes, places: [] };
    let at = 0;
    for (const sentence of sentences) {
      at += sentence.length;
      payload.places.push(at - 1 - (tag?.length ?? 0));
    }
    payload.places.push(bytes.length - 1 - (tag?.length ?? 0));
    payloads.set(key, payload);
  }
  if (tag !== undefined) {
    const tagBytes = Buffer.from(tag, 'latin1');
    for (const place of payload.places) tagBytes.copy(payload.bytes, place);
  }
  return payload.bytes;
}

let added = 0;

function answer(words: readonly string[]): Buffer {
  const tagWord = words.find((word) => word.startsWith('.tag='));
  const tag = tagWord === undefined ? [] : [tagWord];
  // routeros-client looks up each row that it added.
  if (words.some((word) => word.startsWith('?')))
    return encodeSentences([
      [...secret(0), ...tag],
      ['!done', ...tag],
    ]);
  if (words[0]!.endsWith('/print') || words[0]!.endsWith('/getall')) return payloadFor(tagWord?.slice('.tag='.length));
  if (!words[0]!.endsWith('/add')) return encodeSentences([['!done', ...tag]]);
  added += 1;
  return encodeSentences([['!done', `=ret=*${added.toString(16).toUpperCase()}`, ...tag]]);
}

function serve(socket: Socket, delayMs: number): void {
  const reader = new SentenceReader();
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    const sentences = reader.push(chunk).map((words) => words.map((word) => Buffer.from(word).toString('latin1')));
    const reply = (): void => {
      const answers = sentences.map(answer);
      socket.write(answers.length === 1 ? answers[0]! : Buffer.concat(answers));
    };
    if (delayMs > 0) setTimeout(reply, delayMs);
    else reply();
  });
}

function listen(delayMs: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((socket) => serve(socket, delayMs)).listen(0, '127.0.0.1', 2_000, () =>
      resolve(server),
    );
  });
}

function portOf(server: Server): number {
  return (server.address() as { port: number }).port;
}

payloadFor(undefined);
const [fast, slow] = await Promise.all([listen(0), listen(latencyMs)]);
console.log(JSON.stringify({ fast: portOf(fast!), slow: portOf(slow!) }));
