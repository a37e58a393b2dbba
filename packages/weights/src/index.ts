export type { FloatType } from './float-bytes.ts';
export { WEIGHTS_FORMATS, type WeightsFormat } from './formats.ts';
export { type LoadOptions, loadPretrained, type Pretrained, type RunFiles } from './load-pretrained.ts';
export type { ExportedModel, NamedArray, NamedArrays } from './named-arrays.ts';
export { countValues, differencesFrom, nameVector, vectorOf } from './named-vector.ts';
export { decodeSafetensors, encodeSafetensors } from './safetensors.ts';
export { decodeTfjs, encodeTfjs } from './tfjs-weights.ts';
export { WeightsError } from './weights-error.ts';
export { weightsTree } from './weights-tree.ts';
