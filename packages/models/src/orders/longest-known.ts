/**
 * The orders that begin with the most known pixels. Where one of them begins with all that are known, so do the others, and what it draws
 * afterwards is drawn given everything known.
 *
 * @param mask of one image: 1 where a pixel is known, [H·W]
 * @param orders the pixels in each order
 * @returns numbers of orders: all of them, if nothing is known
 */
export function longestKnown(mask: Uint8Array, orders: readonly Uint32Array[]): number[] {
  const prefixes = orders.map((pixels) => {
    const first = pixels.findIndex((pixel) => mask[pixel] === 0);
    return first < 0 ? pixels.length : first;
  });
  const longest = Math.max(...prefixes);
  return prefixes.flatMap((length, k) => (length === longest ? [k] : []));
}
