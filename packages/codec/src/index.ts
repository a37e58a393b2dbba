export { type Archive, type ArchivedImage, readArchive } from './archive.ts';
export type { EncodedPart } from './code-part.ts';
export { CodecError } from './codec-error.ts';
export type { CodingOptions } from './coding-work.ts';
export { type Compressed, type CompressOptions, compress, type LevelImage, type Share } from './compress.ts';
export {
  type DecodedImage,
  type DecodingOptions,
  decoded,
  decompress,
  type Resolve,
  readImage,
} from './decompress.ts';
export { type Fingerprint, fingerprint, modelFingerprint, type Trained } from './fingerprint.ts';
export { quantize } from './quantize.ts';
export { type Coder, rangeDecoder, rangeEncoder } from './range-coder.ts';
export { serveCoding } from './serve-coding.ts';
