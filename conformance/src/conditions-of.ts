import type { GenerativeModel, HostContext } from '@pixelrnn/core';
import { conditionsFor } from '@pixelrnn/testing';

/** Conditions for `count` images of a model: those of image number 0, 1, …, or of number `same` for all. */
export const conditionsOf = (
  { conditions, image: { height, width } }: Pick<GenerativeModel, 'conditions' | 'image'>,
  count: number,
  same?: number,
): HostContext => conditionsFor({ conditions, seed: 'conditions' }, { batch: count, height, width }, { same });
