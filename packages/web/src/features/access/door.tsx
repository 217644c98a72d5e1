import { Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useSession } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import classes from './door.module.css';
import { ProviderMark } from './provider-mark.tsx';

type DoorProps = { title: string; text?: string; children: ReactNode };

/** A page that stands outside: one card with the provider's name above. */
export function Door({ title, text, children }: DoorProps) {
  const { isDemo, version } = useSession();
  useEffect(() => {
    document.title = `${title} · Lastmile`;
  }, [title]);
  return (
    <main className={classes.page}>
      <div className={classes.column}>
        <div className={classes.mark}>
          <ProviderMark />
        </div>
        <section className={classes.card}>
          <Title order={1}>{title}</Title>
          {text && (
            <Text c="dimmed" mt={4}>
              {text}
            </Text>
          )}
          <div className={classes.form}>{children}</div>
        </section>
        <Text size="xs" c="dimmed" ta="center">
          {isDemo ? t('shell.demoShort') : `Lastmile ${version}`}
        </Text>
      </div>
    </main>
  );
}
