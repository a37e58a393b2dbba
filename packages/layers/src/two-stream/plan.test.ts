import { expect, it } from 'vitest';
import { follow, planOf } from './plan.ts';

const drawing = (resnets: number, scales: number) =>
  planOf({ resnets, scales })
    .map(({ kind, scale, hasShortCut }) => `${hasShortCut ? 'merge' : kind} ${scale}`)
    .join(', ');

it('goes down and up again, with one resnet more at each scale but the deepest', () => {
  expect(drawing(1, 1)).toBe('stem 0, resnet 0, merge 0');
  expect(drawing(1, 3)).toBe(
    'stem 0, resnet 0, halve 1, resnet 1, halve 2, resnet 2, merge 2, double 1, merge 1, merge 1, double 0, merge 0, merge 0',
  );
});

it('has the 32 pairs of resnets of the published network', () => {
  const resnets = planOf({ resnets: 5, scales: 3 }).filter(({ kind }) => kind === 'resnet');
  expect(resnets.filter(({ hasShortCut }) => !hasShortCut)).toHaveLength(15);
  expect(resnets.filter(({ hasShortCut }) => hasShortCut)).toHaveLength(17);
});

it.each([
  [1, 1],
  [2, 2],
  [5, 3],
  [1, 4],
])('uses each short-cut once, at its own resolution, with %d resnets and %d scales', (resnets, scales) => {
  const used: string[] = [];
  const plan = planOf({ resnets, scales });
  follow<(typeof plan)[number]>(plan, (step, _, shortCut) => {
    if (shortCut) {
      used.push(shortCut.key);
      expect(shortCut.scale).toBe(step.scale);
    }
    return step;
  });
  expect(used.reverse()).toEqual(plan.filter(({ isRemembered }) => isRemembered).map(({ key }) => key));
});
