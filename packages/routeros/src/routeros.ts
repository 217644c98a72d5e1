// The public door of the package.
export {
  type Attributes,
  type AttributeValue,
  type ClientState,
  type CommandOptions,
  type ConnectOptions,
  connectRouter,
  type ListenOptions,
  type PrintOptions,
  RouterClient,
} from './client.ts';
export {
  defaultReaderLimits,
  encodeLength,
  encodeSentence,
  encodeSentences,
  md5Response,
  type ReaderLimits,
  SentenceReader,
  type Word,
} from './codec.ts';
export type { Notice } from './connection.ts';
export {
  Aborted,
  AddressRefused,
  ClosedBeforeLogin,
  Conflict,
  LoginRefused,
  NotFound,
  NotPermitted,
  ProtocolError,
  Rejected,
  RouterError,
  type RouterErrorCode,
  type RouterErrorDetails,
  Timeout,
  type Trap,
  Unreachable,
  Unsupported,
} from './errors.ts';
export { type Query, where } from './query.ts';
export type { BytesRow, Row } from './reply.ts';
export {
  type Backoff,
  RouterSession,
  type SessionOptions,
  type SessionState,
  type WatchEvent,
} from './session.ts';
export { decodeText } from './text.ts';
export type { TlsMode } from './transport.ts';
export * as values from './values.ts';
export { type Cast, type CastRow, castRow, type RatePair, type RouterDate, type RouterDateTime } from './values.ts';
