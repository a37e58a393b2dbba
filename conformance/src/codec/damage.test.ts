// Archives that were changed at random: an error, or the images that they were made of.
import { CodecError, compress, decompress } from '@pixelrnn/codec';
import { crc32, type ImageSpec, rng, toHost } from '@pixelrnn/core';
import { createModel } from '@pixelrnn/models';
import { randomParams } from '@pixelrnn/testing';
import { expect, it } from 'vitest';

const CHANGED = 10_000;

const image: ImageSpec = { height: 4, width: 3, channels: 3, levels: 256 };
const model = createModel({
  system: 'pixelCnn',
  image: { ...image },
  layers: 1,
  hidden: 4,
  head: 6,
  likelihood: { name: 'logisticMixture', config: { components: 2 } },
});

/** Bits, bytes and stretches of an archive changed, cut out and put in, after the four bytes by which it is known. */
function changed(bytes: Uint8Array, below: (n: number) => number): Uint8Array {
  const values = [...bytes];
  for (let changes = 1 + below(3); changes > 0; changes--) {
    const at = 4 + below(values.length - 4);
    const kind = below(4);
    if (kind === 0) values[at] ^= 1 << below(8);
    else if (kind === 1) values.splice(at, 1 + below(20));
    else if (kind === 2) values.splice(at, 0, ...Array.from({ length: 1 + below(20) }, () => below(256)));
    else values[at] = below(256);
  }
  return Uint8Array.from(values);
}

/** With a checksum that is right again. */
function sealed(bytes: Uint8Array): Uint8Array {
  if (bytes.length > 8) new DataView(bytes.buffer).setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)), true);
  return bytes;
}

it('C33: 10,000 changed archives give no wrong image', { tags: ['slow'] }, async () => {
  const weights = await toHost(await randomParams(model, 1));
  const random = rng('damage');
  const below = (n: number) => Math.floor(random.uniform() * n);
  const images = Array.from({ length: 3 }, () => ({
    height: 4,
    width: 3,
    levels: Uint8Array.from({ length: 36 }, () => below(256)),
  }));
  const { bytes } = await compress(model, weights, images, { block: 1 });
  const slowest = [0, 0];
  for (let i = 0; i < CHANGED; i++) {
    const kind = i % 2;
    const damaged = changed(bytes, below);
    const began = performance.now();
    const answer = await decompress(kind ? sealed(damaged) : damaged, () => ({ model, weights })).catch(
      (error) => error,
    );
    slowest[kind] = Math.max(slowest[kind], performance.now() - began);
    if (answer instanceof Error) expect(answer).toBeInstanceOf(CodecError);
    else expect(answer.map(({ levels }: { levels: Uint8Array }) => levels)).toEqual(images.map(({ levels }) => levels));
  }
  const [plain, harm] = slowest.map((ms) => ms.toFixed(0));
  console.info(`the slowest answer took ${plain} ms, with the checksum put right ${harm} ms`);
});
