// What an error of a router means to a person: what it is, and what he can do about it.
import {
  AddressRefused,
  ClosedBeforeLogin,
  LoginRefused,
  NotPermitted,
  ProtocolError,
  RouterError,
  Timeout,
  Unreachable,
} from '@lastmile/routeros';
import { refusedHostWords } from './router-hosts.ts';
import type { RouterState } from './routers.ts';

export type RouterTrouble = {
  state: Extract<RouterState, 'unreachable' | 'login_refused' | 'rejected'>;
  code: string;
  message: string;
  /** Trying again by itself cannot help: only a person can. */
  needsPerson: boolean;
};

/** Throws an error that is not a router's: that is a fault of this program. */
export function routerTrouble(error: unknown): RouterTrouble {
  const trouble = findTrouble(error);
  if (!trouble) throw error;
  return trouble;
}

/** undefined for an error that is not a router's. */
export function findTrouble(error: unknown): RouterTrouble | undefined {
  if (error instanceof LoginRefused) {
    return {
      state: 'login_refused',
      code: error.code,
      message:
        'Login refused: check the user name and the password, and that the user’s group on the router has the policy "api".',
      needsPerson: true,
    };
  }
  if (error instanceof AddressRefused) {
    const message = `Its host ${refusedHostWords}.`;
    return { state: 'unreachable', code: error.code, message, needsPerson: false };
  }
  if (error instanceof ClosedBeforeLogin) {
    return {
      state: 'unreachable',
      code: error.code,
      message:
        'The router closed the connection before the login: does /ip service allow the address of this server (address, available-from)?',
      needsPerson: false,
    };
  }
  if (error instanceof NotPermitted) {
    return {
      state: 'rejected',
      code: error.code,
      message: `The user may not do this on the router (${error.command ?? 'a command'}): its group needs the policies read, write, api, test and sensitive.`,
      needsPerson: true,
    };
  }
  if (error instanceof ProtocolError) {
    return {
      state: 'unreachable',
      code: error.code,
      message: 'What answers there does not speak the RouterOS API: is the port right (8728, with TLS 8729)?',
      needsPerson: false,
    };
  }
  if (error instanceof Unreachable || error instanceof Timeout) return { ...unreachable(error), needsPerson: false };
  if (error instanceof RouterError)
    return { state: 'rejected', code: error.code, message: error.message, needsPerson: false };
  return undefined;
}

const refusedWords: Record<string, string> = {
  ECONNREFUSED: 'Refused: is the API service on? /ip service enable api',
  ENOTFOUND: 'The host name is not known: check how it is written.',
  EAI_AGAIN: 'The host name could not be looked up just now.',
  EHOSTUNREACH: 'There is no way to this host: check the address and the VPN.',
  ENETUNREACH: 'There is no way to this network: check the address and the VPN.',
  ECONNRESET: 'The router broke the connection.',
};

function unreachable(error: RouterError): { state: 'unreachable'; code: string; message: string } {
  const words = refusedWords[systemCode(error)];
  return {
    state: 'unreachable',
    code: error.code,
    message: words ?? sentence(withoutOurWords(error.message)),
  };
}

/** The code of the operating system at the bottom of an error's causes, if there is one. */
function systemCode(error: unknown): string {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    if ('code' in cause && typeof cause.code === 'string' && cause.code.startsWith('E')) return cause.code;
  }
  return '';
}

/** A person knows which router he looks at, and thinks in seconds. */
function withoutOurWords(message: string): string {
  return message
    .replace(/^router [^:]*: /, '')
    .replace(' to /login', '')
    .replace(/(\d+) ms\b/, (_, ms) => `${Math.max(1, Math.round(ms / 1000))} s`);
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(capital) ? capital : `${capital}.`;
}
