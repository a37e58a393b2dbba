// Every message that these packages throw is named by a test: its longest piece that is not filled in stands in one.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { root } from './lib/process.mjs';

const PACKAGES = ['core', 'layers', 'models', 'generate', 'codec', 'trainer'];

/** Shorter pieces say nothing: such a message is filled in with words that stand, and are looked for, elsewhere. */
const FEWEST_LETTERS = 8;

/** Files of TypeScript in a folder and below. */
const filesIn = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
    .map((file) => path.join(folder, file));
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');

const tests = ['packages', 'conformance']
  .flatMap(filesIn)
  .filter((file) => file.endsWith('.test.ts'))
  .map(textOf)
  .join('\n');

/** The pieces of a message between what is filled in. */
function piecesOf(message: ts.Expression): string[] {
  if (ts.isStringLiteralLike(message)) return [message.text];
  if (ts.isTemplateExpression(message))
    return [message.head.text, ...message.templateSpans.map(({ literal }) => literal.text)];
  if (ts.isBinaryExpression(message)) return [...piecesOf(message.left), ...piecesOf(message.right)];
  return [];
}

/** The longest piece of the message of each error that a file makes. */
function messagesIn(file: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && /Error$/.test(node.expression.getText()) && node.arguments?.length) {
      const pieces = piecesOf(node.arguments[0]).map((piece) =>
        piece.replace(/^\w+: /, '').replace(/^[\s:;,)]+|[\s:;,(]+$/g, ''),
      );
      found.push(pieces.reduce((longest, piece) => (piece.length > longest.length ? piece : longest), ''));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true));
  return found.filter((message) => message.length >= FEWEST_LETTERS);
}

it.each(PACKAGES)('%s throws no message that no test names', (name) => {
  const sources = filesIn(`packages/${name}/src`).filter((file) => !/\.(test|fixture)\.ts$/.test(file));
  const messages = sources.flatMap((file) => messagesIn(file).map((message) => ({ file, message })));
  expect(messages).not.toEqual([]);
  expect(messages.filter(({ message }) => !tests.includes(message))).toEqual([]);
});
