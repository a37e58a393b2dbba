// A thread that draws images of any model that `createModel` knows; see `withSamplingWorkers`.
import { parentPort } from 'node:worker_threads';
import { serveSampling } from '@pixelrnn/generate';
import { createModel } from '@pixelrnn/models';

serveSampling(createModel, parentPort!);
