import { Button, Group, Input, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useRef, useState } from 'react';
import { ApiError } from '../../lib/api.ts';
import { useCan } from '../../lib/session.ts';
import { errorText, t, wordOr } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import classes from './message-template.module.css';
import { changeMessageTemplate, type MessageTemplate, messagePreview, restoreMessageTemplate } from './queries.ts';

export type CustomerPick = { label: string; value: string | null; onChange: (customerId: string | null) => void };

type Texts = { subject: string; body: string };

type FormProps = {
  template: MessageTemplate;
  onDone: () => void;
  onReload: () => void;
  customerPicker: (pick: CustomerPick) => ReactNode;
};

/** A text with its placeholders, and beside it what a customer would read. */
export function MessageTemplateForm({ template, onDone, onReload, customerPicker }: FormProps) {
  const can = useCan();
  const { subject, body, revision, isOwn } = template;
  const form = useForm<Texts>({
    initialValues: { subject, body },
    validate: {
      subject: (typed) => (typed.trim() ? null : t('outbox.templates.subjectNeeded')),
      body: (typed) => (typed.trim() ? null : t('outbox.templates.bodyNeeded')),
    },
  });
  const textarea = useRef<HTMLTextAreaElement>(null);
  const typedBody = { value: form.values.body, set: (next: string) => form.setFieldValue('body', next) };
  return (
    <Form
      form={form}
      submitLabel={t('outbox.templates.save')}
      submit={(typed) => changeMessageTemplate(template, { ...typed, revision })}
      onDone={() => {
        notifyDone(t('outbox.templates.saved'));
        onDone();
      }}
      onReload={onReload}
      readOnly={!can('settings:write') && t('outbox.settings.readOnly')}
    >
      <TextInput
        {...form.getInputProps('subject')}
        label={t('outbox.templates.subject')}
        maxLength={200}
        data-autofocus
      />
      <Textarea
        {...form.getInputProps('body')}
        ref={textarea}
        label={t('outbox.templates.body')}
        maxLength={5000}
        autosize
        minRows={8}
      />
      <Placeholders names={template.placeholders} onPick={(name) => insert(name, typedBody, textarea.current)} />
      {isOwn && can('settings:write') && (
        <div>
          <Button variant="default" size="compact-sm" onClick={() => askToRestore(template, onDone)}>
            {t('outbox.templates.restore')}
          </Button>
        </div>
      )}
      {can('settings:write') && <Preview template={template} texts={form.values} customerPicker={customerPicker} />}
    </Form>
  );
}

type Body = { value: string; set: (body: string) => void };

/** Puts a placeholder where the cursor stands in the text. */
function insert(name: string, { value: body, set }: Body, textarea: HTMLTextAreaElement | null): void {
  const at = textarea?.selectionStart ?? body.length;
  const written = `{{${name}}}`;
  set(body.slice(0, at) + written + body.slice(textarea?.selectionEnd ?? at));
  requestAnimationFrame(() => {
    textarea?.focus();
    textarea?.setSelectionRange(at + written.length, at + written.length);
  });
}

function Placeholders({ names, onPick }: { names: readonly string[]; onPick: (name: string) => void }) {
  return (
    <Input.Wrapper
      label={t('outbox.templates.placeholders')}
      labelElement="div"
      description={t('outbox.templates.placeholdersHelp')}
    >
      <Group gap={6} my={6}>
        {names.map((name) => (
          <Button key={name} size="compact-sm" variant="default" onClick={() => onPick(name)}>
            {wordOr('outbox.templates.names', name)}
          </Button>
        ))}
      </Group>
    </Input.Wrapper>
  );
}

function askToRestore(template: MessageTemplate, onDone: () => void): void {
  confirmAct({
    title: t('outbox.templates.restoreTitle'),
    text: t('outbox.templates.restoreText', { subject: template.subject }),
    act: t('outbox.templates.restore'),
    isDangerous: true,
    run: async () => {
      await restoreMessageTemplate(template);
      notifyDone(t('outbox.templates.restored'));
      onDone();
    },
  });
}

type PreviewProps = Pick<FormProps, 'template' | 'customerPicker'> & { texts: Texts };

/** With the numbers of a customer who is chosen, else of nobody. */
function Preview({ template, texts, customerPicker }: PreviewProps) {
  const [customerId, setCustomerId] = useState<string | null>(null);
  const [{ subject, body }] = useDebouncedValue(texts, 300);
  const { data, error } = useQuery(messagePreview(template, { subject, body }, customerId));
  return (
    <Stack gap="xs">
      {customerPicker({ label: t('outbox.templates.previewFor'), value: customerId, onChange: setCustomerId })}
      <div className={classes.preview} aria-live="polite" aria-busy={!data && !error}>
        {error ? (
          <Text c="var(--tone-broken)">{faultOf(error)}</Text>
        ) : (
          data && (
            <>
              <Text fw={600} mb="xs" className={classes.letter}>
                {data.subject}
              </Text>
              <Text className={classes.letter}>{data.body}</Text>
            </>
          )
        )}
      </div>
    </Stack>
  );
}

/** Names the placeholder that is wrong, where that is the trouble. */
function faultOf(error: unknown): string {
  const fault = error instanceof ApiError ? error.fields[0]?.message : undefined;
  return fault ? t('outbox.templates.wrong', { fault }) : errorText(error);
}
