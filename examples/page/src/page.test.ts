// Builds the page from the sources, opens it in Chromium in a frame, and uses it as a person does.

import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compress } from '@pixelrnn/codec';
import { createModel } from '@pixelrnn/models';
import { PRETRAINED, pretrained } from '@pixelrnn/pretrained';
import { loadPretrained } from '@pixelrnn/weights';
import { build } from 'vite';
import { afterAll, describe, expect, it } from 'vitest';
import { chromium, NO_CHROMIUM, runPage } from '../../../scripts/lib/chromium.mjs';
import { reportMissing } from '../../../scripts/lib/required.mjs';

const root = path.join(import.meta.dirname, '..');
const out = await mkdtemp(path.join(tmpdir(), 'pixelrnn-page-'));
afterAll(() => rm(out, { recursive: true, force: true }));

/** What a person does and sees, as a page around the page. */
const PERSON = `<!doctype html><iframe src="/page/index.html" width="900" height="900"></iframe><script type="module">
  const frame = document.querySelector('iframe');
  const until = async (holds) => { while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50)); };
  const page = () => frame.contentDocument;
  const at = (id) => page().getElementById(id);
  const pixels = (id) => {
    const canvas = at(id);
    return [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data].filter((_, i) => i % 4 === 0);
  };
  const done = () => until(() => !/^(Working|$)/.test(at('status').textContent));
  const report = {};
  try {
    await until(() => page()?.getElementById('sample-nats')?.textContent);
    report.models = [...at('model').options].map(({ value }) => value);
    report.samples = pixels('samples');
    report.nats = at('sample-nats').textContent;
    const point = (type, clientX, clientY) => at('pad').dispatchEvent(
      new frame.contentWindow.PointerEvent(type, { clientX, clientY, buttons: 1, bubbles: true }));
    const { left, top } = at('pad').getBoundingClientRect();
    point('pointerdown', left + 60, top + 30);
    for (let x = 60; x < 170; x += 4) point('pointermove', left + x, top + 30);
    report.pad = pixels('pad');
    at('complete').click();
    await done();
    report.completions = pixels('completions');
    at('save').click();
    await until(() => !at('file').hidden);
    report.file = at('file').textContent;
    const open = async (url) => {
      const files = new frame.contentWindow.DataTransfer();
      files.items.add(new frame.contentWindow.File([await (await fetch(url)).arrayBuffer()], 'digits.pxr'));
      at('open').files = files.files;
      at('status').textContent = '';
      at('open').dispatchEvent(new frame.contentWindow.Event('change'));
      await done();
      report.status = at('status').textContent;
      return pixels('decoded');
    };
    report.own = await open(at('file').href);
    report.ofNode = await open('/node.pxr');
    await open('/damaged.pxr');
  } catch (error) { report.error = String(error.stack ?? error); }
  await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
</script>`;

/** A white bar, in greys. */
const BAR = Array.from({ length: 784 }, (_, i) => (i % 28 > 12 && i % 28 < 16 ? 255 : 0));

/** The bar as an archive, written here. */
async function archiveOfNode(): Promise<Uint8Array> {
  const { config, weights } = await loadPretrained(pretrained('mnist-row-lstm'));
  const levels = BAR.map((grey) => grey / 255);
  return (await compress(createModel(config), weights, [{ height: 28, width: 28, levels }])).bytes;
}

if (!chromium) reportMissing('browser', NO_CHROMIUM);

describe.skipIf(!chromium)('the page', () => {
  it('draws digits, completes what is drawn, writes archives and reads those of Node', async () => {
    const conditions = ['@pixelrnn/source', 'module', 'browser', 'production'];
    await build({ root, logLevel: 'error', resolve: { conditions }, build: { outDir: out, emptyOutDir: true } });
    const built = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const archive = await archiveOfNode();
    const files = new Map<string, Uint8Array>([
      ['/', new TextEncoder().encode(PERSON)],
      ['/node.pxr', archive],
      ['/damaged.pxr', archive.slice(0, -1)],
    ]);
    for (const { parentPath, name } of built) {
      const file = path.join(parentPath, name);
      files.set(`/page/${path.relative(out, file).replaceAll(path.sep, '/')}`, await readFile(file));
    }
    const report = (await runPage(files)) as Record<'samples' | 'pad' | 'completions' | 'own' | 'ofNode', number[]> &
      Record<'nats' | 'file' | 'status' | 'error', string> & { readonly models: string[] };
    expect(report.error).toBeUndefined();
    expect(report.models).toEqual(PRETRAINED.filter((name) => name.startsWith('mnist-') && !name.endsWith('-classes'))); // binary images of 28×28
    expect(report.nats.match(/\d+\.\d/g)).toHaveLength(8);
    const white = report.samples.filter((grey) => grey === 255).length / (8 * 784);
    expect(white > 0.05 && white < 0.25, `${white} of the pixels of digits are white`).toBe(true);
    // The first completion begins with the half that was painted, and goes on below it.
    const row = (from: number[], width: number, r: number) => from.slice(r * width, r * width + 28);
    for (let r = 0; r < 14; r++) expect(row(report.completions, 116, r)).toEqual(row(report.pad, 28, r));
    expect(report.pad.filter((grey) => grey === 255).length).toBeGreaterThan(20);
    const below = Array.from({ length: 14 }, (_, r) => row(report.completions, 116, 14 + r)).flat();
    expect(below).toContain(255);
    expect(report.file).toMatch(/^digits\.pxr, \d+ bytes$/);
    expect(report.own).toEqual(report.samples);
    for (let r = 0; r < 28; r++) expect(row(report.ofNode, 232, r)).toEqual(BAR.slice(28 * r, 28 * r + 28));
    expect(report.status).toContain('CodecError'); // of the damaged one, opened last
  });
});
