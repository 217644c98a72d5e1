import { Modal, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useRouter } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import classes from './search-everything.module.css';
import { type Finding, useFindings } from './search-findings.ts';
import { FindingRow } from './search-row.tsx';

type SearchProps = { opened: boolean; onClose: () => void };

/** Finds a caller from anywhere: type, choose with the arrows, Enter. */
export function SearchEverything({ opened, onClose }: SearchProps) {
  return (
    <Modal.Root opened={opened} onClose={onClose} yOffset="10vh" size={600} centered={false}>
      <Modal.Overlay />
      <Modal.Content aria-label={t('shell.search.label')}>
        <SearchBody onClose={onClose} />
      </Modal.Content>
    </Modal.Root>
  );
}

function SearchBody({ onClose }: { onClose: () => void }) {
  const { history } = useRouter();
  const listId = useId();
  const [typed, setTyped] = useState('');
  // By its path: what is found later may push it down.
  const [chosen, choose] = useState<string>();
  const [isHurried, setHurried] = useState(false);
  const [search] = useDebouncedValue(typed.trim(), 150);
  const found = useFindings(search);
  const { findings } = found;
  const isSettled = found.isSettled && search === typed.trim();
  const place = findings.findIndex(({ path }) => path === chosen);
  const active = place < 0 && findings.length > 0 ? 0 : place;
  const open = (finding: Finding | undefined) => {
    if (!finding) return;
    onClose();
    history.push(finding.path);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter') setHurried(true);
    if (!step || findings.length === 0) return;
    event.preventDefault();
    choose(findings[(active + step + findings.length) % findings.length]?.path);
  };
  useEffect(() => {
    // Enter waits for the answer to what is typed: what stands here before belongs to fewer letters, and is somebody else.
    if (!isHurried || !isSettled) return;
    setHurried(false);
    open(findings[active]);
  });
  return (
    <div className={classes.body}>
      <label className={classes.field}>
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-label={t('shell.search.label')}
          aria-expanded={findings.length > 0}
          aria-controls={listId}
          aria-activedescendant={findings[active] && `${listId}-${active}`}
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          placeholder={t('shell.search.placeholder')}
          data-autofocus
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            choose(undefined);
            setHurried(false);
          }}
          onKeyDown={onKeyDown}
        />
      </label>
      <div id={listId} role="listbox" aria-label={t('shell.search.results')} className={classes.list}>
        {findings.map((finding, index) => (
          <FindingRow
            key={finding.path}
            id={`${listId}-${index}`}
            finding={finding}
            isActive={index === active}
            onPoint={() => choose(finding.path)}
            onOpen={() => open(finding)}
          />
        ))}
      </div>
      {findings.length === 0 && (
        <p className={classes.note}>
          {search && isSettled ? t('shell.search.nothing', { search }) : t('shell.search.hint')}
        </p>
      )}
      <p className={classes.keys}>{t('shell.search.keys')}</p>
      <VisuallyHidden role="status">{isSettled && search ? findings.length : ''}</VisuallyHidden>
    </div>
  );
}
