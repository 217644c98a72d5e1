import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { t } from '../lib/words.ts';
import { Icon } from './icon.tsx';

type CopyTextProps = {
  text: string;
  label: string;
  isMono?: boolean;
  /** May be typed off: shown to its end, over several lines where one is too short. */
  isWhole?: boolean;
};

/** Text that is often carried elsewhere: an address, an account name, a number. */
export function CopyText({ text, label, isMono, isWhole }: CopyTextProps) {
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 4, minWidth: 0, maxWidth: '100%' }}>
      <span
        title={text}
        style={{
          overflow: 'hidden',
          textOverflow: 'ellipsis',
          ...(isWhole ? { overflowWrap: 'anywhere' } : { whiteSpace: 'nowrap' }),
          fontFamily: isMono ? 'var(--mantine-font-family-monospace)' : undefined,
        }}
      >
        {text}
      </span>
      <CopyButton value={text} timeout={1500}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t('ui.copy.copied') : t('ui.copy.copy', { label })}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={24}
              aria-label={t('ui.copy.copy', { label })}
              onClick={(event) => {
                event.stopPropagation();
                copy();
              }}
            >
              <Icon name={copied ? 'check' : 'copy'} size={14} />
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </span>
  );
}
