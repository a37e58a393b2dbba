import type { Likelihood } from '@pixelrnn/core';

/** The probabilities of the levels of one channel at one pixel of every image, computed for all images when one is asked for. */
export interface Distributions {
  /** Goes to a channel of a pixel. @param outputs [count, outputs] @param pixel [count, C], of which earlier channels are read */
  move(outputs: Float32Array, channel: number, pixel: Float32Array): void;
  /** [L] of one image, at a temperature; valid until `move`. */
  of(image: number, temperature: number): Float32Array;
}

/** What is known at one temperature: the probabilities [count, L], by image, and of which move they are. */
interface Table {
  readonly values: Float32Array;
  readonly rows: readonly Float32Array[];
  move: number;
}

/** Temperatures whose tables are kept: the one drawn at, and the one scored at. */
const KEPT = 2;

export function distributions(likelihood: Likelihood, count: number): Distributions {
  const { levels } = likelihood;
  const tables = new Map<number, Table>();
  let [outputs, pixel]: Float32Array[] = [new Float32Array(0), new Float32Array(0)];
  let [channel, moves] = [0, 0];

  function table(temperature: number): Table {
    const values = new Float32Array(count * levels);
    const rows = Array.from({ length: count }, (_, b) => values.subarray(b * levels, (b + 1) * levels));
    const made = { values, rows, move: 0 };
    for (const other of [...tables.keys()].slice(KEPT - 1)) tables.delete(other);
    tables.set(temperature, made);
    return made;
  }

  function fill({ values, rows }: Table, temperature: number): void {
    if (likelihood.pmfs) values.set(likelihood.pmfs(outputs, channel, pixel, temperature));
    else
      for (let b = 0; b < count; b++)
        rows[b].set(likelihood.pmf(part(outputs, b), channel, part(pixel, b), temperature));
  }

  const part = (all: Float32Array, b: number) => {
    const size = all.length / count;
    return all.subarray(b * size, (b + 1) * size);
  };

  return {
    move(...to) {
      [outputs, channel, pixel] = to;
      moves++;
    },
    of(image, temperature) {
      const own = tables.get(temperature) ?? table(temperature);
      if (own.move !== moves) fill(own, temperature);
      own.move = moves;
      return own.rows[image];
    },
  };
}
