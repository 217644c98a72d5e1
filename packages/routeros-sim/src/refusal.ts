// How the router says no: one or more !trap sentences. The texts are RouterOS' own, word for word.

export interface Trap {
  message: string;
  category?: number;
}

export class Refusal extends Error {
  readonly traps: readonly Trap[];

  constructor(...traps: [Trap, ...Trap[]]) {
    super(traps[0].message);
    this.name = 'Refusal';
    this.traps = traps;
  }
}

export function refuse(message: string, category?: number): Refusal {
  return new Refusal(category === undefined ? { message } : { message, category });
}

export const noSuchItem = () => refuse('no such item', 0);
export const noMatch = (argument: string) => refuse(`input does not match any value of ${argument}`, 1);
export const invalidValue = (argument: string) => refuse(`invalid value for argument ${argument}`, 1);
export const unknownParameter = (name: string) => refuse(`unknown parameter ${name}`);
export const missingValues = (names: readonly string[]) => refuse(`missing value(s) of argument(s) ${names.join(' ')}`);
export const notPermitted = () => refuse('not enough permissions (9)');
/** An unknown directory is refused twice; the second trap has no category (field dump, v6 and v7). */
export const noSuchDirectory = (segment: string) =>
  new Refusal(
    { message: `no such command or directory (${segment})`, category: 0 },
    { message: 'no such command prefix' },
  );
