// Builds and packs every package, and checks each tarball as npm and TypeScript will read it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { install } from './install.mjs';
import { inLanes } from './lib/lanes.mjs';
import { pack } from './lib/pack.mjs';
import { main, tool } from './lib/process.mjs';

await main(async () => {
  await install();
  const folder = mkdtempSync(path.join(tmpdir(), 'pixelrnn-check-'));
  try {
    await inLanes(await pack(folder), async ({ name, tarball }) => {
      await tool('publint', ['run', tarball, '--strict'], { capture: true });
      const flags = ['--profile', 'esm-only', '--format', 'ascii'];
      await tool('@arethetypeswrong/cli', [tarball, ...flags], { command: 'attw', capture: true });
      console.log(`${name} is well packed`);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
