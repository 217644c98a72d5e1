// Errors are classes by what the caller should do next, not by where they happened. No password ever enters one: messages are
// built from the router's label, the command's path and what the router said.

export type RouterErrorCode =
  | 'unreachable'
  | 'address_refused'
  | 'login_refused'
  | 'closed_before_login'
  | 'timeout'
  | 'conflict'
  | 'not_found'
  | 'not_permitted'
  | 'unsupported'
  | 'rejected'
  | 'protocol_error'
  | 'aborted';

/** One `!trap` of the router. The category is often absent, even on errors that have one in the documentation. */
export interface Trap {
  category?: number;
  message: string;
}

export interface RouterErrorDetails {
  command?: string;
  router?: string;
  cause?: unknown;
  traps?: readonly Trap[];
  outcomeUnknown?: boolean;
}

export class RouterError extends Error {
  readonly code: RouterErrorCode;
  readonly command: string | undefined;
  readonly router: string | undefined;
  /** Everything the router said about the command, in its order. */
  readonly traps: readonly Trap[];
  /** The command was sent and no answer came: it may or may not have taken effect on the router. */
  readonly outcomeUnknown: boolean;

  constructor(code: RouterErrorCode, text: string, details: RouterErrorDetails = {}) {
    super(
      details.router === undefined ? text : `router ${details.router}: ${text}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.name = new.target.name;
    this.code = code;
    this.command = details.command;
    this.router = details.router;
    this.traps = details.traps ?? [];
    this.outcomeUnknown = details.outcomeUnknown ?? false;
  }
}

/** No connection, or the connection broke. Try again later, with a growing delay. */
export class Unreachable extends RouterError {
  constructor(text: string, details?: RouterErrorDetails) {
    super('unreachable', text, details);
  }
}

/** The caller does not want a connection with the address that the host has. */
export class AddressRefused extends RouterError {
  constructor(text: string, details?: RouterErrorDetails) {
    super('address_refused', text, details);
  }
}

/** The router does not accept this user. Needs a person: never try the same credentials again by itself. */
export class LoginRefused extends RouterError {
  constructor(text: string, details?: RouterErrorDetails) {
    super('login_refused', text, details);
  }
}

/** The router took the connection and closed it without a word: almost always the address list of its API service. */
export class ClosedBeforeLogin extends RouterError {
  constructor(text: string, details?: RouterErrorDetails) {
    super('closed_before_login', text, details);
  }
}

/** No answer in time. The connection still stands; a changing command may have taken effect. */
export class Timeout extends RouterError {
  constructor(text: string, details?: RouterErrorDetails) {
    super('timeout', text, details);
  }
}

/** The thing exists already: look at it, then decide. */
export class Conflict extends RouterError {
  constructor(text: string, details?: RouterErrorDetails) {
    super('conflict', text, details);
  }
}

/** The row is gone: forget its id and look it up by name. */
export class NotFound extends RouterError {
  constructor(text: string, details?: RouterErrorDetails) {
    super('not_found', text, details);
  }
}

/** The user's group lacks a policy. Needs a person. */
export class NotPermitted extends RouterError {
  constructor(text: string, details?: RouterErrorDetails) {
    super('not_permitted', text, details);
  }
}

/** This router (board, version, package) has no such menu, command or argument: do without it. */
export class Unsupported extends RouterError {
  constructor(text: string, details?: RouterErrorDetails) {
    super('unsupported', text, details);
  }
}

/** The router understood and refused: the command's values are wrong for it. Sending it again changes nothing. */
export class Rejected extends RouterError {
  constructor(text: string, details?: RouterErrorDetails) {
    super('rejected', text, details);
  }
}

/** The other side does not speak the RouterOS API, or speaks it beyond our limits. That connection is closed. */
export class ProtocolError extends RouterError {
  constructor(text: string, details?: RouterErrorDetails) {
    super('protocol_error', text, details);
  }
}

/** The caller's own AbortSignal, or the caller's own close(), ended the wait. */
export class Aborted extends RouterError {
  constructor(text: string, details?: RouterErrorDetails) {
    super('aborted', text, details);
  }
}
