// C1, C3, C21 and what else a layer must keep: the contract names them one by one.
import { createLayer } from '@pixelrnn/layers';
import { layerContract } from '@pixelrnn/testing';
import { describe } from 'vitest';
import { LAYER_CASES, promiseOf } from './layers.ts';
import { unhurried } from './unhurried.ts';

for (const layerCase of LAYER_CASES)
  layerContract(layerCase.title, layerCase.layer, { describe, it: unhurried, createLayer, ...promiseOf(layerCase) });
