import { useMediaQuery } from '@mantine/hooks';
import { useSession } from '../lib/session.ts';
import { t } from '../lib/words.ts';
import classes from './demo-banner.module.css';
import { Icon } from './icon.tsx';

/** Nobody shall take the demo for his network, on whatever screen. */
export function DemoBanner() {
  const { isDemo } = useSession();
  const isPhone = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  if (!isDemo) return null;
  return (
    <div className={classes.demo}>
      <Icon name="flask" size={16} />
      <span title={t('shell.demo')}>{isPhone ? t('shell.demoShort') : t('shell.demo')}</span>
    </div>
  );
}
