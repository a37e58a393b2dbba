// The run that `kill.test.ts` kills: bundled, then started as `node kill-child.js <out> <steps>`.
import { useBackend } from '@pixelrnn/backends';
import { tinyRecipe } from './tiny-run.fixture.ts';
import { trainRun } from './train-run.ts';

await useBackend('cpu');
const [, , out, steps] = process.argv;
const recipe = tinyRecipe({ steps: Number(steps), evaluateEvery: 7, checkpointEvery: 4, journalEvery: 3 });
await trainRun({ out, recipe, resume: true, onWarning: (line) => console.log(line) });
