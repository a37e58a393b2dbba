// `<run folder>`: goes on with a run that saves at every step, and says from which step, and each that is saved.
import { trainRun } from '../../packages/experiment/dist/index.js';
import { recipe } from './run.mjs';

const teller = {
  name: 'teller',
  onStart: ({ step }) => process.send({ from: step }),
  onCheckpoint: ({ step }) => process.send({ saved: step }),
};
const out = process.argv[2];
await trainRun({ out, recipe: recipe({ hidden: 48, steps: 1_000_000 }), resume: true, callbacks: [teller] });
