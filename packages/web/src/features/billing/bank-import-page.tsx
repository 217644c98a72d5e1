import { Button, FileButton, Group, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ApiError } from '../../lib/api.ts';
import { useFormat } from '../../lib/session.ts';
import type { Tone } from '../../lib/theme.ts';
import { t } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Refusal } from '../../ui/error-state.tsx';
import { base64Of } from '../../ui/file-content.ts';
import { Icon } from '../../ui/icon.tsx';
import { Money } from '../../ui/money.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { BankFormatFields } from './bank-format-fields.tsx';
import classes from './bank-import-page.module.css';
import { type BankFileReview, type BankFormat, importBankFile, reviewBankFile } from './bank-queries.ts';
import { SuggestionWords } from './bank-suggestion.tsx';

// What a request may carry, less the third that base64 adds.
const maxBytes = 700 * 1024;

type ChosenFile = { name: string; content: string };

export function BankImportPage({ onKept }: { onKept: () => void }) {
  const format = useFormat();
  const [file, setFile] = useState<ChosenFile>();
  const [trouble, setTrouble] = useState<string>();
  const { review, error, isBusy, look } = useReview();
  const choose = async (chosen: File | null) => {
    if (!chosen) return;
    setTrouble(undefined);
    if (chosen.size > maxBytes) return setTrouble(t('bank.import.tooLarge', { size: format.bytes(chosen.size) }));
    const next = { name: chosen.name, content: await base64Of(chosen) };
    setFile(next);
    await look(next);
  };
  const button = (label: string, variant?: 'default') => (
    <FileButton accept=".csv,.txt,text/csv,text/plain" onChange={(chosen) => void choose(chosen)}>
      {(props) => (
        <Button {...props} variant={variant} leftSection={<Icon name="upload" size={16} />} loading={isBusy && !review}>
          {label}
        </Button>
      )}
    </FileButton>
  );
  return (
    <>
      <PageHead title={t('bank.import.title')} about={t('bank.import.about')}>
        {review && button(t('bank.import.other'), 'default')}
      </PageHead>
      {trouble && (
        <Text role="alert" c="var(--mantine-color-error)" mb="md">
          {trouble}
        </Text>
      )}
      {error !== undefined && (
        <Refusal error={error}>
          {error instanceof ApiError && error.fields.map(({ message }) => <div key={message}>{message}</div>)}
        </Refusal>
      )}
      {file && review ? (
        <Reviewed key={file.name} file={file} review={review} look={look} onKept={onKept} />
      ) : isBusy ? (
        <Skeleton height={320} aria-busy="true" />
      ) : (
        <Panel>
          <EmptyState icon="upload" title={t('bank.import.choose')} text={t('bank.emptyText')}>
            {button(t('bank.import.choose'))}
          </EmptyState>
        </Panel>
      )}
    </>
  );
}

/** The server reads the file; it is asked again whenever a column is chosen. */
function useReview() {
  const [review, setReview] = useState<BankFileReview>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const look = async ({ name, content }: ChosenFile, how: { format?: BankFormat; bank?: string } = {}) => {
    setBusy(true);
    setError(undefined);
    try {
      setReview(await reviewBankFile({ fileName: name, content, ...how }));
    } catch (failure) {
      setReview(undefined);
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return { review, error, isBusy, look };
}

const emptyFormat: BankFormat = {
  skippedLines: 1,
  dateColumn: 0,
  dateOrder: 'dmy',
  amountColumn: 1,
  decimalSign: '.',
  payerColumn: null,
  referenceColumns: [],
  bankRefColumn: null,
};

type ReviewedProps = {
  file: ChosenFile;
  review: BankFileReview;
  look: (file: ChosenFile, how: { format: BankFormat; bank?: string }) => Promise<void>;
  onKept: () => void;
};

function Reviewed({ file, review, look, onKept }: ReviewedProps) {
  const format = useFormat();
  const [bank, setBank] = useState(review.bank ?? '');
  const [isBankMissing, setBankMissing] = useState(false);
  const chosen = review.format ?? emptyFormat;
  const again = (change: Partial<BankFormat>) =>
    look(file, { format: { ...chosen, ...change }, ...(bank ? { bank } : {}) });
  const keep = async () => {
    if (!bank.trim()) return setBankMissing(true);
    const { newCount } = await importBankFile({ fileName: file.name, content: file.content, bank, format: chosen });
    notifyDone(t('bank.import.kept', { count: newCount }));
    onKept();
  };
  const { counts, rows } = review;
  const isReadable = rows.some(({ state }) => state !== 'unreadable');
  return (
    <Stack gap="md">
      <Panel title={t('bank.import.columns')}>
        <Text c="dimmed" mb="sm" style={{ overflowWrap: 'anywhere' }}>
          {t('bank.import.found', {
            name: file.name,
            encoding: review.encoding,
            delimiter: delimiterWord(review.delimiter),
          })}
        </Text>
        <TextInput
          label={t('bank.import.bank')}
          description={t('bank.import.bankHelp')}
          error={isBankMissing && !bank.trim() && t('bank.import.bankNeeded')}
          maw={420}
          mb="md"
          maxLength={60}
          value={bank}
          onChange={(event) => setBank(event.currentTarget.value)}
          onBlur={() => void again({})}
        />
        <BankFormatFields review={review} format={chosen} onChange={(change) => void again(change)} />
      </Panel>
      <Panel title={t('bank.import.firstLines')}>
        <FirstLines review={review} skippedLines={chosen.skippedLines} />
      </Panel>
      <Panel title={t('bank.import.rows')}>
        {isReadable ? <Rows review={review} /> : <Text c="dimmed">{t('bank.import.nothingRead')}</Text>}
        <Group mt="md" justify="space-between">
          <Text>
            {t('bank.import.counts', { count: counts.new, amount: format.money(review.newMinor, review.currency) })}
            {(['known', 'outgoing', 'unreadable'] as const)
              .filter((state) => counts[state] > 0)
              .map((state) => ` · ${t(`bank.import.states.${state}`)}: ${counts[state]}`)
              .join('')}
          </Text>
          {isReadable && <ActButton act={keep}>{t('bank.import.keep', { count: counts.new })}</ActButton>}
        </Group>
      </Panel>
    </Stack>
  );
}

function delimiterWord(delimiter: string): string {
  const names = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const;
  const name = names[delimiter as keyof typeof names];
  return name ? t(`bank.import.delimiters.${name}`) : delimiter;
}

function Scrolled({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: What scrolls must be reached by the keyboard.
    <section className={classes.lines} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}

function FirstLines({ review, skippedLines }: { review: BankFileReview; skippedLines: number }) {
  return (
    <Scrolled label={t('bank.import.firstLines')}>
      <table>
        <tbody>
          {review.firstLines.slice(0, skippedLines + 4).map((cells, line) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: Lines of a file are known by their place only.
            <tr key={line} className={line < skippedLines ? classes.skipped : undefined}>
              {cells.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: So are its columns.
                <td key={column} title={cell}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  );
}

const tones: Record<BankFileReview['rows'][number]['state'], Tone> = {
  new: 'fine',
  known: 'quiet',
  outgoing: 'quiet',
  unreadable: 'attention',
};

function Rows({ review: { rows, currency, counts } }: { review: BankFileReview }) {
  const format = useFormat();
  const total = counts.new + counts.known + counts.outgoing + counts.unreadable;
  return (
    <>
      <Scrolled label={t('bank.import.rows')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('bank.import.lineNo')}</th>
              <th scope="col">{t('bank.filters.label')}</th>
              <th scope="col">{t('bank.columns.on')}</th>
              <th scope="col" data-align="right">
                {t('bank.columns.amount')}
              </th>
              <th scope="col">{t('bank.columns.what')}</th>
              <th scope="col">{t('bank.columns.whose')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ lineNo, state, problem, bookedOn, amountMinor, payer, reference, suggestion }) => (
              <tr key={lineNo}>
                <td data-align="right">{lineNo}</td>
                <td title={problem ?? undefined}>
                  <StatusBadge tone={tones[state]}>{t(`bank.import.states.${state}`)}</StatusBadge>
                </td>
                <td>{bookedOn ? format.day(bookedOn) : ''}</td>
                <td data-align="right">{amountMinor && <Money minor={amountMinor} currency={currency} />}</td>
                <td title={problem ?? undefined}>{problem ?? [payer, reference].filter(Boolean).join(' · ')}</td>
                <td>{state === 'new' && <SuggestionWords suggestion={suggestion} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolled>
      {total > rows.length && <Text c="dimmed">{t('bank.import.rowsCut', { count: rows.length })}</Text>}
    </>
  );
}
