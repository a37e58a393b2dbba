import { homedir } from 'node:os';
import { join } from 'node:path';
import { machine, TENSORFLOW_VERSION, TFJS_NODE_VERSION } from './releases.ts';

/** The folder below which TensorFlow is installed: `cacheDir`, else `PIXELRNN_CACHE`, `XDG_CACHE_HOME` or `~/.cache`. */
export function tensorflowRoot(cacheDir?: string, env: NodeJS.ProcessEnv = process.env): string {
  const cache = cacheDir ?? env.PIXELRNN_CACHE ?? env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(cache, 'pixelrnn', 'tensorflow');
}

/** The folder of one installation. Its name holds everything that decides what is inside. */
export function tensorflowHome(root: string, gpu = false): string {
  return join(root, `${machine(gpu)}-tensorflow-${TENSORFLOW_VERSION}-tfjs-node-${TFJS_NODE_VERSION}`);
}

/** The folder of tfjs-node inside an installation. */
export function tfjsNodeFolder(home: string): string {
  return join(home, 'node_modules', '@tensorflow', 'tfjs-node');
}
