// `node own-training.mjs <run folder> [step]`: trains own-recipe.json, or goes on with it. With a step, the process dies there, as by a power cut.
import { useBackend } from '@pixelrnn/backends';
import { resolveRecipe, trainRun } from '@pixelrnn/experiment';
import './own-parts.mjs';

const [out, dieAt] = process.argv.slice(2);
const recipe = await resolveRecipe('own-recipe.json');
const backend = await useBackend('auto');
const powerCut = { onStep: ({ step }) => void (step === Number(dieAt) && process.kill(process.pid, 'SIGKILL')) };
const { stopped, steps, valid } = await trainRun({ out, recipe, resume: true, backend, callbacks: [powerCut] });
console.log(stopped ?? `${steps} steps on ${backend.backend}: ${valid.nats.toFixed(2)} nats`);
