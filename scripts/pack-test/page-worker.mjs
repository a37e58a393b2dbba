// A worker of a page that draws images: bundlers follow `new Worker(new URL('./page-worker.mjs', import.meta.url))`.
import { serveSampling } from '@pixelrnn/generate';
import { createModel } from '@pixelrnn/models';

serveSampling(createModel);
