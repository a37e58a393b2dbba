import { PRETRAINED, type PretrainedName, pretrained } from '@pixelrnn/pretrained';
import { canShow, drawImages, pad } from './canvas.ts';
import type { Answer, Request, Task } from './worker.ts';

const COUNT = 8;
/** The upper half. */
const KNOWN_ROWS = 14;

const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const model = byId<HTMLSelectElement>('model');
const status = byId('status');
const controls = Array.from(document.querySelectorAll<HTMLButtonElement | HTMLInputElement>('button, input'));
const drawing = pad(byId('pad'), KNOWN_ROWS);
const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
/** The digits that were drawn last. */
let drawn = new Float32Array(0);

/** Asks the worker, one question at a time. */
async function ask(task: Task): Promise<Answer> {
  for (const control of controls) control.disabled = true;
  status.textContent = 'Working …';
  const start = performance.now();
  const answered = new Promise<Answer>((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => resolve({ error: message });
  });
  worker.postMessage({ ...task, model: model.value as PretrainedName } satisfies Request);
  const answer = await answered;
  for (const control of controls) control.disabled = false;
  status.textContent = answer.error ?? `Done in ${((performance.now() - start) / 1000).toFixed(1)} s`;
  return answer;
}

/** Shows images, and what they cost. */
function show({ images, nats }: Answer, canvas: string, said: string): void {
  if (!images) return;
  drawImages(byId(canvas), images);
  byId(said).textContent = nats ? `${[...nats].map((value) => value.toFixed(1)).join(' · ')} nats` : '';
}

const modelOf = async (name: PretrainedName) => (await (await fetch(pretrained(name).config)).json()).recipe.model;
const models = await Promise.all(PRETRAINED.map(modelOf));
model.append(...PRETRAINED.filter((_, i) => canShow(models[i])).map((name) => new Option(name)));
model.value = 'mnist-row-lstm';

const seed = () => crypto.getRandomValues(new Uint32Array(1))[0];

byId('sample').onclick = async () => {
  const answer = await ask({ draw: COUNT, seed: seed() });
  drawn = Float32Array.from(answer.images ?? drawn);
  show(answer, 'samples', 'sample-nats');
};
byId('complete').onclick = async () =>
  show(
    await ask({ draw: COUNT, seed: seed(), known: drawing.levels(), rows: KNOWN_ROWS }),
    'completions',
    'complete-nats',
  );
byId('clear').onclick = () => drawing.clear();
byId('save').onclick = async () => {
  const { archive } = await ask({ compress: drawn });
  if (!archive) return;
  const link = byId<HTMLAnchorElement>('file');
  link.href = URL.createObjectURL(new Blob([archive]));
  link.hidden = false;
  link.textContent = `digits.pxr, ${archive.length} bytes`;
};
byId<HTMLInputElement>('open').onchange = async ({ currentTarget }) => {
  const file = (currentTarget as HTMLInputElement).files?.[0];
  if (file) show(await ask({ decompress: new Uint8Array(await file.arrayBuffer()) }), 'decoded', 'open-said');
};

byId('sample').click();
