import { SetupError } from './setup-error.ts';

/** The releases that were tried together. */
export const TENSORFLOW_VERSION = '2.21.0';
export const TFJS_NODE_VERSION = '4.22.0';

/**
 * One wheel on the Python package index. The Python version only chooses among wheels that carry the same libraries,
 * so that any Python that runs pip will do.
 */
export interface Wheel {
  readonly name: string;
  readonly version: string;
  readonly pythonVersion: string;
  readonly platform: string;
  readonly sha256: string;
}

interface Release {
  readonly name: string;
  readonly platform: string;
  readonly sha256: string;
}

const RELEASES: Readonly<Record<string, Release>> = {
  'linux-x64': {
    name: 'tensorflow-cpu',
    platform: 'manylinux_2_27_x86_64',
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  },
  'linux-x64-gpu': {
    name: 'tensorflow',
    platform: 'manylinux_2_27_x86_64',
    sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
  },
  'linux-arm64': {
    name: 'tensorflow',
    platform: 'manylinux_2_27_aarch64',
    sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
  },
  'darwin-arm64': {
    name: 'tensorflow',
    platform: 'macosx_12_0_arm64',
    sha256: '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
  },
};

/** A machine as wheels are chosen by: `linux-x64`, `linux-x64-gpu`, `linux-arm64` or `darwin-arm64`. */
export function machine(gpu = false): string {
  return `${process.platform}-${process.arch}${gpu ? '-gpu' : ''}`;
}

/**
 * The wheel whose TensorFlow libraries a machine takes.
 *
 * @throws {SetupError} if there is none for it
 */
export function wheelFor(target: string): Wheel {
  const release = RELEASES[target];
  if (!release) {
    const known = Object.keys(RELEASES).join(', ');
    throw new SetupError(`setup tensorflow: no TensorFlow ${TENSORFLOW_VERSION} for ${target}, only for ${known}`);
  }
  return { ...release, version: TENSORFLOW_VERSION, pythonVersion: '3.11' };
}

/** The command that gives this machine native TensorFlow and our operations. */
export const SETUP = machine() in RELEASES ? 'pixelrnn setup tensorflow' : 'npm install @tensorflow/tfjs-node';
