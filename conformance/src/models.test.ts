// C1 (gradients respect the order), C3 (future overwritten), C16 (Σ p = 1), C18, C19, C22, C24, C25, C28, C30 for every network:
// the contract names them one by one.
import { createModel } from '@pixelrnn/models';
import { modelContract } from '@pixelrnn/testing';
import { describe, it } from 'vitest';
import { BINARY, GREY, imageName, NETWORKS, RGB, TINY } from './models.ts';

for (const { name, build } of NETWORKS) {
  for (const image of [BINARY, GREY, RGB])
    modelContract(`${name} ${imageName(image)}`, build(image), { describe, it, createModel, exhaustive: false });
  for (const image of TINY) modelContract(`${name} ${imageName(image)}`, build(image), { describe, it, createModel });
}
