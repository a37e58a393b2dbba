import { layerContract } from '@pixelrnn/testing';
import { describe, it } from 'vitest';
import { createLayer } from '../src/index.ts';
import { LAYER_CASES } from './layer-table.ts';

for (const { title, layer, ...promise } of LAYER_CASES)
  layerContract(title, layer, { describe, it, createLayer, ...promise });
