import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { languages, nameOfLanguage } from '../../lib/languages.ts';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { LatestUntilTyped } from '../../ui/latest-until-typed.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { TwoLines } from '../../ui/two-lines.tsx';
import { type CustomerPick, MessageTemplateForm } from './message-template-form.tsx';
import { type MessageTemplate, messageTemplates } from './queries.ts';
import type { TemplateSearch } from './template-search.ts';

type TabProps = {
  search: TemplateSearch;
  onSearch: (change: TemplateSearch) => void;
  customerPicker: (pick: CustomerPick) => ReactNode;
};

/** What customers are written: our texts, or the provider's own. */
export function MessageTemplatesTab({ search, onSearch, customerPicker }: TabProps) {
  const { data, error, refetch } = useQuery(messageTemplates);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const { language = 'en', template: openKind } = search;
  const items = data?.items.filter((item) => item.language === language);
  const isOpen = (item: MessageTemplate) => item.language === language && item.kind === openKind;
  const open = items?.find(isOpen);
  const latest = async () => (await refetch()).data?.items.find(isOpen);
  const close = () => onSearch({ language });
  return (
    <Panel title={t('outbox.templates.title')}>
      <Text c="dimmed" mb="md">
        {t('outbox.templates.about')}
      </Text>
      <Toolbar>
        <FilterChips
          label={t('outbox.templates.language')}
          choices={languages.map((value) => ({ value, label: nameOfLanguage(value) }))}
          value={language}
          onChange={(next) => onSearch({ language: next })}
        />
      </Toolbar>
      {!items && <Skeleton height={380} aria-busy="true" />}
      <Stack gap="sm">
        {items?.map((item) => (
          <TemplateRow key={item.kind} template={item} onEdit={() => onSearch({ language, template: item.kind })} />
        ))}
      </Stack>
      <FormDrawer
        opened={open !== undefined}
        title={open ? `${t(`outbox.kinds.${open.kind}`)} · ${nameOfLanguage(language)}` : ''}
        onClose={close}
      >
        {open && (
          <LatestUntilTyped key={`${open.kind} ${language}`} latest={open} reload={latest}>
            {(template, onReload) => (
              <MessageTemplateForm
                template={template}
                onDone={close}
                onReload={onReload}
                customerPicker={customerPicker}
              />
            )}
          </LatestUntilTyped>
        )}
      </FormDrawer>
    </Panel>
  );
}

function TemplateRow({
  template: { kind, subject, isOwn },
  onEdit,
}: {
  template: MessageTemplate;
  onEdit: () => void;
}) {
  const name = t(`outbox.kinds.${kind}`);
  return (
    <Group justify="space-between" wrap="nowrap">
      <TwoLines first={name} second={subject} />
      <Group gap="sm" wrap="nowrap">
        {isOwn && <StatusBadge tone="fine">{t('outbox.templates.own')}</StatusBadge>}
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t('outbox.templates.editNamed', { name })}
          onClick={onEdit}
        >
          {t('outbox.templates.edit')}
        </Button>
      </Group>
    </Group>
  );
}
