// `npm run check:mutations [-- <name> …]`: makes every change of the table in conformance/src/mutations.ts, or those named, each for
// itself, and sees the test that the table names turn red.
import { startVitest } from 'vitest/node';
import { install } from './install.mjs';
import { main, tool } from './lib/process.mjs';

/** What became of one mutation: the tests that failed, and what kept them from running. */
function outcome(modules) {
  const count = (state) => modules.flatMap((module) => [...module.children.allTests(state)]).length;
  const [failed, passed] = [count('failed'), count('passed')];
  const errors = modules.flatMap((module) => module.errors()).map(({ message }) => message);
  if (failed + passed + errors.length === 0) errors.push('its test did not run');
  return { failed, errors, caught: failed > 0 && errors.length === 0 };
}

await main(async (project) => {
  await install();
  await tool('turbo', ['run', 'generate']);
  const config = 'conformance/src/mutations.config.ts';
  const vitest = await startVitest('test', [], { config, project, watch: false, reporters: [{}] });
  const modules = vitest.state.getTestModules();
  const outcomes = vitest.projects.map(({ name }) => ({
    name,
    ...outcome(modules.filter((module) => module.project.name === name)),
  }));
  for (const { message } of vitest.state.getUnhandledErrors()) console.error(`check-mutations: ${message}`);
  await vitest.close();
  for (const { name, failed, errors, caught } of outcomes)
    console.log(`${caught ? 'caught' : 'MISSED'}  ${name}: ${errors.join('; ') || `${failed} red`}`);
  const missed = outcomes.filter(({ caught }) => !caught).map(({ name }) => name);
  if (missed.length > 0)
    throw new Error(`check-mutations: wanted a red test for each, got none for ${missed.join(', ')}`);
  process.exitCode = 0; // Vitest has seen tests fail, and so they should
});
