import { expect, it } from 'vitest';
import { contiguousGroups } from './groups.ts';

it.each([
  [1, 3],
  [2.5, 1],
  [3, 0],
])('contiguousGroups refuses %d channels in %d groups', (channels, count) => {
  expect(() => contiguousGroups(channels, count)).toThrow(
    `contiguousGroups: wanted at least as many channels as groups, got ${channels} channels, ${count} groups`,
  );
});
