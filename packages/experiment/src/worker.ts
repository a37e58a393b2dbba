// A thread that draws and codes images of any model that `createModel` knows; see `withWorkers`.
import { parentPort } from 'node:worker_threads';
import { serveCoding } from '@pixelrnn/codec';
import { serveSampling } from '@pixelrnn/generate';
import { createModel } from '@pixelrnn/models';

serveSampling(createModel, parentPort!);
serveCoding(createModel, parentPort!);
