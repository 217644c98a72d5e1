// Replies of a router that is broken or hostile.

import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { encodeSentence } from '@lastmile/routeros/codec.ts';
import type { Garble } from './faults.ts';

type StreamGarble = Exclude<Garble, 'stranger-tag' | 'double-done'>;

/** Takes the connection over; it does not recover. */
export function createGarbage(kind: StreamGarble, socket: Socket): void {
  if (kind === 'endless-word') pour(socket, Buffer.from([0xe7, 0xff, 0xff, 0xff]), Buffer.alloc(65536, 'a'), Infinity);
  else if (kind === 'huge-length') socket.write(Buffer.from([0xf0, 0xff, 0xff, 0xff, 0xff, 0x61, 0x62]));
  else if (kind === 'control-byte') socket.write(Buffer.from([0xf8, 0x00, 0x01]));
  else if (kind === 'noise') socket.write(randomBytes(4096));
  else pourWords(socket);
}

// A million words in one sentence: the words of many sentences without the zero bytes that end them.
function pourWords(socket: Socket): void {
  const thousand = encodeSentence(Array.from({ length: 1000 }, (_, at) => `=p${at}=x`)).subarray(0, -1);
  pour(socket, encodeSentence(['!re']).subarray(0, -1), thousand, 1000);
}

function pour(socket: Socket, head: Buffer, block: Buffer, times: number): void {
  socket.write(head);
  let written = 0;
  const more = () => {
    while (written < times && !socket.destroyed) {
      written += 1;
      if (!socket.write(block)) {
        socket.once('drain', more);
        return;
      }
    }
  };
  more();
}
