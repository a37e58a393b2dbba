import { type Communicator, together } from '@pixelrnn/cluster';
import { sliceContext } from '@pixelrnn/core';
import { type SampleOptions, type Samples, slicesOf } from '@pixelrnn/generate';

/**
 * Images of which each rank draws a slice by their numbers: the same for any number of ranks.
 *
 * @returns all of them, on every rank
 */
export async function drawTogether(
  cluster: Communicator,
  options: SampleOptions,
  draw: (part: SampleOptions) => Promise<Samples>,
): Promise<Samples> {
  const { rank, size } = cluster;
  if (size === 1) return draw(options);
  const { count, context } = options;
  // Where there are fewer images than ranks, the last ones draw the last image once more, and nobody takes it.
  const slices = slicesOf(count, Math.min(size, count));
  const own = slices[Math.min(rank, slices.length - 1)];
  const samples = await together(cluster, () =>
    draw({ ...options, ...own, context: context && sliceContext(context, count, own.first, own.count) }),
  );
  /** Of all ranks, one after the other. */
  const joined = ({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): ArrayBuffer => {
    const parts = cluster.gather(new Uint8Array(buffer, byteOffset, byteLength)).slice(0, slices.length);
    return new Uint8Array(Buffer.concat(parts)).buffer;
  };
  return {
    ...samples,
    images: new Float32Array(joined(samples.images)),
    nats: new Float64Array(joined(samples.nats)),
  };
}
