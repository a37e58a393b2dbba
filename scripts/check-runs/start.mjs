// Starts a run in each folder that it is told, and answers how that went.
import { trainRun } from '../../packages/experiment/dist/index.js';
import { recipe } from './run.mjs';

process.on('message', async (out) => {
  const told = trainRun({ out, recipe: recipe({ steps: 2 }) });
  process.send(
    await told.then(
      ({ step }) => ({ trained: step }),
      ({ message }) => ({ refused: message }),
    ),
  );
});
process.on('disconnect', () => process.exit());
process.send('ready');
