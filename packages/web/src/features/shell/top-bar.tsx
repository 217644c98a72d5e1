import { ActionIcon, Burger, Kbd, Tooltip } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Link, useRouter } from '@tanstack/react-router';
import { useConnection } from '../../lib/realtime.ts';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { ThemeMenu } from '../../ui/theme-menu.tsx';
import { ProviderMark } from '../access/provider-mark.tsx';
import { AlarmIndicator } from './alarm-indicator.tsx';
import { PendingIndicator } from './pending-indicator.tsx';
import { PersonMenu } from './person-menu.tsx';
import classes from './shell.module.css';

type TopBarProps = { isMenuOpen: boolean; onMenu: () => void; onSearch: () => void };

export function TopBar({ isMenuOpen, onMenu, onSearch }: TopBarProps) {
  const can = useCan();
  const hasPendingPage = '/pending' in useRouter().routesByPath;
  return (
    <div className={classes.topBar}>
      <Burger
        opened={isMenuOpen}
        onClick={onMenu}
        hiddenFrom="sm"
        size="sm"
        aria-label={t('shell.menu')}
        aria-expanded={isMenuOpen}
      />
      <Link to="/" className={classes.place}>
        <ProviderMark />
      </Link>
      <button type="button" className={classes.searchButton} onClick={onSearch}>
        <Icon name="search" size={16} />
        <span className={classes.searchWord}>{t('shell.search.label')}</span>
        <Kbd size="xs" aria-hidden>
          Ctrl K
        </Kbd>
      </button>
      <div className={classes.tools}>
        <ConnectionNotice />
        {can('system:read') && <AlarmIndicator />}
        {can('customer:read') && hasPendingPage && <PendingIndicator />}
        <ActionIcon
          className={classes.searchIcon}
          variant="subtle"
          color="gray"
          size={36}
          aria-label={t('shell.search.label')}
          onClick={onSearch}
        >
          <Icon name="search" />
        </ActionIcon>
        <ThemeMenu />
        <PersonMenu />
      </div>
    </div>
  );
}

// Shorter losses (a laptop that wakes, a server that restarts) mend themselves before anybody need know.
const patienceMs = 3000;

function ConnectionNotice() {
  const connection = useConnection();
  const [lasting] = useDebouncedValue(connection, patienceMs);
  const isLost = connection === 'lost' && lasting === 'lost';
  return (
    <span role="status">
      {isLost && (
        <Tooltip label={t('shell.connectionLost')}>
          <span className={classes.connection}>
            <Icon name="cloud-off" size={16} />
            <span className={classes.wide}>{t('shell.connectionLostShort')}</span>
          </span>
        </Tooltip>
      )}
    </span>
  );
}
