import { PRETRAINED, type PretrainedName } from '@pixelrnn/pretrained';
import { drawImages, pad } from './canvas.ts';
import type { Answer, Request } from './worker.ts';

const COUNT = 8;
/** The upper half. */
const KNOWN_ROWS = 14;

const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const model = byId<HTMLSelectElement>('model');
const status = byId('status');
const buttons = Array.from(document.querySelectorAll('button'));
const drawing = pad(byId('pad'), KNOWN_ROWS);

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

/** Asks the worker, one question at a time. */
async function ask(request: Omit<Request, 'model' | 'seed' | 'count'>, canvas: string, said: string): Promise<void> {
  for (const button of buttons) button.disabled = true;
  status.textContent = 'Drawing …';
  const start = performance.now();
  const answered = new Promise<Answer>((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => resolve({ error: message });
  });
  const seed = crypto.getRandomValues(new Uint32Array(1))[0];
  worker.postMessage({ ...request, model: model.value as PretrainedName, count: COUNT, seed } satisfies Request);
  const answer = await answered;
  for (const button of buttons) button.disabled = false;
  if ('error' in answer) {
    status.textContent = answer.error;
    return;
  }
  drawImages(byId(canvas), answer.images);
  byId(said).textContent = `${[...answer.nats].map((nats) => nats.toFixed(1)).join(' · ')} nats`;
  status.textContent = `${COUNT} images in ${((performance.now() - start) / 1000).toFixed(1)} s`;
}

model.append(...PRETRAINED.map((name) => new Option(name)));
model.value = 'mnist-row-lstm';
byId('sample').onclick = () => ask({}, 'samples', 'sample-nats');
byId('complete').onclick = () =>
  ask({ known: { image: drawing.levels(), rows: KNOWN_ROWS } }, 'completions', 'complete-nats');
byId('clear').onclick = () => drawing.clear();
byId('sample').click();
