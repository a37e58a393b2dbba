import { digits } from '@pixelrnn/data';
import { registerDataset } from '@pixelrnn/data/node';
import { expect, it } from 'vitest';
import { openSession } from './begin-run.ts';
import { ALONE_RANKS } from './ranks/ranks.ts';
import { inFolder, tinyRecipe } from './tiny-run.fixture.ts';

it('tells what is to be known of the data before it begins', () =>
  inFolder(async (out) => {
    registerDataset('noted', () => ({
      ...digits({ binarize: 'threshold' }),
      notes: ['none to validate', '3 left out'],
    }));
    const lines: string[] = [];
    const recipe = tinyRecipe({ dataset: { name: 'noted' } });
    await openSession({ out, recipe, ranks: ALONE_RANKS, onWarning: (line) => lines.push(line) });
    expect(lines).toEqual(['digits: none to validate', 'digits: 3 left out']);
  }));
