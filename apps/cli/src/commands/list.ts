import { statSync } from 'node:fs';
import { datasetFiles, datasetNames } from '@pixelrnn/data/node';
import { RECIPES, readJournal, readRunConfig } from '@pixelrnn/experiment';
import { PRESETS, type PresetName } from '@pixelrnn/models';
import { PRETRAINED, type PretrainedName, pretrained } from '@pixelrnn/pretrained';
import { pretrainedRun } from '@pixelrnn/pretrained/node';
import { megabytes, table } from '@pixelrnn/shell';
import { withDataDir } from '../data-flags.ts';
import { defineCommand, type GlobalFlags } from '../define-command.ts';

interface ListFlags extends GlobalFlags {
  readonly dataDir?: string;
}

/** `pixelrnn list`: what there is to train, to train on, and to draw from at once. */
export const listCommand = defineCommand<ListFlags>({
  examples: ['list', 'list --json'],
  flags: withDataDir,
  async run(_, { dataDir }) {
    const presets = (Object.keys(PRESETS) as PresetName[]).map(describePreset);
    const datasets = await Promise.all(datasetNames().map((name) => describeDataset(name, dataDir)));
    const weights = await Promise.all(PRETRAINED.map(describeWeights));
    return {
      result: { presets, datasets, pretrained: weights.map(({ result }) => result) },
      text: [
        'Presets: pixelrnn train <preset>',
        table(presets.map(({ name, image, dataset, description }) => [name, `${image} · ${dataset} · ${description}`])),
        '\nData sets: pixelrnn fetch <data set>',
        table(datasets.map(({ name, state }) => [name, state])),
        '\nPretrained weights: pixelrnn sample <preset>',
        table(
          weights.map(({ result: { name, parameters, bytes }, inWords }) => [
            name,
            `${inWords} · ${parameters} parameters, ${megabytes(bytes)}`,
          ]),
        ),
      ].join('\n'),
    };
  },
});

function describePreset(name: PresetName) {
  const { description, config } = PRESETS[name];
  const { height, width, channels, levels } = config.image;
  const { paper, fast } = RECIPES[name];
  return {
    name,
    description,
    image: `${height}×${width}×${channels}, ${levels} levels`,
    dataset: paper.dataset.name,
    recipes: fast ? ['fast', 'paper'] : ['paper'],
  };
}

/** Data sets of one's own. */
const OWN: Readonly<Record<string, string>> = {
  'image-folder': 'a folder of your own',
  pack: 'what `pixelrnn pack` has written',
};

async function describeDataset(name: string, dataDir: string | undefined) {
  const files = await datasetFiles(name, { dataDir });
  if (!files) return { name, state: OWN[name] ?? 'comes with the program' };
  const { folder, bytes, missing } = files;
  const state = missing.length === 0 ? `in ${folder}` : 'not there yet';
  return { name, bytes, folder, missing, state: `${megabytes(bytes)} · ${state}` };
}

/** What was measured when the weights were published, on splits that their data have. */
async function describeWeights(name: PretrainedName) {
  const run = pretrainedRun(name);
  const [config, journal] = await Promise.all([readRunConfig(run), readJournal(run)]);
  const measured = ['valid', 'test'].flatMap((split) => {
    const entry = journal.find((each) => each.event === 'evaluate' && each.split === split);
    return entry ? [{ split, nats: Number(entry.nats), bitsPerDim: Number(entry.bitsPerDim), bound: entry.bound }] : [];
  });
  const isBinary = PRESETS[name].config.image.levels === 2;
  const inWords = measured.map(({ split, nats, bitsPerDim, bound }) => {
    const number = isBinary ? `${nats.toFixed(2)} nats` : `${bitsPerDim.toFixed(2)} bits/dim`;
    return `${bound === 'exact' ? '' : '≤ '}${number} on ${split}`;
  });
  const result = {
    name,
    parameters: config!.parameters,
    bytes: statSync(pretrained(name).weights).size,
    bound: measured[0].bound,
    ...Object.fromEntries(measured.map(({ split, nats }) => [split, nats])),
  };
  return { result, inWords: inWords.join(', ') };
}
