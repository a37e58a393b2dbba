// A thread that draws and codes images of any model that `createModel` knows, and reads image files; see `withWorkers` and `readInThreads`.
import { parentPort } from 'node:worker_threads';
import { serveCoding } from '@pixelrnn/codec';
import { serveSampling } from '@pixelrnn/generate';
import { createModel } from '@pixelrnn/models';
import { serveReading } from './run/read-in-threads.ts';

serveSampling(createModel, parentPort!);
serveCoding(createModel, parentPort!);
serveReading(parentPort!);
