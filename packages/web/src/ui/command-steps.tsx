import { Button, CopyButton, Text } from '@mantine/core';
import { t } from '../lib/words.ts';
import classes from './command-steps.module.css';
import { Icon } from './icon.tsx';

export type CommandStep = { title: string; commands: string };

/** What a person pastes into a terminal, step by step. */
export function CommandSteps({ steps }: { steps: readonly CommandStep[] }) {
  return (
    <div className={classes.steps}>
      {steps.map(({ title, commands }, index) => (
        <div key={title}>
          <div className={classes.head}>
            <Text fw={500}>{title}</Text>
            <CopyCommands text={commands} name={t('ui.commands.step', { step: index + 1 })} />
          </div>
          <pre className={classes.code}>
            {commands.split('\n').map((command) => (
              <span key={command} className={classes.command}>
                {command}
              </span>
            ))}
          </pre>
        </div>
      ))}
    </div>
  );
}

function CopyCommands({ text, name }: { text: string; name: string }) {
  return (
    <CopyButton value={text} timeout={1500}>
      {({ copied, copy }) => (
        <Button
          variant="default"
          size="xs"
          style={{ flex: 'none' }}
          aria-label={t('ui.copy.copy', { label: name })}
          leftSection={<Icon name={copied ? 'check' : 'copy'} size={14} />}
          onClick={copy}
        >
          {copied ? t('ui.copy.copied') : t('ui.commands.copy')}
        </Button>
      )}
    </CopyButton>
  );
}
