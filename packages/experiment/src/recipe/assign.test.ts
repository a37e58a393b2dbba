import { describe, expect, it } from 'vitest';
import { assign } from './assign.ts';

const target = { optimizer: { name: 'adam', learningRate: 1 }, schedule: [{ name: 'warm-up', steps: 1 }], ema: null };

describe('assign', () => {
  it.each<[string, object]>([
    ['optimizer.learningRate=0.01', { optimizer: { name: 'adam', learningRate: 0.01 } }],
    ['schedule.0.steps=50', { schedule: [{ name: 'warm-up', steps: 50 }] }],
    ['schedule=[]', { schedule: [] }],
    ['ema.decay=0.99', { ema: { decay: 0.99 } }],
    ['optimizer={"name":"rmsprop"}', { optimizer: { name: 'rmsprop' } }],
    ['optimizer.name=rmsprop', { optimizer: { name: 'rmsprop' } }],
    ['optimizer.name=adam', { optimizer: { name: 'adam', learningRate: 1 } }],
    ['seed=a=b', { seed: 'a=b' }],
    ['preset=', { preset: '' }],
  ])('%s', (assignment, changed) => {
    const before = structuredClone(target);
    expect(assign(target, [assignment])).toEqual({ ...target, ...changed });
    expect(target).toEqual(before);
  });

  it('gives options to the name that is set with them, on whichever side they stand', () => {
    const optimizer = { name: 'rmsprop', learningRate: 0.1 };
    for (const assignments of [
      ['optimizer.name=rmsprop', 'optimizer.learningRate=0.1'],
      ['optimizer.learningRate=0.1', 'optimizer.name=rmsprop'],
    ])
      expect(assign(target, assignments)).toEqual({ ...target, optimizer });
    expect(assign(target, ['seed=1', 'seed=2'])).toEqual({ ...target, seed: 2 });
  });

  it('says what it wanted', () => {
    expect(() => assign(target, ['seed'])).toThrow('--set: wanted key=value, got "seed"');
    expect(() => assign(target, ['=3'])).toThrow('wanted key=value');
    expect(() => assign(target, ['optimizer.name.x=3'])).toThrow(
      'optimizer.name.x goes through "adam", which has no keys',
    );
  });

  it('does not reach the prototype', () => {
    assign(target, ['__proto__.polluted=1']);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});
