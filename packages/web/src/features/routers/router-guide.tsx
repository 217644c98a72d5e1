import { Button, CopyButton, Group, SimpleGrid, Stack, Tabs, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { SecretInput } from '../../ui/secret-input.tsx';
import classes from './router-guide.module.css';
import { type CommandBlock, isPlace, plainCommands, secureCommands } from './routeros-commands.ts';

export type RouterUser = { username: string; password: string };

type RouterGuideProps = {
  user: RouterUser;
  /** Left out where the form beside it has these fields already. */
  onUser?: (user: RouterUser) => void;
  isPlainFirst?: boolean;
};

const below = ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[];

/** The commands that make a router ready for Lastmile, filled with what is typed. */
export function RouterGuide({ user, onUser, isPlainFirst }: RouterGuideProps) {
  const [address, setAddress] = useState(ownAddress);
  const access = { ...user, address };
  return (
    <Stack gap="md">
      <Text c="dimmed">{t('routers.guide.text')}</Text>
      <SimpleGrid cols={onUser ? { base: 1, md: 3 } : 1} spacing="md">
        <TextInput
          label={t('routers.guide.address')}
          description={t('routers.guide.addressHelp')}
          inputWrapperOrder={below}
          placeholder="192.0.2.10"
          value={address}
          error={address && !isPlace(address) ? t('routers.guide.addressWrong') : undefined}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        {onUser && (
          <>
            <TextInput
              label={t('routers.guide.username')}
              autoComplete="off"
              value={user.username}
              maxLength={64}
              onChange={(event) => onUser({ ...user, username: event.currentTarget.value })}
            />
            <SecretInput
              label={t('routers.guide.password')}
              description={t('routers.guide.passwordHelp')}
              inputWrapperOrder={below}
              autoComplete="new-password"
              canGenerate
              maxLength={200}
              value={user.password}
              onChange={(password) => onUser({ ...user, password })}
            />
          </>
        )}
      </SimpleGrid>
      <Tabs defaultValue={isPlainFirst ? 'plain' : 'secure'} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="secure">{t('routers.guide.secure')}</Tabs.Tab>
          <Tabs.Tab value="plain">{t('routers.guide.plain')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="secure">
          <Commands text={t('routers.guide.secureText')} blocks={secureCommands(access)} />
        </Tabs.Panel>
        <Tabs.Panel value="plain">
          <Commands text={t('routers.guide.plainText')} blocks={plainCommands(access)} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Commands({ text, blocks }: { text: string; blocks: readonly CommandBlock[] }) {
  return (
    <div className={classes.steps}>
      <Text>{text}</Text>
      {blocks.map(({ step, commands }, index) => (
        <div key={step}>
          <div className={classes.head}>
            <Text fw={500}>{t(`routers.guide.${step}`)}</Text>
            <CopyCommands text={commands} name={t('routers.guide.block', { step: index + 1 })} />
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
      <Text size="xs" c="dimmed">
        {t('routers.guide.newerService')}
      </Text>
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
          {copied ? t('ui.copy.copied') : t('routers.guide.copy')}
        </Button>
      )}
    </CopyButton>
  );
}

/** The address that this page was opened at, when it is one that a router could use too. */
function ownAddress(): string {
  const host = window.location.hostname.replace(/^\[|\]$/g, '');
  return isPlace(host) && !/^(127\.|0\.|::1$)/.test(host) ? host : '';
}

export function GuideToggle({ isOpen, onToggle }: { isOpen: boolean; onToggle: () => void }) {
  return (
    <Group>
      <Button
        variant="subtle"
        size="compact-sm"
        px={0}
        aria-expanded={isOpen}
        leftSection={<Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size={14} />}
        onClick={onToggle}
      >
        {t('routers.form.guide')}
      </Button>
    </Group>
  );
}
