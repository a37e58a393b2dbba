export { type DataFolderOptions, dataFolder } from './data-folder.ts';
export { FETCHABLE, type FetchOptions, type FetchProgress, type FetchResult, fetchDataset } from './fetch-dataset.ts';
export { IMAGE_FOLDER_DEFAULTS, type ImageFolderOptions, imageFolder } from './image-folder.ts';
export { DATASET_DEFAULTS, DATASETS, type DatasetName, type DatasetOptions, openDataset } from './open-dataset.ts';
export { decodePng } from './png.ts';
export { type Fit, fitRaster, type Raster, withChannels } from './raster.ts';
