import { arch, cpus, platform, totalmem } from 'node:os';
import type { BackendReport } from '@pixelrnn/backends';
import { dataFolder } from '@pixelrnn/data/node';
import { defineCommand } from '../define-command.ts';
import type { GlobalFlags } from '../flags.ts';
import { table } from '../format.ts';
import { version } from '../version.ts';

/** `pixelrnn doctor`: which backends were tried, what started, why the others did not, and what they run on. */
export const doctorCommand = defineCommand<GlobalFlags>({
  name: 'doctor',
  summary: 'Show which backends start here, why others do not, and what they run on.',
  examples: ['doctor', 'doctor --backend wasm --json'],
  async run(session) {
    const report = await session.backend();
    const result = { ...report, environment: environment() };
    return { result, text: describeReport(report) };
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

function describeReport({ backend, tried, fused }: BackendReport): string {
  const attempts = tried.map(({ name, ok, reason, version, detail }): [string, string] => [
    name,
    ok ? ['started', version, detail].filter(Boolean).join(', ') : `not started: ${reason}`,
  ]);
  return [
    table(Object.entries(environment())),
    `\nBackends, in the order tried\n${table(attempts)}`,
    `\nIn use: ${backend}, with ${fused.length} fused kernels${fused.length > 0 ? `: ${fused.join(', ')}` : ''}`,
  ].join('\n');
}
