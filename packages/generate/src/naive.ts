import { dimensions, type GenerativeModel, type HostContext } from '@pixelrnn/core';
import type { WalkSource } from './walk.ts';

/**
 * Likelihood parameters [count, H, W, outputs] of images [count, H, W, C], by a full pass of the network.
 * @param context what the images are conditioned on, what is drawn before the first pixel included
 */
export type Conditionals = (images: Float32Array, count: number, context: HostContext) => Promise<Float32Array>;

/**
 * The oracle of every prepared model: runs the whole network again for each request, H·W·C passes in all for an RGB image under a softmax.
 */
export function naive(
  { image, likelihood }: Pick<GenerativeModel, 'image' | 'likelihood'>,
  conditionals: Conditionals,
): WalkSource {
  const { channels } = image;
  const { outputs } = likelihood;
  return {
    open({ batch, height, width }, context) {
      const images = new Float32Array(batch * dimensions({ height, width, channels }));
      let row = 0;
      const start = (b: number, column: number) => (b * height + row) * width + column;
      const write = (column: number, pixel: Float32Array) => {
        for (let b = 0; b < batch; b++)
          images.set(pixel.subarray(b * channels, (b + 1) * channels), start(b, column) * channels);
      };
      return {
        advancesUnasked: true,
        beginRow(index) {
          row = index;
        },
        async at(column, pixel) {
          write(column, pixel);
          const all = await conditionals(images, batch, context);
          const own = new Float32Array(batch * outputs);
          for (let b = 0; b < batch; b++)
            own.set(all.subarray(start(b, column) * outputs).subarray(0, outputs), b * outputs);
          return own;
        },
        advance: write,
        dispose: () => {},
      };
    },
  };
}
