import type { Groups } from './groups.ts';

/**
 * Mask A hides a group from itself (first layer), mask B shows it (all later ones). PixelRNN §3.4 and Figure 2.
 *
 *            to R   to G     to B
 *   mask A   –      R        R, G
 *   mask B   R      R, G     R, G, B
 */
export type MaskType = 'A' | 'B';

/**
 * The part of a kernel that a causal convolution may use, for kernel height k and width w around the pixel `o`:
 *
 *   x x x x x      rows 0 … rows−2 are used in full,
 *   x x x x x
 *   x x o . .      the last row holds `last` taps and starts ⌊w/2⌋ columns left of the pixel.
 *   . . . . .
 *   . . . . .
 *
 * Only these taps are stored and computed: 13 of 25 here, 12 where mask A hides the pixel altogether.
 */
export interface Taps {
  /** Kernel rows in use, the pixel's own row included. */
  readonly rows: number;
  /** Taps in every row above the pixel's own. */
  readonly width: number;
  /** Taps in the pixel's own row; the tap at index ⌊width/2⌋, if there, is the pixel itself. */
  readonly last: number;
}

/** The taps of a 1×1 convolution. */
export const POINTWISE: Taps = { rows: 1, width: 1, last: 1 };

/** How many taps there are. */
export const tapCount = ({ rows, width, last }: Taps): number => (rows - 1) * width + last;

/** Index of the pixel's own tap, or −1 where the mask leaves it out. */
export const centreTap = (taps: Taps): number => {
  const own = Math.floor(taps.width / 2);
  return own < taps.last ? (taps.rows - 1) * taps.width + own : -1;
};

/** The visible taps of an odd kernel `[height, width]`. Mask A keeps its own pixel only where there are colours to tell apart. */
export function causalTaps([height, width]: readonly [number, number], type: MaskType, groups: number): Taps {
  if (height % 2 !== 1 || width % 2 !== 1)
    throw new Error(`causalTaps: wanted odd kernel sizes, got ${height}×${width} (an even kernel has no centre)`);
  if (type !== 'A' && type !== 'B') throw new Error(`causalTaps: wanted mask A or B, got ${type}`);
  const showsOwnPixel = type === 'B' || groups > 1;
  return { rows: (height + 1) / 2, width, last: (width - 1) / 2 + (showsOwnPixel ? 1 : 0) };
}

/** The mask of the pixel's own tap, [inputs, outputs] row-major: 1 where group(in) < group(out) (A) or ≤ (B). */
export function centreMask(type: MaskType, inputs: Groups, outputs: Groups): Float32Array {
  const mask = new Float32Array(inputs.length * outputs.length);
  inputs.forEach((from, i) => {
    outputs.forEach((to, o) => {
      mask[i * outputs.length + o] = from < to || (type === 'B' && from === to) ? 1 : 0;
    });
  });
  return mask;
}

/**
 * The mask of the visible taps, [taps, inputs, outputs]: ones, but for the pixel's own tap ({@link centreMask}).
 * Multiplying by it in the forward pass leaves masked weights without effect and without gradient.
 */
export function tapMask(taps: Taps, type: MaskType, inputs: Groups, outputs: Groups): Float32Array {
  const block = inputs.length * outputs.length;
  const mask = new Float32Array(tapCount(taps) * block).fill(1);
  const centre = centreTap(taps);
  if (centre >= 0) mask.set(centreMask(type, inputs, outputs), centre * block);
  return mask;
}
