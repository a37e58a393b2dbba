// A thread that draws images of models with parts of your own: they are imported where the model is built.
import { parentPort } from 'node:worker_threads';
import { serveSampling } from '@pixelrnn/generate';
import { createModel } from '@pixelrnn/models';
import './own-parts.mjs';

serveSampling(createModel, parentPort);
