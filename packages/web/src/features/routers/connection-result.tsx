import { Text } from '@mantine/core';
import type { CSSProperties, ReactNode } from 'react';
import type { Tone } from '../../lib/theme.ts';
import { errorText, t } from '../../lib/words.ts';
import { Facts } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { IconName } from '../../ui/icon-names.ts';
import classes from './connection-result.module.css';
import type { ConnectionTest } from './queries.ts';
import { shortVersion } from './router-words.ts';

/** What a try at a router came to. */
export type Outcome = { test: ConnectionTest } | { error: unknown };

type ConnectionResultProps = {
  outcome: Outcome;
  /** In one line, where the facts stand below anyway. */
  isShort?: boolean;
  children?: ReactNode;
};

export function ConnectionResult({ outcome, isShort, children }: ConnectionResultProps) {
  if ('error' in outcome) {
    return <ResultBox tone="broken" title={t('routers.test.fails')} text={errorText(outcome.error)} />;
  }
  const { facts, trouble, latencyMs } = outcome.test;
  if (!facts) return <ResultBox tone="broken" title={t('routers.test.fails')} text={trouble?.message} />;
  const version = shortVersion(facts.rosVersion);
  const latency = t('routers.test.latencyValue', { count: latencyMs ?? 0 });
  if (isShort) {
    const accounts = t('routers.test.accountCount', { count: facts.secretCount });
    const words = [facts.identity, facts.model, version && `RouterOS ${version}`, accounts, latency];
    return <ResultBox tone="fine" title={t('routers.test.works')} text={words.filter(Boolean).join(' · ')} />;
  }
  return (
    <ResultBox tone="fine" title={t('routers.test.works')}>
      <Facts
        facts={[
          { label: t('routers.test.identity'), value: facts.identity || '–' },
          { label: t('routers.test.model'), value: facts.model || '–' },
          { label: t('routers.test.version'), value: version || '–' },
          { label: t('routers.test.accounts'), value: facts.secretCount },
          { label: t('routers.test.latency'), value: latency },
        ]}
      />
      {children}
    </ResultBox>
  );
}

type ResultBoxProps = { tone: Tone; title: string; text?: string | undefined; acts?: ReactNode; children?: ReactNode };

const icons: Partial<Record<Tone, IconName>> = {
  fine: 'circle-check',
  broken: 'alert-circle',
  attention: 'alert-triangle',
};

/** A band that says how something went, or what is the matter. */
export function ResultBox({ tone, title, text, acts, children }: ResultBoxProps) {
  return (
    <div className={classes.box} style={toneVariables(tone)}>
      <div className={classes.line}>
        <span className={classes.icon}>
          <Icon name={icons[tone] ?? 'info-circle'} />
        </span>
        <div className={classes.words}>
          <Text className={classes.title}>{title}</Text>
          {text && <Text style={{ overflowWrap: 'anywhere' }}>{text}</Text>}
        </div>
        {acts}
      </div>
      {children && <div className={classes.more}>{children}</div>}
    </div>
  );
}

function toneVariables(tone: Tone): CSSProperties {
  return { '--tone': `var(--tone-${tone})`, '--tone-surface': `var(--tone-${tone}-surface)` } as CSSProperties;
}
