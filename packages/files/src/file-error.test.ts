import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { errorCode, FileError, fileError } from './file-error.ts';

it('says in words what the system says in codes, once', async () => {
  const cause = await readFile('/no/such').catch((error: unknown) => error);
  const told = fileError('read', '/no/such', cause);
  expect([told.message, told.cause]).toEqual(['cannot read /no/such: there is no such file or folder', cause]);
  expect(told).toBeInstanceOf(FileError);
  expect(fileError('write', '/elsewhere', told)).toBe(told);
});

it('keeps other reasons, on one line', () => {
  expect(fileError('write', '/x', new Error('two\n  lines')).message).toBe('cannot write /x: two lines');
  expect(fileError('write', '/x', 'thrown').message).toBe('cannot write /x: thrown');
});

it.each([[undefined], ['ENOENT'], [new Error('none')], [Object.assign(new Error(), { code: 5 })]])(
  'finds no code in %s',
  (error) => {
    expect(errorCode(error)).toBeUndefined();
  },
);
