import { copyFile, cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packageFolder } from './package-folder.ts';

const WASM = '@tensorflow/tfjs-backend-wasm';
const WEBGPU = '@tensorflow/tfjs-backend-webgpu';
const DAWN = 'webgpu';
/** The file of the threads that draw, which are started by its name. */
const EXPERIMENT = '@pixelrnn/experiment';

/** Found at run time, where they are. */
const EXTERNAL = ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu', WEBGPU, DAWN, 'esbuild'];

/** What CommonJS code in an ES module misses. */
const COMMON_JS = [
  "import { createRequire as bundleRequire } from 'node:module';",
  "import { fileURLToPath as bundlePath } from 'node:url';",
  'const require = bundleRequire(import.meta.url);',
  'const __filename = bundlePath(import.meta.url);',
  "const __dirname = bundlePath(new URL('.', import.meta.url));",
].join('');

export interface AppOptions {
  readonly program: string;
  readonly folder: string;
  readonly conditions: readonly string[];
  readonly requireHeavy: NodeJS.Require;
  readonly note: (line: string) => void;
}

/**
 * The program and all its dependencies as a few files. The WebGPU backend and the threads' file, which are loaded by the names of their packages, are
 * entries of their own that share the rest: there must be one tfjs-core.
 */
export async function bundleApp({ program, folder, conditions, requireHeavy, note }: AppOptions): Promise<void> {
  const { build } = await import('esbuild');
  const webgpu = packageFolder(requireHeavy, WEBGPU) && packageFolder(requireHeavy, DAWN);
  const webgpuEntry = join('node_modules', WEBGPU, 'index');
  await build({
    entryPoints: {
      main: program,
      [join('node_modules', EXPERIMENT, 'worker')]: `${EXPERIMENT}/worker`,
      ...(webgpu && { [webgpuEntry]: requireHeavy.resolve(WEBGPU) }),
    },
    absWorkingDir: dirname(program),
    outdir: folder,
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: [...conditions],
    external: EXTERNAL,
    banner: { js: COMMON_JS },
    logLevel: 'error',
  });
  const wasm = join(packageFolder(requireHeavy, WASM)!, 'dist');
  for (const name of await readdir(wasm))
    if (name.endsWith('.wasm')) await copyFile(join(wasm, name), join(folder, name));
  await writePackage(join(folder, 'node_modules', EXPERIMENT), EXPERIMENT, { exports: { './worker': './worker.js' } });
  if (!webgpu) return note(`WebGPU is left out: the packages ${WEBGPU} and ${DAWN} are not installed`);
  await writePackage(join(folder, 'node_modules', WEBGPU), WEBGPU, { main: 'index.js' });
  await copyDawn(packageFolder(requireHeavy, DAWN)!, join(folder, 'node_modules', DAWN));
}

async function writePackage(folder: string, name: string, entry: object): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, type: 'module', ...entry }));
}

/** The package holds Dawn for every platform, each in a folder of its own; only this one's is taken. */
function copyDawn(from: string, to: string): Promise<void> {
  const platforms = join(from, 'dist');
  const own = join(platforms, `${process.platform}-${process.platform === 'darwin' ? 'universal' : process.arch}`);
  const isWanted = (path: string) => !path.startsWith(join(platforms, '/')) || path.startsWith(own);
  return cp(from, to, { recursive: true, filter: isWanted });
}
