import { Text } from '@mantine/core';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import classes from './cashier.module.css';
import type { CounterPackage } from './queries.ts';
import { contentOf } from './voucher-words.ts';

type PackageChoiceProps = {
  packages: readonly CounterPackage[];
  chosenId: string | undefined;
  onChoose: (packageId: string) => void;
};

/** Large buttons for fingers; the keys 1 to 9 for a counter PC. */
export function PackageChoice({ packages, chosenId, onChoose }: PackageChoiceProps) {
  const format = useFormat();
  return (
    <div className={classes.packages} role="radiogroup" aria-label={t('vouchers.cashier.packages')}>
      {packages.map((offered, place) => (
        // biome-ignore lint/a11y/useSemanticElements: a radio button cannot hold two lines and a price that fill its surface.
        <button
          key={offered.id}
          type="button"
          role="radio"
          aria-checked={offered.id === chosenId}
          className={classes.package}
          onClick={() => onChoose(offered.id)}
        >
          {place < 9 && <span className={classes.key}>{place + 1}</span>}
          <span className={classes.packageName}>{offered.name}</span>
          <Text component="span" size="sm" c="dimmed">
            {contentOf(format, offered)}
          </Text>
          <span className={classes.packagePrice}>{format.money(offered.priceMinor, offered.currency)}</span>
        </button>
      ))}
    </div>
  );
}
