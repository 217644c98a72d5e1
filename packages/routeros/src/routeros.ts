// The public door of the package.
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
export {
  Aborted,
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
