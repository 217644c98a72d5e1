import classes from './filter-chips.module.css';

export type FilterChoice<T extends string> = { value: T; label: string; count?: number | string };

type FilterChipsProps<T extends string> = {
  label: string;
  choices: readonly FilterChoice<T>[];
  value: T;
  onChange: (value: T) => void;
};

/** One of a few ways to narrow a list; the chosen one belongs into the address bar. */
export function FilterChips<T extends string>({ label, choices, value, onChange }: FilterChipsProps<T>) {
  return (
    <fieldset className={classes.chips}>
      <legend className={classes.legend}>{label}</legend>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          className={classes.chip}
          aria-pressed={choice.value === value}
          onClick={() => onChange(choice.value)}
        >
          {choice.label}
          {choice.count !== undefined && <span className={classes.count}>{choice.count}</span>}
        </button>
      ))}
    </fieldset>
  );
}
