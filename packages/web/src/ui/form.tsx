import { Alert, Button, Group, Stack } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import {
  createContext,
  type FormEvent,
  type KeyboardEvent,
  type ReactNode,
  use,
  useEffect,
  useRef,
  useState,
} from 'react';
import { flushSync } from 'react-dom';
import { ApiError } from '../lib/api.ts';
import { errorText, t } from '../lib/words.ts';
import { Refusal } from './error-state.tsx';
import classes from './form.module.css';
import { Icon } from './icon.tsx';
import { UnsavedDialog } from './unsaved-dialog.tsx';

/** What this needs of Mantine's `useForm`; its own type differs with every form's rules. */
export type FormState<Values> = {
  isDirty: () => boolean;
  resetDirty: () => void;
  setErrors: (errors: Record<string, ReactNode>) => void;
  onSubmit: (submit: (values: Values) => void, refuse: () => void) => (event?: FormEvent<HTMLFormElement>) => void;
};

/** What was typed and not saved; `isLeaving` once a person chose to throw it away. */
export type Unsaved = { current: { isDirty: boolean; isLeaving: boolean } };

/** Given by a drawer to the form in it. */
export const FormFrame = createContext<{ unsaved: Unsaved; onCancel: () => void } | null>(null);

/** Told whether something is typed into the form below and not saved. */
export const TypedWatch = createContext<((isTyped: boolean) => void) | null>(null);

type FormProps<Values> = {
  form: FormState<Values>;
  /** Says the act: "Add plan". */
  submitLabel: string;
  /** The act. What it throws is shown here, at the fields where the server names them. */
  submit: (values: Values) => Promise<unknown>;
  /** Another act on the same values, beside it: "Save draft". */
  otherSubmit?: { label: string; submit: (values: Values) => Promise<unknown> };
  /** After the act was done: say so, close. */
  onDone?: () => void;
  /** Offered when somebody else changed the thing meanwhile. */
  onReload?: () => void;
  /** Instead of the fields' being open: why not. */
  readOnly?: string | false;
  children: ReactNode;
};

const otherName = 'other';

export function Form<Values>({ form, children, readOnly, submitLabel, otherSubmit, ...props }: FormProps<Values>) {
  const frame = use(FormFrame);
  const element = useRef<HTMLFormElement>(null);
  const isTyped = form.isDirty() && !readOnly;
  const guard = useUnsavedGuard(isTyped, frame?.unsaved);
  const watch = use(TypedWatch);
  useEffect(() => {
    watch?.(isTyped);
    return () => watch?.(false);
  }, [watch, isTyped]);
  const { refusal, isBusy, submit } = useSubmit({ form, element, guard, otherSubmit, ...props });
  useEffect(() => {
    // A drawer takes the focus when it opens; a form that came later, after its thing was loaded, must ask for it.
    if (frame) element.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
  }, [frame]);
  const isConflict = refusal instanceof ApiError && refusal.code === 'edit_conflict';
  return (
    <form ref={element} noValidate className={classes.form} onSubmit={submit} onKeyDown={submitByKey}>
      {readOnly && <Alert icon={<Icon name="lock" />}>{readOnly}</Alert>}
      <fieldset disabled={Boolean(readOnly)} className={classes.fields}>
        <Stack gap="md">{children}</Stack>
      </fieldset>
      {refusal !== null && (
        <div ref={scrollToRefusal} className={classes.refusal}>
          <Refusal error={refusal}>
            {isConflict && props.onReload && (
              <div>
                <Button size="compact-sm" variant="default" mt="xs" onClick={props.onReload}>
                  {t('ui.form.loadLatest')}
                </Button>
              </div>
            )}
          </Refusal>
        </div>
      )}
      {!readOnly && (
        <Group className={frame ? classes.drawerFoot : undefined} justify={frame ? 'flex-end' : 'flex-start'}>
          {frame && (
            <Button variant="default" onClick={frame.onCancel}>
              {t('ui.cancel')}
            </Button>
          )}
          <Button type="submit" loading={isBusy}>
            {submitLabel}
          </Button>
          {otherSubmit && (
            <Button type="submit" name={otherName} variant="default" disabled={isBusy}>
              {otherSubmit.label}
            </Button>
          )}
        </Group>
      )}
      {guard.isAsking && <UnsavedDialog onKeep={guard.keep} onDiscard={guard.discard} />}
    </form>
  );
}

/** The act stands below in sight; a refusal above it might not. */
function scrollToRefusal(element: HTMLElement | null) {
  element?.scrollIntoView({ block: 'nearest' });
}

function submitByKey(event: KeyboardEvent<HTMLFormElement>) {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
}

/** Asks before a link, the back button or a closed tab throws away what was typed. */
function useUnsavedGuard(isDirty: boolean, shared: Unsaved | undefined) {
  const own = useRef({ isDirty: false, isLeaving: false });
  const unsaved = shared ?? own;
  unsaved.current.isDirty = isDirty;
  const isUnsaved = () => unsaved.current.isDirty && !unsaved.current.isLeaving;
  const blocker = useBlocker({ shouldBlockFn: isUnsaved, enableBeforeUnload: isUnsaved, withResolver: true });
  return {
    unsaved,
    isAsking: blocker.status === 'blocked',
    keep: () => blocker.reset?.(),
    discard: () => blocker.proceed?.(),
  };
}

type SubmitOptions<Values> = Pick<FormProps<Values>, 'form' | 'submit' | 'otherSubmit' | 'onDone'> & {
  element: { current: HTMLFormElement | null };
  guard: { unsaved: Unsaved };
};

function useSubmit<Values>({ form, submit, otherSubmit, onDone, element, guard }: SubmitOptions<Values>) {
  const [refusal, setRefusal] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const focusFirstError = () =>
    setTimeout(() => element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  const send = async (values: Values, act: (values: Values) => Promise<unknown>) => {
    if (isBusy) return;
    setBusy(true);
    setRefusal(null);
    try {
      await act(values);
      form.resetDirty();
      guard.unsaved.current.isDirty = false;
      onDone?.();
    } catch (error) {
      let left: unknown = null;
      // Drawn at once: only a field that is drawn as wrong is found and focused.
      flushSync(() => {
        left = putAtFields(form, element.current, error);
        setRefusal(left);
        setBusy(false);
      });
      if (left === null) focusFirstError();
    } finally {
      setBusy(false);
    }
  };
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    const { submitter } = event.nativeEvent as SubmitEvent;
    const isOther = otherSubmit && submitter?.getAttribute('name') === otherName;
    form.onSubmit((values) => void send(values, isOther ? otherSubmit.submit : submit), focusFirstError)(event);
  };
  return { refusal, isBusy, submit: onSubmit };
}

/** Puts the server's objections at the fields; returns the error if any of it has no field to stand at. */
function putAtFields<Values>(form: FormState<Values>, element: HTMLFormElement | null, error: unknown): unknown {
  if (!(error instanceof ApiError) || error.fields.length === 0) return error;
  const hasField = (path: string) => element?.querySelector(`[data-path="${CSS.escape(path)}"]`) != null;
  const [placed, unplaced] = [
    error.fields.filter(({ path }) => hasField(path)),
    error.fields.filter(({ path }) => !hasField(path)),
  ];
  const texts = fieldTexts(error);
  form.setErrors(Object.fromEntries(placed.map(({ path }) => [path, texts[path]])));
  return unplaced.length === 0 ? null : error;
}

/** What the server objects to, by field. */
export function fieldTexts(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  // A refusal with a code of its own has better words than the field's: they say what to do.
  const words = (message: string) => (error.code === 'invalid_input' ? sentence(message) : errorText(error));
  return Object.fromEntries(error.fields.map(({ path, message }) => [path, words(message)]));
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
