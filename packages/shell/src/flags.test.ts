import { expect, it } from 'vitest';
import {
  choice,
  integer,
  listOf,
  naturalNumber,
  nonNegativeNumber,
  positiveInteger,
  positiveNumber,
  repeatable,
} from './flags.ts';

it('reads numbers', () => {
  expect(positiveInteger('12')).toBe(12);
  expect(naturalNumber('0')).toBe(0);
  expect(positiveNumber('0.5')).toBe(0.5);
  expect(nonNegativeNumber('0')).toBe(0);
});

it.each(['0', '1,', 'two', '1.5', '-1', ' ', '1e400'])('refuses %j as a positive integer', (text) => {
  expect(() => positiveInteger(text)).toThrow('Expected a positive integer.');
});

it('refuses what it does not know', () => {
  expect(() => choice(['a', 'b'])('c')).toThrow('Expected one of a, b.');
  expect(() => positiveNumber('0')).toThrow('Expected a number above 0.');
  expect(() => nonNegativeNumber('-0.1')).toThrow('Expected a number of 0 or above.');
  expect(() => naturalNumber('-1')).toThrow('Expected an integer of 0 or more.');
});

it('keeps within bounds', () => {
  expect(integer(1, 64)('64')).toBe(64);
  expect(() => integer(1, 64)('65')).toThrow('Expected an integer from 1 to 64.');
});

it('reads lists, every part of which must be right', () => {
  expect(listOf(positiveInteger)('1,2')).toEqual([1, 2]);
  expect(listOf(choice(['wasm', 'cpu']))('cpu,wasm')).toEqual(['cpu', 'wasm']);
  for (const text of ['0', '1,', 'two', '1.5', '-1'])
    expect(() => listOf(positiveInteger)(text)).toThrow('Expected a positive integer.');
});

it('collects a flag that is repeated', () => {
  expect(repeatable('b', repeatable('a'))).toEqual(['a', 'b']);
});
