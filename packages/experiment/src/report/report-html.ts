import type { Bound, Json, JsonObject } from '@pixelrnn/core';
import { boundInWords } from '../bound-in-words.ts';
import type { CheckpointState } from '../checkpoint/checkpoint.ts';
import { duration } from '../duration.ts';
import type { JournalEntry } from '../run/journal.ts';
import type { RunConfig } from '../run/run-config.ts';
import { COLORS, curves, type Point } from './figures.ts';

export interface SamplePicture {
  readonly caption: string;
  readonly png: Uint8Array;
}

export interface ReportContent {
  readonly config: RunConfig;
  readonly journal: readonly JournalEntry[];
  readonly samples: readonly SamplePicture[];
  readonly completions: readonly SamplePicture[];
  readonly state?: CheckpointState;
}

/** The page: final numbers, curves, samples over time, and the conditions. Self-contained. */
export async function reportHtml(content: ReportContent): Promise<string> {
  const { config, samples, completions } = content;
  const title = config.recipe.preset ?? String(config.recipe.model.system);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)} · PixelRNN</title>
<style>${STYLE}</style>
</head>
<body><main>
<header>
<p class="kicker">PixelRNN · training report</p>
<h1>${text(title)}</h1>
<p class="lead">${text(summary(content))}</p>
${history(content)
  .map((sentence) => `<p class="lead">${text(sentence)}</p>`)
  .join('\n')}
</header>
${numbers(content)}
${await figures(content)}
${gallery('Samples over time', samples)}
${gallery('Completions', completions)}
${evaluations(content)}
<section><h2>Conditions</h2><div class="pair">
${table('Recipe', { ...config.recipe, steps: config.steps })}
<div>${table('Data', { name: config.recipe.dataset.name, ...config.dataset })}
${table('Environment', config.environment)}</div>
</div></section>
<footer>config ${text(config.hash.slice(0, 12))} · begun ${text(config.created)}</footer>
</main></body>
</html>
`;
}

function summary({ config, state }: ReportContent): string {
  const { recipe, steps, parameters } = config;
  const done = state?.step ?? 0;
  const progress = done < steps ? `${count(done)} of ${count(steps)} steps` : `${count(steps)} steps`;
  return `${count(parameters)} parameters on ${recipe.dataset.name}, ${progress} of ${recipe.batchSize} images.`;
}

/** What a run of so many steps from the seed would not have had, a sentence each. */
function history({ config: { init, extended = [] }, state }: ReportContent): string[] {
  const began = init ? [`Began from the weights of ${init.run} at step ${count(init.step)}.`] : [];
  const longer = extended.map(
    ({ step, from, to }) => `Was given ${count(to)} steps instead of ${count(from)} at step ${count(step)}.`,
  );
  const stopped = state?.stopped === undefined ? [] : [`Stopped at step ${count(state.step)}: ${state.stopped}.`];
  return [...began, ...longer, ...stopped];
}

function numbers({ journal, state }: ReportContent): string {
  const last = journal.findLast(({ event }) => event === 'evaluation');
  const cells: [label: string, value: string, note: string][] = [];
  if (last) {
    cells.push([
      'validation',
      fixed(last.nats, 2),
      `nats an image${kindOf(last)} ± ${fixed(last.standardError, 2)} (${count(last.images)} images)`,
    ]);
    cells.push(['validation', fixed(last.bitsPerDim, 4), 'bits/dim']);
  }
  if (state?.best)
    cells.push(['best', fixed(state.best.nats, 2), `nats${kindOf(last)} at step ${count(state.best.step)}`]);
  if (state) cells.push(['time', duration(state.seconds), `${count(state.step)} steps, epoch ${state.epoch}`]);
  const items = cells.map(
    ([label, value, note]) => `<div><dt>${label}</dt><dd>${text(value)}</dd><p>${text(note)}</p></div>`,
  );
  return items.length > 0 ? `<dl class="numbers">${items.join('')}</dl>` : '';
}

async function figures({ journal }: ReportContent): Promise<string> {
  const points = (event: JournalEntry['event'], x: (entry: JournalEntry) => number): Point[] =>
    journal.filter((entry) => entry.event === event).map((entry) => ({ x: x(entry), y: Number(entry.nats) }));
  const step = (entry: JournalEntry) => entry.step;
  const minutes = (entry: JournalEntry) => Number(entry.seconds) / 60;
  if (points('step', step).length === 0) return '';
  const newest = (kind: JournalEntry['event']) => journal.findLast(({ event }) => event === kind);
  const [train, valid] = [kindOf(newest('step')), kindOf(newest('evaluation'))];
  const yLabel = `nats${valid === train || !newest('evaluation') ? train : ''}`;
  const figure = (xLabel: string, x: (entry: JournalEntry) => number) =>
    curves({ train: points('step', x), valid: points('evaluation', x), xLabel, yLabel });
  return `<section><h2>Negative log-likelihood</h2><div class="pair">
${await figure('steps', step)}
${await figure('minutes', minutes)}
</div><p class="legend"><span style="background:${COLORS.train}"></span>training batches${train}
<span style="background:${COLORS.valid}"></span>validation${valid}</p></section>`;
}

/** What numbers of the journal are that are no exact likelihoods. */
const kindOf = ({ bound, boundSamples }: JsonObject = {}): string =>
  boundInWords(bound as Bound | undefined, boundSamples as number | undefined);

function gallery(title: string, pictures: readonly SamplePicture[]): string {
  if (pictures.length === 0) return '';
  const figure = ({ caption, png }: SamplePicture) =>
    `<figure><img alt="${text(caption)}" src="data:image/png;base64,${Buffer.from(png).toString('base64')}"><figcaption>${text(caption)}</figcaption></figure>`;
  return `<section><h2>${title}</h2><div class="gallery">${pictures.map(figure).join('')}</div></section>`;
}

/** Results of `evaluateRun`. */
function evaluations({ journal }: ReportContent): string {
  const entries = journal.filter(({ event }) => event === 'evaluate');
  if (entries.length === 0) return '';
  const row = (entry: JournalEntry) =>
    `<tr><td>${text(entry.split)}${text(kindOf(entry))}</td><td>${fixed(entry.nats, 3)} ± ${fixed(entry.standardError, 3)}</td><td>${fixed(entry.bitsPerDim, 4)}</td><td>${count(entry.images)}</td><td>${count(entry.step)}</td><td>${text(entry.backend)}</td></tr>`;
  return `<section><h2>Evaluations</h2><table class="wide"><thead><tr><th>split</th><th>nats</th><th>bits/dim</th><th>images</th><th>step</th><th>backend</th></tr></thead>
<tbody>${entries.map(row).join('')}</tbody></table></section>`;
}

function table(title: string, values: JsonObject): string {
  const rows = flat(values).map(([key, value]) => `<tr><th>${text(key)}</th><td>${text(value)}</td></tr>`);
  return `<table><caption>${title}</caption>${rows.join('')}</table>`;
}

/** `optimizer.learningRate` and its value, for all leaves. */
function flat(value: Json | undefined, path = ''): [string, string][] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object') return [[path, String(value)]];
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return [[path, value.join(', ')]];
  return Object.entries(value).flatMap(([key, node]) => flat(node, path ? `${path}.${key}` : key));
}

const text = (value: unknown): string =>
  String(value).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const fixed = (value: unknown, digits: number): string => (typeof value === 'number' ? value.toFixed(digits) : '–');

const count = (value: unknown): string => (typeof value === 'number' ? value.toLocaleString('en') : '–');

const STYLE = `
:root { --ink: ${COLORS.ink}; --soft: #66727f; --line: #e4e7eb; }
* { box-sizing: border-box; }
body { margin: 0; background: #fcfcfb; color: var(--ink); font: 15px/1.55 system-ui, -apple-system, 'Segoe UI', sans-serif; }
main { max-width: 920px; margin: 0 auto; padding: 56px 24px 40px; }
h1 { margin: 0; font-size: 30px; font-weight: 600; letter-spacing: -0.02em; }
h2 { margin: 48px 0 14px; font-size: 15px; font-weight: 600; }
.kicker { margin: 0 0 6px; color: var(--soft); font-size: 13px; }
.lead { margin: 6px 0 0; color: var(--soft); }
.numbers { display: flex; flex-wrap: wrap; gap: 12px 48px; margin: 32px 0 0; padding: 20px 0; border: solid var(--line); border-width: 1px 0; }
.numbers dt { color: var(--soft); font-size: 13px; }
.numbers dd { margin: 0; font-size: 26px; font-weight: 600; font-variant-numeric: tabular-nums; letter-spacing: -0.01em; }
.numbers p { margin: 0; color: var(--soft); font-size: 12px; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 24px; align-items: start; }
.pair svg { width: 100%; height: auto; }
.legend { margin: 4px 0 0; color: var(--soft); font-size: 12px; }
.legend span { display: inline-block; width: 14px; height: 3px; margin: 0 6px 3px 12px; }
.legend span:first-child { margin-left: 0; }
.gallery { display: flex; flex-wrap: wrap; gap: 20px; align-items: flex-start; }
figure { margin: 0; }
figure img { display: block; max-width: 100%; image-rendering: pixelated; border-radius: 2px; }
figcaption { margin-top: 6px; color: var(--soft); font-size: 12px; }
table { width: 100%; border-collapse: collapse; font-size: 12.5px; margin-bottom: 20px; }
caption { padding-bottom: 6px; text-align: left; color: var(--soft); }
th, td { padding: 4px 12px 4px 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; }
table:not(.wide) th { color: var(--soft); white-space: nowrap; }
td { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
footer { margin-top: 48px; color: var(--soft); font-size: 12px; }
@media print { body { background: none; } main { padding: 0; } }
`;
