import { Button, Group, SimpleGrid, Stack, Tabs, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../lib/words.ts';
import { CommandSteps } from '../../ui/command-steps.tsx';
import { Icon } from '../../ui/icon.tsx';
import { SecretInput } from '../../ui/secret-input.tsx';
import { serviceCommands } from './firewall-commands.ts';
import { type CommandBlock, isPlace, plainCommands, secureCommands } from './routeros-commands.ts';

export type RouterUser = { username: string; password: string };

type RouterGuideProps = {
  user: RouterUser;
  /** Left out where the form beside it has these fields already. */
  onUser?: (user: RouterUser) => void;
  isPlainFirst?: boolean;
};

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
          <Tabs.Tab value="service">{t('routers.guide.service')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="secure">
          <AccessSteps text={t('routers.guide.secureText')} blocks={secureCommands(access)} />
        </Tabs.Panel>
        <Tabs.Panel value="plain">
          <AccessSteps text={t('routers.guide.plainText')} blocks={plainCommands(access)} />
        </Tabs.Panel>
        <Tabs.Panel value="service">
          <ServiceSteps />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

type AccessStepsProps = { text: string; blocks: readonly CommandBlock[] };

function AccessSteps({ text, blocks }: AccessStepsProps) {
  return (
    <Stack gap="md">
      <Text>{text}</Text>
      <CommandSteps steps={blocks.map(({ step, commands }) => ({ title: t(`routers.guide.${step}`), commands }))} />
      <Text size="xs" c="dimmed">
        {t('routers.guide.newerService')}
      </Text>
    </Stack>
  );
}

/** What subscribers need of the router before they can dial in. */
function ServiceSteps() {
  return (
    <Stack gap="md">
      <Text>{t('routers.guide.serviceText')}</Text>
      <CommandSteps
        steps={(['pppoe', 'hotspot', 'fasttrack'] as const).map((name) => ({
          title: t(`routers.guide.services.${name}`),
          commands: serviceCommands[name],
        }))}
      />
    </Stack>
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
