// The contract of every layer once more with the code that trains: on each backend that starts here, with our fused kernels.
import { BACKENDS, type BackendName } from '@pixelrnn/backends';
import { createLayer } from '@pixelrnn/layers';
import { layerContract } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, it } from 'vitest';
import { LAYER_CASES, promiseOf } from './layers.ts';
import { startBefore, tagsOn } from './start.ts';

/** Without kernels of ours: layers.test.ts. */
const PLAIN = 'cpu';

/**
 * In software, WebGPU takes half a minute for a layer and seven for the network; a program in grey differs from that in colour by its
 * numbers alone.
 */
const casesOn = (backend: BackendName) =>
  backend === 'webgpu' ? LAYER_CASES.filter(({ groups, isNetwork }) => groups === 3 || isNetwork) : LAYER_CASES;

afterAll(() => tf.setBackend('cpu'));

for (const backend of BACKENDS.filter((name) => name !== PLAIN))
  describe(backend, { tags: tagsOn(backend) }, () => {
    const missing = startBefore(backend);
    const onBackend = (title: string, body: () => Promise<void>) =>
      it(title, ({ skip }) => (missing() === undefined ? body() : skip(missing())));

    for (const layerCase of casesOn(backend)) {
      const { title, layer, isNetwork } = layerCase;
      describe(title, { tags: isNetwork ? ['slow'] : [] }, () => {
        layerContract(layer.name, layer, { describe, it: onBackend, createLayer, ...promiseOf(layerCase) });
      });
    }
  });
