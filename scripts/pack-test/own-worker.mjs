// A thread that draws and codes images of models with parts of your own: they are imported where the model is built.
import { parentPort } from 'node:worker_threads';
import { serveCoding } from '@pixelrnn/codec';
import { serveSampling } from '@pixelrnn/generate';
import { createModel } from '@pixelrnn/models';
import './own-parts.mjs';

serveSampling(createModel, parentPort);
serveCoding(createModel, parentPort);
