// What the release workflow runs: `version` turns the changesets into versions and changelogs, `publish` publishes what is new.
import { install } from './install.mjs';
import { main, tool } from './lib/process.mjs';

const STEPS = {
  async version() {
    await tool('@changesets/cli', ['version'], { command: 'changeset' });
    await tool('pnpm', ['install', '--lockfile-only']);
  },
  async publish() {
    await tool('turbo', ['run', 'build']);
    await tool('@changesets/cli', ['publish'], { command: 'changeset' });
  },
};

await main(async ([step]) => {
  if (!Object.hasOwn(STEPS, step))
    throw new Error(`release: wanted one of ${Object.keys(STEPS).join(', ')}, got ${step}`);
  await install();
  await STEPS[step]();
});
