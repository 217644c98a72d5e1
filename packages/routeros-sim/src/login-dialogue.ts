// The login of one connection: plain since 6.43, by challenge before.

import { randomBytes } from 'node:crypto';
import { logIn } from './accounts.ts';
import type { Actor, Router } from './model.ts';

import type { Request } from './request.ts';

// Four wrong logins are answered, the fifth ends the connection (6.x).
const mostFailures = 4;

export type LoginAnswer =
  | { kind: 'challenge'; challenge: string }
  | { kind: 'refused'; message: string }
  | { kind: 'fatal'; reason: string }
  | { kind: 'entered'; actor: Actor };

export class LoginDialogue {
  readonly #router: Router;
  readonly #fixedChallenge: string | undefined;
  #challenge: string | undefined;
  #failures = 0;

  constructor(router: Router, fixedChallenge: string | undefined) {
    this.#router = router;
    this.#fixedChallenge = fixedChallenge;
  }

  answer({ attributes }: Request, from: string): LoginAnswer {
    const password = attributes.get('password');
    const isOld = this.#router.dialect.hasChallengeLogin;
    const response = isOld ? attributes.get('response') : undefined;
    // 6.42 does not know plain passwords: it answers with a challenge and nobody is logged in. Later versions still do so
    // when nothing is given to check.
    if (isOld ? response === undefined : password === undefined && !attributes.has('response')) {
      this.#challenge = this.#fixedChallenge ?? randomBytes(16).toString('hex');
      return { kind: 'challenge', challenge: this.#challenge };
    }
    if (this.#failures >= mostFailures) return { kind: 'fatal', reason: 'too many commands before login' };
    const name = attributes.get('name') ?? '';
    const result = logIn(this.#router, { name, password, response, challenge: this.#challenge }, from);
    if (result.ok) return { kind: 'entered', actor: result.actor };
    this.#failures += 1;
    return { kind: 'refused', message: result.message };
  }
}
