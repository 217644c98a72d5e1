import { useLocalStorage } from '@mantine/hooks';
import { Link, useLocation } from '@tanstack/react-router';
import { type ReactNode, useId } from 'react';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { type Entry, type GroupName, sectionsOf, useEntries, useMostUsed } from './navigation.ts';
import classes from './shell.module.css';

export function SideBar({ onNavigate }: { onNavigate: () => void }) {
  const entries = useEntries();
  const { isOpen, toggle } = useOpenGroups(entries.length);
  const path = useLocation({ select: ({ pathname }) => pathname });
  return (
    <>
      {sectionsOf(entries).map(({ group, entries: own }) => {
        const links = own.map((entry) => <SideLink key={entry.name} entry={entry} onClick={onNavigate} />);
        if (!group)
          return (
            <div key="alone" className={classes.section}>
              {links}
            </div>
          );
        const isHere = own.some((entry) => path === entry.path || path.startsWith(`${entry.path}/`));
        return (
          <SideGroup key={group} group={group} isHere={isHere} isOpen={isOpen(group, isHere)} onToggle={toggle}>
            {links}
          </SideGroup>
        );
      })}
    </>
  );
}

type SideGroupProps = {
  group: GroupName;
  /** The page that is open is one of it. */
  isHere: boolean;
  isOpen: boolean;
  onToggle: (group: GroupName, isOpen: boolean) => void;
  children: ReactNode;
};

function SideGroup({ group, isHere, isOpen, onToggle, children }: SideGroupProps) {
  const id = useId();
  return (
    <div className={classes.section}>
      <button
        type="button"
        className={classes.groupName}
        aria-expanded={isOpen}
        aria-controls={id}
        data-here={isHere || undefined}
        onClick={() => onToggle(group, !isOpen)}
      >
        {t(`shell.groups.${group}`)}
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size={14} />
      </button>
      <div id={id} hidden={!isOpen}>
        {children}
      </div>
    </div>
  );
}

// So many are read at a glance. Of more, those are open that everybody needs who has subscribers.
const atAGlance = 14;
const daily: readonly GroupName[] = ['network', 'money'];

/** What a person opened or closed stays so in this browser; before that, the group of the page that is shown is open. */
function useOpenGroups(entryCount: number) {
  const [chosen, setChosen] = useLocalStorage<Partial<Record<GroupName, boolean>>>({
    key: 'lastmile-side-bar',
    defaultValue: {},
    getInitialValueInEffect: false,
  });
  return {
    isOpen: (group: GroupName, isHere: boolean) =>
      chosen[group] ?? (isHere || entryCount <= atAGlance || daily.includes(group)),
    toggle: (group: GroupName, isOpen: boolean) => setChosen((now) => ({ ...now, [group]: isOpen })),
  };
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
