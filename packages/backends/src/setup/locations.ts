import { join } from 'node:path';
import { cacheFolder } from '@pixelrnn/files';
import { machine, TENSORFLOW_VERSION, TFJS_NODE_VERSION } from './releases.ts';

/** The folder below which TensorFlow is installed: in `cacheDir`, else in the user's cache folder (see `@pixelrnn/files`). */
export function tensorflowRoot(cacheDir?: string, env: NodeJS.ProcessEnv = process.env): string {
  return join(cacheDir ? join(cacheDir, 'pixelrnn') : cacheFolder(env), 'tensorflow');
}

/** The folder of one installation. Its name holds everything that decides what is inside. */
export function tensorflowHome(root: string, gpu = false): string {
  return join(root, `${machine(gpu)}-tensorflow-${TENSORFLOW_VERSION}-tfjs-node-${TFJS_NODE_VERSION}`);
}

/** The folder of tfjs-node inside an installation. */
export function tfjsNodeFolder(home: string): string {
  return join(home, 'node_modules', '@tensorflow', 'tfjs-node');
}
