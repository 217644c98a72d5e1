import classes from './cashier.module.css';
import { groupsOf } from './voucher-words.ts';

/** A code in short groups for the eye; copied, it is one word. */
export function CodeText({ code }: { code: string }) {
  const groups = groupsOf(code);
  return (
    <span className={classes.codeText}>
      {groups.map((group, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the groups of a code never change their places.
        <span key={place}>{group}</span>
      ))}
    </span>
  );
}
