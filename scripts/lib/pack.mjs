import path from 'node:path';
import { inLanes } from './lanes.mjs';
import { tool } from './process.mjs';
import { workspace } from './workspace.mjs';

/** Builds every package and packs it into `folder`: the files that would be published. */
export async function pack(folder) {
  await tool('turbo', ['run', 'build']);
  const published = workspace().filter(({ manifest }) => !manifest.private);
  return inLanes(published, async ({ folder: source, manifest }) => {
    const tarball = path.join(folder, `${path.basename(source)}.tgz`);
    await tool('pnpm', ['-C', source, 'pack', '--out', tarball], { capture: true });
    return { name: manifest.name, tarball };
  });
}
