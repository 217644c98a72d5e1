import { Button, FileButton, Group, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { logoUrl, useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { confirmAct } from '../../ui/confirm.tsx';
import { dataUrlOf } from '../../ui/file-content.ts';
import { Icon } from '../../ui/icon.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import classes from './logo-panel.module.css';
import { changeLogo, removeLogo, type Settings } from './queries.ts';

const types = ['image/png', 'image/jpeg', 'image/webp'];
const maxBytes = 256 * 1024;

type LogoPanelProps = {
  settings: Settings;
  /** Another one, and the logo is asked for again. */
  version: number;
};

export function LogoPanel({ settings, version }: LogoPanelProps) {
  const can = useCan();
  const { bytes } = useFormat();
  const resetFile = useRef<() => void>(null);
  /** A data URL that is shown and not saved yet. */
  const [chosen, setChosen] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const { hasLogo, providerName } = settings;
  const drop = () => {
    setChosen(null);
    resetFile.current?.();
  };
  const choose = async (file: File | null) => {
    if (!file) return;
    const found = fileTrouble(file, bytes);
    setTrouble(found);
    setChosen(found ? null : await dataUrlOf(file));
    resetFile.current?.();
  };
  const save = async () => {
    if (!chosen) return;
    await changeLogo(chosen.slice(chosen.indexOf(',') + 1));
    drop();
    notifyDone(t('settings.logo.saved'));
  };
  const shown = chosen ?? (hasLogo ? logoUrl(version) : null);
  return (
    <Panel title={t('settings.logo.title')}>
      <Group align="center" gap="lg">
        <LogoFrame url={shown} alt={t('settings.logo.alt', { name: providerName })} />
        <div className={classes.words}>
          <Text c="dimmed">{chosen ? t('settings.logo.preview') : t('settings.logo.help')}</Text>
          {can('settings:write') && (
            <Group gap="xs" mt="xs">
              {chosen ? (
                <>
                  <ActButton act={save}>{t('settings.logo.save')}</ActButton>
                  <Button variant="default" onClick={drop}>
                    {t('ui.cancel')}
                  </Button>
                </>
              ) : (
                <>
                  <FileButton resetRef={resetFile} accept={types.join(',')} onChange={(file) => void choose(file)}>
                    {(button) => (
                      <Button {...button} variant="default" leftSection={<Icon name="upload" size={16} />}>
                        {hasLogo ? t('settings.logo.replace') : t('settings.logo.choose')}
                      </Button>
                    )}
                  </FileButton>
                  {hasLogo && (
                    <Button variant="subtle" color="gray" onClick={askToRemoveLogo}>
                      {t('settings.logo.remove')}
                    </Button>
                  )}
                </>
              )}
            </Group>
          )}
          <Text role="alert" c="var(--mantine-color-error)" mt={trouble ? 'xs' : 0}>
            {trouble}
          </Text>
        </div>
      </Group>
    </Panel>
  );
}

function LogoFrame({ url, alt }: { url: string | null; alt: string }) {
  return (
    <div className={classes.frame}>
      {url ? <img src={url} alt={alt} className={classes.image} /> : <Text c="dimmed">{t('settings.logo.none')}</Text>}
    </div>
  );
}

function askToRemoveLogo() {
  confirmAct({
    title: t('settings.logo.removeTitle'),
    text: t('settings.logo.removeText'),
    act: t('settings.logo.removeAct'),
    isDangerous: true,
    run: async () => {
      await removeLogo();
      notifyDone(t('settings.logo.removed'));
    },
  });
}

function fileTrouble(file: File, sizeOf: (bytes: number) => string): string | null {
  if (!types.includes(file.type)) return t('settings.logo.notAnImage');
  return file.size > maxBytes ? t('settings.logo.tooLarge', { size: sizeOf(file.size) }) : null;
}
