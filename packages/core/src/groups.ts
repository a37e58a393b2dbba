/**
 * Colour groups. Every channel of every map belongs to one group (R, G or B of an RGB image; a single group when grey),
 * and masks let a group see only what comes before it in the order R, G, B.
 *
 * A map's groups are a plain list: `groups[channel]`. So any layout can be written down, any concatenation is a list
 * concatenation, and a mask never guesses.
 */
export type Groups = readonly number[];

/**
 * Splits `channels` into `count` contiguous blocks whose sizes differ by at most one: group(c) = ⌊c·count / channels⌋.
 * 128 channels in 3 groups are 43 + 43 + 42; the papers only say "three parts".
 */
export function contiguousGroups(channels: number, count: number): Groups {
  if (!Number.isInteger(channels) || !Number.isInteger(count) || count < 1 || channels < count)
    throw new Error(
      `contiguousGroups: wanted at least as many channels as groups, got ${channels} channels, ${count} groups`,
    );
  return Array.from({ length: channels }, (_, channel) => Math.floor((channel * count) / channels));
}

/**
 * Groups of `gates` stacked copies of a map: group(q·h + k) = group(k). One split over all gates at once would make one gate
 * "R" and another "B", and multiplying gates would then mix the colours.
 */
export const perGate = (groups: Groups, gates: number): Groups => Array.from({ length: gates }, () => groups).flat();

/** How many groups there are: 1 + the highest. */
export const groupCount = (groups: Groups): number =>
  1 + groups.reduce((highest, group) => Math.max(highest, group), 0);
