// `npm test`: what a change must pass before it is shared, on a machine with nothing but Node, npm and git. What is slow and rarely
// finds more waits for `npm run check:slow`.
import { install } from './install.mjs';
import { main, tool } from './lib/process.mjs';

await main(async (args) => {
  await install();
  await tool('turbo', ['run', 'generate']);
  await tool('@biomejs/biome', ['check', '.'], { command: 'biome' });
  await tool('knip', []);
  await tool('typescript', ['--noEmit'], { command: 'tsc' });
  await tool('vitest', ['run', '--tags-filter=!slow', ...args]);
});
