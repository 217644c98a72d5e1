import { Link } from '@tanstack/react-router';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { type Entry, sectionsOf, useEntries, useMostUsed } from './navigation.ts';
import classes from './shell.module.css';

export function SideBar({ onNavigate }: { onNavigate: () => void }) {
  const sections = sectionsOf(useEntries());
  return (
    <>
      {sections.map(({ group, entries }) => (
        <div key={entries[0]?.name} className={classes.section}>
          {group && <div className={classes.groupName}>{t(`shell.groups.${group}`)}</div>}
          {entries.map((entry) => (
            <SideLink key={entry.name} entry={entry} onClick={onNavigate} />
          ))}
        </div>
      ))}
    </>
  );
}

function SideLink({ entry, onClick }: { entry: Entry; onClick: () => void }) {
  return (
    <Link
      to={entry.path}
      className={classes.sideLink}
      activeOptions={{ exact: entry.path === '/', includeSearch: false }}
      onClick={onClick}
    >
      <Icon name={entry.icon} />
      {t(`shell.entries.${entry.name}`)}
    </Link>
  );
}

/** The four most used entries, under the thumb. */
export function BottomBar() {
  return (
    <nav className={classes.bottomBar} aria-label={t('shell.quickNavigation')}>
      {useMostUsed().map((entry) => (
        <Link
          key={entry.name}
          to={entry.path}
          className={classes.bottomLink}
          activeOptions={{ exact: entry.path === '/', includeSearch: false }}
        >
          <Icon name={entry.icon} size={20} />
          {t(`shell.entries.${entry.name}`)}
        </Link>
      ))}
    </nav>
  );
}
