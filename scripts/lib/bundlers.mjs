// The bundlers that most pages are built with. Each bundles a program of a folder as its users do, without a setting of its own, and
// refuses whatever it would warn of.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import webpack from 'webpack';

const html = (script) => `<!doctype html><script type="module" src="${script}"></script>`;

/** Each builds the page `entry` (a file of `folder`) and writes it, with its `index.html`, to `out`. */
export const BUNDLERS = {
  async vite(folder, entry, out) {
    await writeFile(path.join(folder, 'index.html'), html(`/${entry}`));
    const onwarn = ({ message }) => {
      throw new Error(`vite: ${message}`);
    };
    const build = { outDir: out, emptyOutDir: true, rollupOptions: { onwarn }, chunkSizeWarningLimit: 10_000 };
    await vite({ root: folder, configFile: false, logLevel: 'warn', build });
  },

  async webpack(folder, entry, out) {
    const stats = await new Promise((resolve, reject) => {
      const options = { context: folder, entry: `./${entry}`, mode: 'production', performance: { hints: false } };
      const output = { path: out, filename: 'page.js' };
      // To make the bundle small takes most of the time and is not our work.
      webpack({ ...options, output, optimization: { minimize: false } }, (error, result) =>
        error ? reject(error) : resolve(result),
      );
    });
    if (stats.hasErrors() || stats.hasWarnings())
      throw new Error(`webpack: ${stats.toString({ all: false, errors: true, warnings: true })}`);
    await writeFile(path.join(out, 'index.html'), html('page.js'));
  },

  async esbuild(folder, entry, out) {
    await mkdir(out, { recursive: true });
    const { warnings } = await esbuild({
      entryPoints: { page: path.join(folder, entry) },
      bundle: true,
      format: 'esm',
      splitting: true,
      outdir: out,
      logLevel: 'silent',
    });
    if (warnings.length > 0) throw new Error(`esbuild: ${warnings.map(({ text }) => text).join('; ')}`);
    await writeFile(path.join(out, 'index.html'), html('page.js'));
  },
};
