import { twoStream } from '@pixelrnn/layers';
import { checkConditions, checkStream, checkStreamBits } from '@pixelrnn/testing';
import { it } from 'vitest';

it('streams what it applies on images whose sides no scale divides, under a class, a vector and a map', async () => {
  const network = twoStream({
    inputs: 1,
    outputs: 2,
    filters: 2,
    resnets: 1,
    scales: 3,
    classes: 2,
    vector: 3,
    map: 2,
  });
  const setting = { mask: 'A', height: 6, width: 7 } as const;
  await checkStream(network, setting);
  await checkStreamBits(network, setting);
  await checkConditions(network, setting);
});
