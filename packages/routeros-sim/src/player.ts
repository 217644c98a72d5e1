// Plays captures: when a sentence arrives that a script expects next, its recorded answer goes out word for word. For scripted
// exchanges whose data no version of today produces (3.x samples with yes/no, hand-made rows).

export interface ScriptStep {
  /** c: client to router, r: router to client. */
  dir: 'c' | 'r';
  words: readonly string[];
}

export class Player {
  #steps: readonly ScriptStep[] = [];

  load(steps: readonly ScriptStep[]): void {
    this.#steps = steps;
  }

  /** The replies up to the script's next command; undefined when the script does not expect this sentence now. */
  answerTo(words: readonly string[]): readonly (readonly string[])[] | undefined {
    const [first, ...rest] = this.#steps;
    if (first === undefined || first.dir !== 'c' || first.words.join('\0') !== words.join('\0')) return undefined;
    const end = rest.findIndex((step) => step.dir === 'c');
    const answers = end < 0 ? rest : rest.slice(0, end);
    this.#steps = end < 0 ? [] : rest.slice(end);
    return answers.map((step) => step.words);
  }
}
