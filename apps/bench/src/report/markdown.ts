/** A Markdown table, aligned also as text; columns of numbers to the right. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumeric = header.map((_, i) => rows.length > 0 && rows.every((row) => /^([\d.,]+.*|–|)$/.test(row[i])));
  const widths = header.map((title, i) => Math.max(3, title.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (isNumeric[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join(' | ')} |\n`;
  const rule = widths.map((width, i) => (isNumeric[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [header, rule, ...rows].map(line).join('');
}

/** Three digits that count: `4.07`, `52.3`, `1234`. */
export function digits(value: number): string {
  if (value === 0) return '0';
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(decimals, 4));
}

/** What is not known is a dash. */
export const orDash = (value: number | undefined, format: (value: number) => string = digits): string =>
  value === undefined || Number.isNaN(value) ? '–' : format(value);
