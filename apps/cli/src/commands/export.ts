import { join } from 'node:path';
import { leaves } from '@pixelrnn/core';
import { writeFileAtomic } from '@pixelrnn/data/node';
import type { NamedArray, NamedArrays, Run } from '@pixelrnn/experiment';
import * as tf from '@tensorflow/tfjs-core';
import { defineCommand } from '../define-command.ts';
import { choice } from '../flags.ts';
import { openRunOf, type RunFlags, withRunFlags } from '../open-run.ts';
import { WEIGHTS_FORMATS, type WeightsFormat } from '../weights-files.ts';

interface ExportFlags extends RunFlags {
  readonly format: WeightsFormat;
  readonly out?: string;
}

const FORMATS = Object.keys(WEIGHTS_FORMATS) as WeightsFormat[];

/** `pixelrnn export`: writes the parameters that a run is judged by in a format of other programs. */
export const exportCommand = defineCommand<ExportFlags>({
  name: 'export',
  arguments: '<run>',
  summary: 'Write the (averaged) parameters of a run and its model config for other programs.',
  examples: ['export runs/row --format safetensors', 'export runs/row --format tfjs --out site/model'],
  flags: (command) =>
    withRunFlags(command)
      .requiredOption('--format <name>', `one of ${FORMATS.join(', ')}`, choice(FORMATS))
      .option('--out <folder>', 'where to write the files (default: <run>/export)'),
  async run(session, flags, folder) {
    await session.backend('cpu');
    const run = await openRunOf(session, flags, folder);
    const tensors = await readTensors(run);
    const files = WEIGHTS_FORMATS[flags.format]({ tensors, config: run.model.config });
    const out = flags.out ?? join(folder, 'export');
    const written = Object.keys(files).map((name) => join(out, name));
    for (const [name, content] of Object.entries(files)) await writeFileAtomic(join(out, name), content);
    return {
      result: { format: flags.format, step: run.state.step, parameters: run.config.parameters, files: written },
      text: written.join('\n'),
    };
  },
});

async function readTensors(run: Run): Promise<NamedArrays> {
  const params = run.params();
  const named = new Map<string, NamedArray>();
  for (const [name, tensor] of leaves<tf.Tensor>(params)) {
    named.set(name, { shape: tensor.shape, values: await tensor.data<'float32'>() });
  }
  tf.dispose(params as tf.TensorContainer);
  return named;
}
