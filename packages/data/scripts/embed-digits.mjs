// Writes src/catalog/digits-text.ts from the CSV of scikit-learn's copy of the digits: `node scripts/embed-digits.mjs digits.csv.gz`.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const [csv] = process.argv.slice(2);
if (!csv) throw new Error('usage: node scripts/embed-digits.mjs <digits.csv.gz>');

const rows = gunzipSync(readFileSync(csv)).toString().trim().split('\n');
const lines = rows.map((row) => {
  const values = row.split(',').map(Number);
  if (values.length !== 65 || values.some((value) => !(value >= 0 && value <= 16)))
    throw new Error(`not a digit: ${row}`);
  return values.map((value) => value.toString(17)).join('');
});

writeFileSync(
  new URL('../src/catalog/digits-text.ts', import.meta.url),
  `/**
 * Optical Recognition of Handwritten Digits (E. Alpaydin, C. Kaynak, 1998; UCI Machine Learning Repository, CC BY 4.0),
 * its test set: ${lines.length} images of 8×8 values 0 … 16 and a label, one image a line, one base-17 digit a value. Made by
 * scripts/embed-digits.mjs.
 */
export const DIGITS_TEXT = \`
${lines.join('\n')}
\`;
`,
);
