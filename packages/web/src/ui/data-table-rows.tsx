import { Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import classes from './data-table.module.css';
import type { Column, DataTableProps, RowsProps } from './data-table-types.ts';

// Enough to fill most of a screen; the real number is not known yet.
const skeletonRows = Array.from({ length: 8 }, (_, index) => index);

export function TableRows<Row>(props: RowsProps<Row>) {
  const { label, columns, rows, rowId, link, menu, tools } = props;
  return (
    <table className={classes.table} aria-busy={!rows}>
      <caption className={classes.hidden}>{label}</caption>
      <thead>
        <tr>
          {tools.choice && (
            <td className={classes.choiceCell} data-choice>
              {tools.choice.ofAll}
            </td>
          )}
          {columns.map((column) => (
            <th key={column.key} scope="col" {...marks(column)} style={{ width: column.width }}>
              {column.head}
            </th>
          ))}
          {menu && <td className={classes.menuCell} />}
        </tr>
      </thead>
      <tbody onKeyDown={tools.onKeyDown}>
        {rows
          ? rows.map((row) => (
              <tr
                key={rowId(row)}
                className={link?.(row) && classes.linked}
                onClick={(event) => tools.onRowClick(row, event)}
              >
                {tools.choice && (
                  <td className={classes.choiceCell} data-choice>
                    {tools.choice.of(row)}
                  </td>
                )}
                {columns.map((column, index) => (
                  <Cell key={column.key} column={column} row={row} isFirst={index === 0} table={props} />
                ))}
                {menu && <td className={classes.menuCell}>{tools.menuOf(row)}</td>}
              </tr>
            ))
          : skeletonRows.map((index) => (
              <tr key={index}>
                {tools.choice && <td className={classes.choiceCell} />}
                {columns.map((column) => (
                  <td key={column.key} {...marks(column)}>
                    <Skeleton height={12} width={`${45 + ((index * 17) % 40)}%`} className={classes.bone} />
                  </td>
                ))}
                {menu && <td />}
              </tr>
            ))}
      </tbody>
    </table>
  );
}

type CellProps<Row> = { column: Column<Row>; row: Row; isFirst: boolean; table: DataTableProps<Row> };

function Cell<Row>({ column, row, isFirst, table }: CellProps<Row>) {
  const content = column.cell(row);
  return (
    // What is cut off can still be read on hover.
    <td {...marks(column)} title={typeof content === 'string' && !isFirst ? content : undefined}>
      {isFirst ? <RowLink row={row} {...table} content={content} /> : content}
    </td>
  );
}

function marks<Row>(column: Column<Row>) {
  return { 'data-align': column.align, 'data-importance': column.importance ?? 1 };
}

export function PhoneRows<Row>(props: RowsProps<Row>) {
  const { label, rows, rowId, phone, menu, link, tools } = props;
  return (
    <ul className={classes.list} aria-label={label} aria-busy={!rows} onKeyDown={tools.onKeyDown}>
      {rows
        ? rows.map((row) => {
            const { title, aside, line, lineAside } = phone(row);
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: The link in the first line does the same by keyboard.
              <li
                key={rowId(row)}
                className={`${classes.phoneRow} ${link?.(row) ? classes.linked : ''}`}
                onClick={(event) => tools.onRowClick(row, event)}
              >
                {tools.choice && (
                  <div className={classes.phoneChoice} data-choice>
                    {tools.choice.of(row)}
                  </div>
                )}
                <div className={classes.phoneText}>
                  <TwoEnds start={<RowLink row={row} {...props} content={title} />} end={aside} isTitle />
                  <TwoEnds start={line} end={lineAside} />
                </div>
                {menu && tools.menuOf(row)}
              </li>
            );
          })
        : skeletonRows.map((index) => (
            <li key={index} className={classes.phoneRow}>
              <div className={classes.phoneText}>
                <TwoEnds start={<Skeleton height={12} width="60%" my={5} />} isTitle />
                <TwoEnds start={<Skeleton height={10} width="80%" my={5} />} />
              </div>
            </li>
          ))}
    </ul>
  );
}

function TwoEnds({ start, end, isTitle }: { start: ReactNode; end?: ReactNode; isTitle?: boolean }) {
  return (
    <div className={isTitle ? classes.phoneTitle : classes.phoneLine}>
      <span className={classes.start}>{start}</span>
      {end && <span className={classes.end}>{end}</span>}
    </div>
  );
}

function RowLink<Row>({ row, link, content, rowName }: DataTableProps<Row> & { row: Row; content: ReactNode }) {
  const target = link?.(row);
  if (!target) return content;
  return (
    <Link {...target} data-row-link className={classes.rowLink} title={rowName(row)}>
      {content}
    </Link>
  );
}
