import { describe, expect, it } from 'vitest';
import { createSchedule, registerSchedule, type ScheduleConfig } from './create-schedule.ts';

const at = (configs: ScheduleConfig[], ...steps: number[]) => steps.map(createSchedule(configs, { steps: 100 }));

describe('createSchedule', () => {
  it.each<[string, ScheduleConfig[], number[], number[]]>([
    ['nothing', [], [0, 99], [1, 1]],
    ['constant', [{ name: 'constant' }], [0, 99], [1, 1]],
    ['warm-up', [{ name: 'warm-up', steps: 4 }], [0, 1, 3, 4, 50], [0.25, 0.5, 1, 1, 1]],
    ['exponential', [{ name: 'exponential', decay: 0.5 }], [0, 1, 3], [1, 0.5, 0.125]],
    ['a step', [{ name: 'step', steps: 4, factor: 0.5 }], [0, 3, 4, 99], [1, 1, 0.5, 0.5]],
    ['linear over the run', [{ name: 'linear' }], [0, 50, 99, 100, 120], [1, 0.5, 0.01, 0, 0]],
    ['linear over its own steps', [{ name: 'linear', steps: 10 }], [0, 5, 10], [1, 0.5, 0]],
    ['cosine', [{ name: 'cosine' }], [0, 50, 100, 150], [1, 0.5, 0, 0]],
    ['a product', [{ name: 'warm-up', steps: 10 }, { name: 'linear' }], [0, 4, 50], [0.1, 0.5 * 0.96, 0.5]],
  ])('%s', (_, configs, steps, expected) => {
    expect(at(configs, ...steps)).toEqual(expected.map((factor) => expect.closeTo(factor, 12)));
  });

  it('makes what was registered, from its own options and the length of the run', () => {
    registerSchedule('halving', ({ times }, { steps }) => {
      const every = steps / ((times as number) + 1);
      return (step) => 0.5 ** Math.floor(step / every);
    });
    expect(at([{ name: 'halving', times: 3 }], 0, 24, 25, 50, 99)).toEqual([1, 1, 0.5, 0.25, 0.125]);
    expect(() => registerSchedule('linear', () => () => 1)).toThrow('registerSchedule: "linear" is taken');
  });

  it.each<[string, ScheduleConfig, string]>([
    [
      'an unknown name',
      { name: 'stairs' },
      'createSchedule: wanted one of constant, warm-up, exponential, step, linear, cosine, halving, got "stairs" (registerSchedule',
    ],
    ['an unknown option', { name: 'linear', step: 3 }, 'linear: wanted only steps, got step'],
    ['an option of one that has none', { name: 'constant', steps: 3 }, 'constant: wanted no options, got steps'],
    ['a warm-up of no length', { name: 'warm-up' } as never, 'warmUp: wanted a positive whole number for steps, got'],
    ['a decay in no steps', { name: 'cosine', steps: 0 }, 'cosine: wanted a positive whole number for steps, got 0'],
    ['a linear decay in no steps', { name: 'linear', steps: 0 }, 'linear: wanted a positive whole number for steps'],
    [
      'a step without a factor',
      { name: 'step', steps: 4 } as never,
      'step: wanted a number above 0, of at most 1, for factor',
    ],
    [
      'a growing rate',
      { name: 'exponential', decay: 1.1 },
      'exponential: wanted a number above 0, of at most 1, for decay',
    ],
  ])('refuses %s', (_, config, message) => {
    expect(() => createSchedule([config], { steps: 1 })).toThrow(message);
  });
});
