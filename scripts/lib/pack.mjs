import path from 'node:path';
import { tool } from './process.mjs';
import { workspace } from './workspace.mjs';

/** Builds every package and packs it into `folder`: the files that would be published. */
export async function pack(folder) {
  await tool('turbo', ['run', 'build']);
  const packed = [];
  for (const { folder: source, manifest } of workspace().filter(({ manifest }) => !manifest.private)) {
    const tarball = path.join(folder, `${path.basename(source)}.tgz`);
    await tool('pnpm', ['-C', source, 'pack', '--out', tarball], { capture: true });
    packed.push({ name: manifest.name, tarball });
  }
  return packed;
}
