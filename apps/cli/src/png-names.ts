import type { ArchivedImage } from '@pixelrnn/codec';

/** The files that images of an archive become: under the names that they had, or their numbers among all. */
export const pngNames = (images: readonly Pick<ArchivedImage, 'name'>[]): string[] =>
  images.map(({ name }, i) => {
    const stem = name?.replace(/\.png$/i, '') ?? `image-${String(i).padStart(String(images.length - 1).length, '0')}`;
    return `${stem}.png`;
  });

/**
 * The numbers of the first two files of a folder that would be one: disks of macOS and Windows take capitals for small letters, and those of
 * macOS a letter and its accent for the two in one.
 */
export function sameFile(names: readonly string[]): readonly [number, number] | undefined {
  const firsts = new Map<string, number>();
  for (const [i, name] of names.entries()) {
    const alike = name.normalize('NFC').toLowerCase();
    const first = firsts.get(alike);
    if (first !== undefined) return [first, i];
    firsts.set(alike, i);
  }
  return undefined;
}
