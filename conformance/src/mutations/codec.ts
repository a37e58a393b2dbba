import type { Mutation } from '../mutations.ts';

const CODEC = 'packages/codec/src';
const CODER_TEST = `${CODEC}/range-coder.test.ts`;
const COMPRESS_TEST = 'packages/codec/test/compress.test.ts';
const DAMAGE_TEST = 'packages/codec/test/damage.test.ts';

/** Entropy coding, and the files that it ends in. */
export const CODEC_MUTATIONS: readonly Mutation[] = [
  {
    name: 'carry-stops-at-the-first-byte',
    bug: 'a carry that does not go on through bytes of ones',
    file: `${CODEC}/range-coder.ts`,
    from: 'while (bytes[last] === 0xff) bytes[last--] = 0;',
    to: '',
    test: CODER_TEST,
    title: 'carries through bytes of ones',
  },
  {
    name: 'frequency-of-zero',
    bug: 'C32: a level that the model thinks impossible cannot be coded',
    file: `${CODEC}/quantize.ts`,
    from: 'const frequency = 1 + Math.floor(pmf[level] * spare);',
    to: 'const frequency = Math.max(1, Math.round(pmf[level] * total)) - (pmf[level] === 0 ? 1 : 0);',
    test: `${CODEC}/quantize.test.ts`,
    title: 'does so for one sure level',
  },
  {
    name: 'last-frequency-assumed',
    bug: '17: the last cumulative frequency is taken for the total, whatever the others leave',
    file: `${CODEC}/quantize.ts`,
    from: 'into[likeliest + 1] += left;',
    to: '',
    test: `${CODEC}/quantize.test.ts`,
    title: 'gives each of three equal levels a third',
  },
  {
    name: 'level-out-of-range-is-coded',
    bug: '17: a symbol out of range corrupts the stream in silence',
    file: `${CODEC}/range-coder.ts`,
    from: 'if (!(frequency >= 1 && level >= 0))',
    to: 'if (false)',
    test: CODER_TEST,
    title: 'refuses level 2 of two',
  },
  {
    name: 'decoder-reads-zeros-for-ever',
    bug: 'a stream that was cut goes on with zeros',
    file: `${CODEC}/range-coder.ts`,
    from: 'if (next === bytes.length + WINDOW)',
    to: 'if (false)',
    test: CODER_TEST,
    title: 'tells that there is no more',
  },
  {
    name: 'no-end-without-a-byte',
    bug: 'a stream that ends with a carry, which takes no byte, is taken for one that was cut',
    file: `${CODEC}/range-coder.ts`,
    from: 'if (next === bytes.length + WINDOW)',
    to: 'if (next === bytes.length + WINDOW - 1)',
    test: CODER_TEST,
    title: 'ends with a carry',
  },
  {
    name: 'images-are-not-checked',
    bug: '17: what another machine computed differently is taken for the image',
    file: `${CODEC}/decompress.ts`,
    from: 'if (checksumOf(images) !== checksum)',
    to: 'if (false)',
    test: DAMAGE_TEST,
    title: 'with any byte changed and the checksum put right',
  },
  {
    name: 'any-weights-will-do',
    bug: 'an archive is read with other weights than it was written with',
    file: `${CODEC}/decompress.ts`,
    from: 'if (weights !== made.weights)',
    to: 'if (false)',
    test: DAMAGE_TEST,
    title: 'of another model, or of other weights',
  },
  {
    name: 'strips-below-the-image',
    bug: 'what the last strip has below the image is coded, too',
    file: `${CODEC}/code-block.ts`,
    from: 'if (all === pixels) return undefined;',
    to: 'if (all >= pixels) return undefined;',
    test: COMPRESS_TEST,
    title: 'cut an image into strips, of which',
  },
  {
    name: 'one-class-for-all-strips',
    bug: 'strips of an image are of the classes of other images',
    file: `${CODEC}/code-block.ts`,
    from: 'labels[count === 1 ? 0 : piece]',
    to: 'labels[piece]',
    test: COMPRESS_TEST,
    title: 'cut an image of a class into strips',
  },
  {
    name: 'parts-of-the-first-rows',
    bug: 'every part of an image in strips is given its first rows',
    file: `${CODEC}/compress.ts`,
    from: 'part ? part.above * part.rows * part.width * image.channels : 0',
    to: '0',
    test: 'packages/codec/test/workers.test.ts',
    title: 'gives the same bytes, costs and images whatever the number of workers',
  },
];
