import type { LinkProps } from '@tanstack/react-router';
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';

export type Column<Row> = {
  key: string;
  head: string;
  cell: (row: Row) => ReactNode;
  /** Numbers, money, sizes. */
  align?: 'right';
  /** 1 is always there, 2 from 1100 px of page width, 3 from 1360 px. */
  importance?: 1 | 2 | 3;
  /** In px. Columns without one share what is left. */
  width?: number;
};

/** The two lines that a row becomes on a phone. */
export type PhoneRow = { title: ReactNode; aside?: ReactNode; line?: ReactNode; lineAside?: ReactNode };

type TableQuery<Row> = {
  data: { items: Row[]; next: string | null } | undefined;
  error: unknown;
  isError: boolean;
  isPlaceholderData: boolean;
  refetch: () => Promise<unknown>;
};

/** Rows that a person chose, by id; with it each row has a checkbox. */
export type Choice<Row> = {
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
  /** Left out: every row can be chosen. */
  canChoose?: (row: Row) => boolean;
};

export type DataTableProps<Row> = {
  /** What the rows are: the table's name. */
  label: string;
  query: TableQuery<Row>;
  columns: readonly Column<Row>[];
  phone: (row: Row) => PhoneRow;
  rowId: (row: Row) => string;
  rowName: (row: Row) => string;
  /** Where a row leads; its first column becomes the link. undefined: this one leads nowhere. */
  link?: (row: Row) => LinkProps | undefined;
  /** `Menu.Item`s behind the dots at the end of a row; null: no dots. */
  menu?: (row: Row) => ReactNode;
  choice?: Choice<Row> | undefined;
  empty: ReactNode;
  page?: { after: string | undefined; onChange: (after: string | undefined) => void };
};

/** The checkboxes of a table whose rows can be chosen. */
export type ChoiceTools<Row> = { ofAll: ReactNode; of: (row: Row) => ReactNode };

export type RowTools<Row> = {
  onRowClick: (row: Row, event: MouseEvent<HTMLElement>) => void;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  menuOf: (row: Row) => ReactNode;
  choice: ChoiceTools<Row> | undefined;
};

export type RowsProps<Row> = DataTableProps<Row> & { rows: Row[] | undefined; tools: RowTools<Row> };
