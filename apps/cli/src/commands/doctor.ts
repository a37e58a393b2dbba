import { arch, cpus, platform, totalmem } from 'node:os';
import { probeBackends, useBackend } from '@pixelrnn/backends';
import { checkTensorflow } from '@pixelrnn/backends/node';
import { dataFolder } from '@pixelrnn/data/node';
import { table } from '@pixelrnn/shell';
import { defineCommand, type GlobalFlags } from '../define-command.ts';
import { describeAttempts } from '../describe-attempts.ts';
import { version } from '../version.ts';

/** `pixelrnn doctor`: which backends were tried, what started, why the others did not, and what they run on. Reads all
 * bytes of the native libraries that were set up. */
export const doctorCommand = defineCommand<GlobalFlags>({
  computes: true,
  examples: ['doctor', 'doctor --backend wasm --json'],
  async run(_, { backend = 'auto', threads }) {
    // First: of what is damaged nothing is loaded then.
    const damaged = await checkTensorflow();
    const report = backend === 'auto' ? await probeBackends({ threads }) : await useBackend(backend, { threads });
    const machine = environment();
    const fused = report.fused.length > 0 ? report.fused.join(', ') : 'none';
    return {
      result: { ...report, damaged, environment: machine },
      text: [
        table(Object.entries(machine)),
        `\nBackends, in the order tried\n${describeAttempts(report).join('\n')}`,
        ...damaged.map((path) => `\nDamaged: ${path}`),
        `\nIn use: ${report.backend}\nFused kernels: ${fused}`,
      ].join('\n'),
    };
  },
});

const environment = () => ({
  pixelrnn: version,
  node: process.versions.node,
  system: `${platform()} ${arch()}`,
  cpu: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} threads`,
  memory: `${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
  dataFolder: dataFolder(),
});
