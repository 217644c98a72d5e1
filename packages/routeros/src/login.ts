// The one login attempt of a connection.
import { md5Response, type Word } from './codec.ts';
import type { Connection, Exchange } from './connection.ts';
import { ProtocolError, type RouterError } from './errors.ts';
import { loginRefusalOf } from './refusals.ts';
import type { Row } from './reply.ts';

export async function logIn(connection: Connection, username: string, password: string): Promise<void> {
  // Before RouterOS 6.43 a plain login is answered with a challenge (=ret=); later versions simply say !done. So we send plain first.
  const { ret } = await ask(connection, username, ['/login', `=name=${username}`, `=password=${password}`]);
  if (ret === undefined || ret === '') return;
  if (!/^([0-9a-f]{2})+$/i.test(ret)) {
    throw new ProtocolError('the login was answered with a challenge that is not hexadecimal', {
      command: '/login',
      router: connection.router,
    });
  }
  const response = md5Response(password, ret);
  await ask(connection, username, ['/login', `=name=${username}`, `=response=${response}`]);
}

function ask(connection: Connection, username: string, words: readonly Word[]): Promise<Row> {
  return new Promise((resolve, reject) => {
    const exchange: Exchange = {
      command: '/login',
      words,
      lane: '',
      // The client limits the whole login.
      timeoutMs: 0,
      longestMs: 0,
      isEndless: false,
      wantsBytes: false,
      endsWithConnection: false,
      row: () => undefined,
      done: resolve,
      fail: (error: RouterError) =>
        reject(error.traps.length > 0 ? loginRefusalOf(error.traps, username, connection.router) : error),
    };
    connection.startUntagged(exchange);
  });
}
