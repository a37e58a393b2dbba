// `node scripts/compare-compression.mjs <run> <image.png>… [--threads 1] [--json]`: photographs under a run, in so many threads, and under the lossless
// formats of others, in one, in bits/dim and seconds (those of an idle machine compare). The programs are Debian's: optipng, cwebp (webp), cjxl (libjxl-tools); what is missing is left out.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pixelrnnJson } from './lib/cli.mjs';
import { main } from './lib/process.mjs';

/** Each as its authors call the smallest: how to write `out` from `image`, and what it calls itself. */
const OTHERS = [
  { name: 'PNG', program: 'optipng', args: (image, out) => ['-quiet', '-o5', '-strip', 'all', '-out', out, image] },
  { name: 'WebP', program: 'cwebp', args: (image, out) => ['-quiet', '-lossless', '-z', '9', image, '-o', out] },
  {
    name: 'JPEG XL',
    program: 'cjxl',
    args: (image, out) => ['--quiet', '-d', '0', '-e', '9', '--num_threads=0', image, out],
  },
];
const EXTENSIONS = { PNG: 'png', WebP: 'webp', 'JPEG XL': 'jxl' };

const output = (program, args) => execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

function versionOf({ program }) {
  try {
    return output(program, [program === 'cwebp' ? '-version' : '--version']).split('\n')[0];
  } catch {
    return undefined;
  }
}

function timed(work) {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1000;
}

/** Sub-pixels of a colour PNG, from its header. */
function dimensionsOf(image) {
  const header = readFileSync(image).subarray(16, 24);
  return 3 * header.readUInt32BE(0) * header.readUInt32BE(4);
}

await main(async (args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, threads: { type: 'string', default: '1' } },
  });
  const [run, ...images] = positionals;
  const folder = mkdtempSync(path.join(tmpdir(), 'pixelrnn-compare-'));
  const others = OTHERS.map((other) => ({ ...other, version: versionOf(other) })).filter(({ version }) => version);
  const rows = [];
  try {
    for (const image of images) {
      const row = { image: path.basename(image) };
      for (const { name, program, args: argsOf } of others) {
        const out = path.join(folder, `${path.parse(image).name}.${EXTENSIONS[name]}`);
        const seconds = timed(() => output(program, argsOf(image, out)));
        row[name] = { bitsPerDim: (8 * statSync(out).size) / dimensionsOf(image), seconds };
      }
      const { bitsPerDim, seconds } = await pixelrnnJson([
        ...['compress', run, image, '--out', path.join(folder, 'x.pxr')],
        ...['--threads', values.threads],
      ]);
      row.pixelrnn = { bitsPerDim, seconds };
      rows.push(row);
      if (!values.json) console.log(JSON.stringify(row));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const names = [...others.map(({ name }) => name), 'pixelrnn'];
  const mean = (name, key) => rows.reduce((sum, row) => sum + row[name][key], 0) / rows.length;
  const means = names.map((name) => [name, { bitsPerDim: mean(name, 'bitsPerDim'), seconds: mean(name, 'seconds') }]);
  const versions = Object.fromEntries(others.map(({ program, version }) => [program, version]));
  console.log(JSON.stringify({ images: rows.length, versions, means: Object.fromEntries(means) }));
});
