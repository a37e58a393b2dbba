export { type Archive, type ArchivedImage, readArchive } from './archive.ts';
export { CodecError } from './codec-error.ts';
export { type Compressed, type CompressOptions, compress, type LevelImage } from './compress.ts';
export {
  type DecodedImage,
  type DecompressOptions,
  decoded,
  decompress,
  type Resolve,
  readImage,
} from './decompress.ts';
export { type Fingerprint, fingerprint, type Trained } from './fingerprint.ts';
export { quantize } from './quantize.ts';
export { type Coder, rangeDecoder, rangeEncoder } from './range-coder.ts';
