// `npm test`: everything a change must pass, on a machine with nothing but Node, npm and git.
import { install } from './install.mjs';
import { main, tool } from './lib/process.mjs';

await main(async (args) => {
  await install();
  await tool('turbo', ['run', 'generate']);
  await tool('@biomejs/biome', ['check', '.'], { command: 'biome' });
  await tool('knip', []);
  await tool('typescript', ['--noEmit'], { command: 'tsc' });
  await tool('vitest', ['run', ...args]);
});
