/** A recipe that trains within a second: 4 steps on 8×8 digits. */
export const tinyRecipe = {
  model: {
    system: 'pixelRnn',
    lstm: 'row',
    image: { height: 8, width: 8, channels: 1, levels: 2 },
    layers: 1,
    hidden: 2,
    head: 2,
  },
  dataset: { name: 'digits', options: { binarize: 'threshold' } },
  optimizer: { name: 'adam', learningRate: 0.01 },
  ema: { decay: 0.9 },
  batchSize: 8,
  steps: 4,
  evaluateEvery: 4,
  evaluateImages: 20,
  checkpointEvery: 4,
  sampleEvery: 0,
};
