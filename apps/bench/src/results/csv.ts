/** Comma-separated values (RFC 4180): a cell with a comma, a quote or a line break stands in quotes, doubled inside. */
export const encodeCsv = (lines: readonly (readonly string[])[]): string =>
  lines.map((cells) => `${cells.map(encodeCell).join(',')}\n`).join('');

const encodeCell = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** The inverse of {@link encodeCsv}. @throws if a quote is not closed */
export function decodeCsv(text: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  let at = 0;
  while (at < text.length) {
    const { cell, end } = decodeCell(text, at);
    cells.push(cell);
    if (text[end] !== ',') {
      lines.push(cells);
      cells = [];
    }
    at = text.startsWith('\r\n', end) ? end + 2 : end + 1;
  }
  return lines;
}

function decodeCell(text: string, start: number): { cell: string; end: number } {
  if (text[start] !== '"') {
    const length = text.slice(start).search(/[,\r\n]/);
    const end = length < 0 ? text.length : start + length;
    return { cell: text.slice(start, end), end };
  }
  const quoted = /^"((?:[^"]|"")*)"/.exec(text.slice(start));
  if (!quoted) throw new Error('decodeCsv: a quoted cell has no end');
  return { cell: quoted[1].replaceAll('""', '"'), end: start + quoted[0].length };
}
