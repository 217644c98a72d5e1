// For tests only: a real SMTP server that keeps what it was given, and can be told to have a bad day.
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { onTestFinished } from 'vitest';

export type MailServer = {
  port: number;
  /** What arrived, in order. */
  mails: Email[];
  logins: { username: string | undefined; password: string | undefined }[];
  /** Answers every recipient with this code from now on; undefined: takes all. */
  refuse(code: number | undefined): void;
  stop(): Promise<void>;
};

export async function startMailServer(options: { wantsLogin?: boolean } = {}): Promise<MailServer> {
  const mails: Email[] = [];
  const logins: MailServer['logins'] = [];
  let refusal: number | undefined;
  const server = new SMTPServer({
    authOptional: !options.wantsLogin,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    onAuth({ username, password }, _session, callback) {
      logins.push({ username: username ?? undefined, password: password ?? undefined });
      if (password === 'right') callback(null, { user: username });
      else callback(new Error('wrong login'));
    },
    onRcptTo(_address, _session, callback) {
      if (refusal === undefined) callback();
      else callback(Object.assign(new Error('not now'), { responseCode: refusal }));
    },
    onData(stream, _session, callback) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', async () => {
        mails.push(await PostalMime.parse(Buffer.concat(parts)));
        callback(null);
      });
    },
  });
  // A client that goes away in the middle is part of the tests.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()));
  onTestFinished(stop);
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    mails,
    logins,
    refuse: (code) => {
      refusal = code;
    },
    stop,
  };
}
