import { Checkbox } from '@mantine/core';
import { type MouseEvent, useRef } from 'react';
import { t } from '../lib/words.ts';
import type { ChoiceTools, DataTableProps } from './data-table-types.ts';

/** With shift, all rows between the last one that was chosen and this one go the same way. */
export function useChoice<Row>(props: DataTableProps<Row>): ChoiceTools<Row> | undefined {
  const { choice, rowId, rowName, label, query } = props;
  const last = useRef<string>(undefined);
  if (!choice) return undefined;
  const { chosen, onChange, canChoose = () => true } = choice;
  const ids = (query.data?.items ?? []).filter(canChoose).map(rowId);
  const put = (some: readonly string[], isChosen: boolean) => {
    const next = new Set(chosen);
    for (const id of some) {
      if (isChosen) next.add(id);
      else next.delete(id);
    }
    onChange(next);
  };
  const turn = (id: string, event: MouseEvent<HTMLInputElement>) => {
    const from = event.shiftKey && last.current ? ids.indexOf(last.current) : -1;
    const at = ids.indexOf(id);
    last.current = id;
    put(from < 0 ? [id] : ids.slice(Math.min(from, at), Math.max(from, at) + 1), event.currentTarget.checked);
  };
  const chosenCount = ids.filter((id) => chosen.has(id)).length;
  return {
    ofAll: (
      <Checkbox
        aria-label={t('ui.choice.all', { label })}
        checked={ids.length > 0 && chosenCount === ids.length}
        indeterminate={chosenCount > 0 && chosenCount < ids.length}
        disabled={ids.length === 0}
        onChange={(event) => put(ids, event.currentTarget.checked)}
      />
    ),
    of: (row) => (
      <Checkbox
        aria-label={t('ui.choice.one', { name: rowName(row) })}
        checked={chosen.has(rowId(row))}
        disabled={!canChoose(row)}
        // The click, which knows of shift, has said it already.
        onChange={() => {}}
        onClick={(event) => turn(rowId(row), event)}
      />
    ),
  };
}
