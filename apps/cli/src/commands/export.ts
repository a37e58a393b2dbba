import { join } from 'node:path';
import { exportRun, type Run } from '@pixelrnn/experiment';
import { writeFileAtomic } from '@pixelrnn/files';
import { choice, UsageError } from '@pixelrnn/shell';
import { type FloatType, WEIGHTS_FORMATS, type WeightsFormat } from '@pixelrnn/weights';
import { defineCommand } from '../define-command.ts';
import { openRunOf, type RunFlags, withRunFlags } from '../open-run.ts';
import { refuseStdout } from '../output.ts';

interface ExportFlags extends RunFlags {
  readonly format: Format;
  readonly out?: string;
  readonly half?: boolean;
}

/** `run`: a run folder again, without what only training needs. */
type Format = WeightsFormat | 'run';
const FORMATS = [...(Object.keys(WEIGHTS_FORMATS) as WeightsFormat[]), 'run'] as const;

/** `pixelrnn export`: writes the parameters that a run is judged by in a format of other programs. */
export const exportCommand = defineCommand<ExportFlags>({
  arguments: '<run>',
  examples: [
    'export runs/row --format safetensors',
    'export runs/row --format tfjs --out site/model',
    'export runs/row --format run --out published/row',
  ],
  flags: (command) =>
    withRunFlags(command)
      .requiredOption('--format <name>', `one of ${FORMATS.join(', ')}`, choice(FORMATS))
      .option('--out <folder>', 'where to write the files (default: <run>/export)')
      .option('--half', 'in 16 bits: half the bytes, rounded to 11 bits (safetensors, run)'),
  async run(context, flags, folder) {
    if (flags.half && flags.format === 'tfjs') throw new UsageError('--half: wanted --format safetensors or run');
    if (flags.out !== undefined) refuseStdout('--out', flags.out, 'a folder');
    await context.backend('cpu');
    const run = await openRunOf(context, flags, folder);
    const out = flags.out ?? join(folder, 'export');
    const written = await write(run, flags.format, out, flags.half ? 'F16' : 'F32');
    return {
      result: { format: flags.format, step: run.state.step, parameters: run.config.parameters, files: written },
      text: written.join('\n'),
    };
  },
});

/** Returns the files, or the folder of a run. */
async function write(run: Run, format: Format, out: string, dtype: FloatType): Promise<string[]> {
  if (format === 'run') {
    await exportRun(run, out, dtype);
    return [out];
  }
  const files = WEIGHTS_FORMATS[format]({ tensors: run.arrays, config: run.model.config, dtype });
  for (const [name, content] of Object.entries(files)) await writeFileAtomic(join(out, name), content);
  return Object.keys(files).map((name) => join(out, name));
}
