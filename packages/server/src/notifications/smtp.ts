// The way out: one connection to the provider's mail server, for as many messages as there are. It touches the network, so
// no act may call it.
import nodemailer from 'nodemailer';
import type { ClaimedMessage, SendFailure } from './outbox.ts';

export type MailServer = {
  host: string;
  port: number;
  security: 'starttls' | 'tls' | 'none';
  username: string | null;
  password: string | null;
  from: { name: string; address: string };
  replyTo: string | null;
};

export type Mailer = {
  /** undefined: the server took it. */
  send(message: Omit<ClaimedMessage, 'attemptCount'>): Promise<{ answer: string } | { failure: SendFailure }>;
  close(): void;
};

const connectTimeoutMs = 10_000;
const answerTimeoutMs = 20_000;

export function connectMailer(server: MailServer): Mailer {
  const transport = nodemailer.createTransport({
    pool: true,
    maxConnections: 1,
    maxMessages: 100,
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    // Without encryption only where the office says so: a mail server in the next room.
    requireTLS: server.security === 'starttls',
    ignoreTLS: server.security === 'none',
    ...(server.username ? { auth: { user: server.username, pass: server.password ?? '' } } : {}),
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: answerTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = server.from.address.split('@')[1] ?? 'localhost';
  return {
    async send({ id, toAddress, subject, body, attachments }) {
      try {
        const sent = await transport.sendMail({
          from: server.from,
          // As an object, so that a comma in it does not make two of it.
          to: { name: '', address: toAddress },
          ...(server.replyTo ? { replyTo: { name: '', address: server.replyTo } } : {}),
          subject,
          text: body,
          // The same for each try, so that a mail server may notice a second copy.
          messageId: `<${id}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
          attachments: attachments.map(({ name, type, content }) => ({ filename: name, contentType: type, content })),
        });
        return { answer: sent.response };
      } catch (error) {
        return { failure: failureOf(error) };
      }
    },
    close: () => transport.close(),
  };
}

function failureOf(error: unknown): SendFailure {
  const { message, responseCode, command } = error as Error & { responseCode?: number; command?: string };
  return { message, responseCode, command };
}
