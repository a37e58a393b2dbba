import type { Allowed } from './arithmetic.ts';

/** The colour of a channel when `channels` are split into `groups` contiguous parts (R, G, B): ⌊channel · groups / channels⌋. */
export const colourOf = (channel: number, channels: number, groups: number): number =>
  Math.floor((channel * groups) / channels);

/** What a map of `channels` is made of: the colour of each channel, when it consists of `copies` equal maps (gates) side by side. */
export function colours(channels: number, groups: number, copies = 1): readonly number[] {
  const size = channels / copies;
  return Array.from({ length: channels }, (_, channel) => colourOf(channel % size, size, groups));
}

/**
 * The colour rule at a pixel's own position (PixelRNN §3.4): a colour may be used for the colours after it and, under mask B, for itself.
 */
export const ownPixel =
  (mask: 'A' | 'B', inputs: readonly number[], outputs: readonly number[]): Allowed =>
  (input, output) =>
    inputs[input] < outputs[output] || (mask === 'B' && inputs[input] === outputs[output]);
