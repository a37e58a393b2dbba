import { expect, it } from 'vitest';
import { registry } from './registry.ts';

const one = () => 1;
const two = () => 2;

it('gives the factory of a name, built in or registered', () => {
  const numbers = registry<() => number>('Number', { one });
  numbers.register('two', two);
  expect(numbers.get('one')).toBe(one);
  expect(numbers.get('two')).toBe(two);
  expect(numbers.names()).toEqual(['one', 'two']);
  expect([numbers.has('two'), numbers.has('three')]).toEqual([true, false]);
});

it('names those that there are when it is asked for another', () => {
  const numbers = registry<() => number>('Number', { one, two });
  expect(() => numbers.get('three')).toThrow(
    'createNumber: wanted one of one, two, got "three" (registerNumber adds to them)',
  );
  expect(() => numbers.get('constructor')).toThrow('wanted one of one, two');
});

it('takes the same factory twice, and no other of its name', () => {
  const numbers = registry<() => number>('Number', { one });
  expect(() => numbers.register('one', one)).not.toThrow();
  expect(() => numbers.register('one', two)).toThrow('registerNumber: "one" is taken by another factory');
});
