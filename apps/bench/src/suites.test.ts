import { describe, expect, it } from 'vitest';
import { rehearsal, SUITES, selectTasks } from './suites.ts';
import { KERNEL_CASES } from './tasks/kernel-cases.ts';
import { MODEL_NAMES } from './tasks/models.ts';
import { type Task, taskName } from './tasks/task.ts';

const names = (...args: Parameters<typeof selectTasks>) => selectTasks(...args).map(taskName);

describe('suites', () => {
  it.each(SUITES)('%s names models and kernels that exist', (suite) => {
    for (const task of selectTasks(suite)) {
      if (task.kind === 'kernel') expect(KERNEL_CASES).toHaveProperty([task.kernel]);
      else expect(MODEL_NAMES).toContain(task.model);
    }
  });

  it('never name a task of one size twice', () => {
    for (const suite of SUITES) {
      const keys = selectTasks(suite).map((task) => `${taskName(task)} ${task.batch}`);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });
});

it('a rehearsal has every kind of task of its suite once, without its sizes', () => {
  for (const suite of SUITES) {
    const tasks = rehearsal(selectTasks(suite));
    const kinds = (all: readonly Task[]) =>
      new Set(all.map((task) => (task.kind === 'quality' ? task.kind : taskName(task).split('/')[0])));
    expect(kinds(tasks)).toEqual(kinds(selectTasks(suite)));
    expect(new Set(tasks.map((task) => JSON.stringify(task))).size).toBe(tasks.length);
    for (const task of tasks) expect(task.batch).toBeLessThanOrEqual(16);
  }
});

it('--only takes names and patterns, of any suite', () => {
  expect(names('quick', 'train/mnist-row-lstm,quality-2min/mnist-pixel-cnn')).toEqual([
    'train/mnist-row-lstm',
    'quality-2min/mnist-pixel-cnn',
  ]);
  expect(names('quick', 'kernel/lstm-scan-row-*')).toEqual([
    'kernel/lstm-scan-row-h16',
    'kernel/lstm-scan-row-h64',
    'kernel/lstm-scan-row-h128',
  ]);
  expect(() => names('quick', 'train/mnist')).toThrow('--only: wanted names');
});
