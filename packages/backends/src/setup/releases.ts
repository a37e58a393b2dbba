import { SetupError } from '@pixelrnn/files';

/** The releases that were tried together. */
export const TENSORFLOW_VERSION = '2.21.0';
export const TFJS_NODE_VERSION = '4.22.0';

/** One file of the Python package index, which pip takes from there or from anywhere, and compares. */
export interface Pin {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/**
 * One wheel on the Python package index. The Python version only chooses among wheels that carry the same libraries,
 * so that any Python that runs pip will do.
 */
export interface Wheel extends Pin {
  readonly pythonVersion: string;
  readonly platform: string;
}

type Release = Omit<Wheel, 'version' | 'pythonVersion'>;

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

/**
 * The CUDA libraries that TensorFlow's wheel asks for (its extra `and-cuda`), for linux-x64. Of another TensorFlow they are what
 * `pip install --dry-run --ignore-installed --no-deps --only-binary :all: --report - <its nvidia packages>` finds.
 */
export const CUDA: readonly Pin[] = [
  {
    name: 'nvidia-cublas-cu12',
    version: '12.9.3.13',
    sha256: 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
  },
  {
    name: 'nvidia-cuda-cupti-cu12',
    version: '12.8.90',
    sha256: 'ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182',
  },
  {
    name: 'nvidia-cuda-nvcc-cu12',
    version: '12.9.86',
    sha256: '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
  },
  {
    name: 'nvidia-cuda-nvrtc-cu12',
    version: '12.9.86',
    sha256: '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
  },
  {
    name: 'nvidia-cuda-runtime-cu12',
    version: '12.9.79',
    sha256: '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
  },
  {
    name: 'nvidia-cudnn-cu12',
    version: '9.28.0.42',
    sha256: '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
  },
  {
    name: 'nvidia-cufft-cu12',
    version: '11.4.1.4',
    sha256: 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
  },
  {
    name: 'nvidia-curand-cu12',
    version: '10.3.10.19',
    sha256: '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
  },
  {
    name: 'nvidia-cusolver-cu12',
    version: '11.7.5.82',
    sha256: '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
  },
  {
    name: 'nvidia-cusparse-cu12',
    version: '12.5.10.65',
    sha256: '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
  },
  {
    name: 'nvidia-nccl-cu12',
    version: '2.32.3',
    sha256: 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
  },
  {
    name: 'nvidia-nvjitlink-cu12',
    version: '12.9.86',
    sha256: 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
  },
];

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
