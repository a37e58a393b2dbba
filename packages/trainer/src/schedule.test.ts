import { describe, expect, it } from 'vitest';
import { createSchedule, type ScheduleConfig } from './schedule.ts';

const at = (configs: ScheduleConfig[], ...steps: number[]) => steps.map(createSchedule(configs, { steps: 100 }));

describe('createSchedule', () => {
  it.each<[string, ScheduleConfig[], number[], number[]]>([
    ['nothing', [], [0, 99], [1, 1]],
    ['constant', [{ name: 'constant' }], [0, 99], [1, 1]],
    ['warm-up', [{ name: 'warm-up', steps: 4 }], [0, 1, 3, 4, 50], [0.25, 0.5, 1, 1, 1]],
    ['exponential', [{ name: 'exponential', decay: 0.5 }], [0, 1, 3], [1, 0.5, 0.125]],
    ['linear over the run', [{ name: 'linear' }], [0, 50, 99, 100, 120], [1, 0.5, 0.01, 0, 0]],
    ['linear over its own steps', [{ name: 'linear', steps: 10 }], [0, 5, 10], [1, 0.5, 0]],
    ['cosine', [{ name: 'cosine' }], [0, 50, 100, 150], [1, 0.5, 0, 0]],
    ['a product', [{ name: 'warm-up', steps: 10 }, { name: 'linear' }], [0, 4, 50], [0.1, 0.5 * 0.96, 0.5]],
  ])('%s', (_, configs, steps, expected) => {
    expect(at(configs, ...steps)).toEqual(expected.map((factor) => expect.closeTo(factor, 12)));
  });

  it('names what it wanted', () => {
    expect(() => createSchedule([{ name: 'step' } as unknown as ScheduleConfig], { steps: 1 })).toThrow(
      'got {"name":"step"}',
    );
  });
});
