import { DataError } from '@pixelrnn/data';
import { DivergedError } from '@pixelrnn/trainer';
import { expect, it } from 'vitest';
import { asExperiment, ExperimentError } from './experiment-error.ts';

const thrown = (error: Error) =>
  asExperiment(() => {
    throw error;
  }).catch((caught) => caught);

it('makes the errors of data and training those of the experiment, and hands others on', async () => {
  for (const error of [new DataError('a file is damaged'), new DivergedError(3, 'the loss is NaN')])
    expect(await thrown(error)).toMatchObject({ name: 'ExperimentError', message: error.message, cause: error });
  for (const error of [new ExperimentError('known'), new TypeError('a bug')]) expect(await thrown(error)).toBe(error);
  expect(await asExperiment(() => 3)).toBe(3);
});
