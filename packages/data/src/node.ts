export { IMAGE_FOLDER_DEFAULTS, imageFolder } from './catalog/image-folder/image-folder.ts';
export type { ImageFolderOptions } from './catalog/image-folder/image-folder-options.ts';
export { isImageFile, isPicture } from './catalog/image-folder/list-images.ts';
export { type ImageReader, type Look, type Pixels, readImages } from './catalog/image-folder/read-image.ts';
export { type ImageSurvey, surveyImages } from './catalog/image-folder/survey-images.ts';
export {
  type DatasetFactory,
  type DatasetHost,
  type DatasetOptions,
  datasetNames,
  openDataset,
  registerDataset,
  usesDataFolder,
} from './catalog/open-dataset.ts';
export {
  FETCHABLE,
  type FetchOptions,
  type FetchProgress,
  type FetchResult,
  fetchDataset,
} from './fetch/fetch-dataset.ts';
export { type DataFolderOptions, dataFolder } from './files/data-folder.ts';
export { type DatasetFiles, datasetFiles } from './files/dataset-files.ts';
export { decodeImage } from './formats/decode-image.ts';
export { decodeJpeg } from './formats/jpeg.ts';
export { decodePng } from './formats/png/decode-png.ts';
export { pngLosses } from './formats/png/png-losses.ts';
export { type Fit, fitRaster, type Raster, withChannels } from './images/raster.ts';
export { type Mask, readMask } from './images/read-mask.ts';
export { type PackOptions, packDataset } from './pack/pack-dataset.ts';
export type { PackHead, PackIndex } from './pack/pack-format.ts';
export { PACKED_DEFAULTS, type PackedOptions, packed } from './pack/packed.ts';
export { verifyPack } from './pack/verify-pack.ts';
export { type PackPart, writePack } from './pack/write-pack.ts';
