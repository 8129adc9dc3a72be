import { markup, type Markup, type MarkupValue } from './markup.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand right, so that their digits line up. */
  readonly isNumber?: boolean;
  /** One of the harness's own words: never broken. */
  readonly isWord?: boolean;
  /** The name of what the row is about: never squeezed by the other columns. */
  readonly isName?: boolean;
}

export interface Row {
  readonly cells: readonly MarkupValue[];
  readonly id?: string;
  readonly className?: string;
}

/** A table of so few rows is not torn apart between two printed pages. */
const SHORT_ROWS = 10;
/** From so many columns on, numbers and their bounds share the width of a page only on two lines. */
const WIDE_COLUMNS = 7;

/** A table that becomes a list of cards on a narrow screen: every cell carries the title of its column. */
export function dataTable(caption: string, columns: readonly Column[], rows: readonly Row[]): Markup {
  const heads = columns.map(
    ({ title, isNumber }) => markup`<th scope="col"${isNumber === true && markup` class="number"`}>${title}</th>`,
  );
  return markup`<table class="data${rows.length <= SHORT_ROWS && ' is-short'}${columns.length >= WIDE_COLUMNS && ' is-wide'}"><caption class="unseen">${caption}</caption><thead><tr>${heads}</tr></thead><tbody>${rows.map((row) => tableRow(columns, row))}</tbody></table>`;
}

function tableRow(columns: readonly Column[], row: Row): Markup {
  const cells = row.cells.map((cell, n) => {
    const column = columns[n];
    return markup`<td data-title="${column?.title ?? ''}"${column?.isNumber === true && markup` class="number"`}${column?.isWord === true && markup` class="word"`}${column?.isName === true && markup` class="name"`}>${cell}</td>`;
  });
  const id = row.id !== undefined && markup` id="${row.id}"`;
  const className = row.className !== undefined && markup` class="${row.className}"`;
  return markup`<tr${id}${className}>${cells}</tr>
`;
}
