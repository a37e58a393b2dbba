import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { ClusterError } from './cluster-error.ts';
import type { Flavour } from './launcher.ts';
import { addonsIn, mpiRoot } from './setup/addon.ts';

/** What {@link startRanks} starts. */
export interface StartRanksOptions {
  readonly ranks: number;
  /** The program and its arguments, the same for every rank. */
  readonly command: readonly string[];
  /** Once it is aborted, the ranks are to end. */
  readonly signal?: AbortSignal;
  /** Whether they end in order at SIGUSR1, which `mpirun` hands on to them. Else `mpirun` is told to end them. */
  readonly inOrder?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  /** Where addons are installed, instead of the user's cache folder. */
  readonly cacheDir?: string;
}

/**
 * Starts ranks on this machine, with the `mpirun` of the MPI whose addon is there, and waits for their end. When this process ends before, so do they.
 *
 * Once the signal is aborted, another SIGINT or SIGTERM of this process ends them at once.
 *
 * @returns the exit code of `mpirun`; undefined where the ranks were ended, in whatever way
 * @throws ClusterError if no addon is there, or no `mpirun` of its MPI
 */
export async function startRanks(options: StartRanksOptions): Promise<number | undefined> {
  const { ranks, command, signal, inOrder = false, env = process.env, cacheDir } = options;
  const { flavour, program } = launcherHere(ranks, env, cacheDir);
  // A process group of its own: Ctrl-C of the terminal must not reach mpirun, which gives its ranks a second to end.
  const child = spawn(program, ['-n', String(ranks), ...command], {
    stdio: 'inherit',
    detached: true,
    env: { ...(flavour === 'openmpi' && OPEN_MPI), ...env },
  });
  let asking: NodeJS.Timeout | undefined;
  let ending: NodeJS.Timeout | undefined;
  const end = () => {
    child.kill('SIGTERM');
    ending ??= setTimeout(() => child.kill('SIGKILL'), PATIENCE); // MPICH's only hands SIGTERM on, which a stopped rank does not hear
  };
  const interrupt = () => {
    for (const name of AT_ONCE) process.on(name, end);
    if (!inOrder) return end();
    const ask = () => void child.kill('SIGUSR1');
    ask();
    asking = setInterval(ask, REPEAT); // a rank that has only just been started does not hear it yet
  };
  signal?.addEventListener('abort', interrupt, { once: true });
  process.once('exit', end);
  return new Promise<number | undefined>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(ending ? undefined : (code ?? undefined)));
  }).finally(() => {
    clearInterval(asking);
    clearTimeout(ending);
    signal?.removeEventListener('abort', interrupt);
    for (const name of [...AT_ONCE, 'exit']) process.off(name, end);
  });
}

/** Milliseconds between two requests to end in order, which are one request to those who have heard it. */
const REPEAT = 1000;

/** Milliseconds that `mpirun` has to end, told to. */
const PATIENCE = 3000;

const AT_ONCE = ['SIGINT', 'SIGTERM'] as const;

/** The first MPI whose addon and `mpirun` are here. */
function launcherHere(ranks: number, env: NodeJS.ProcessEnv, cacheDir: string | undefined) {
  const addons = addonsIn(mpiRoot(cacheDir, env));
  const flavours = FLAVOURS.filter((each) => addons.some((path) => basename(path).startsWith(`${each}-`)));
  if (flavours.length === 0)
    throw new ClusterError(`wanted MPI's addon to start ${ranks} ranks, but there is none: run: pixelrnn setup mpi`);
  for (const flavour of flavours) {
    const program = [`mpirun.${flavour}`, 'mpirun'].find((name) => isProgram(name, env));
    if (program) return { flavour, program };
  }
  throw new ClusterError(`wanted mpirun of ${flavours.join(' or ')} in PATH, found none`);
}

const FLAVOURS: readonly Flavour[] = ['openmpi', 'mpich'];

/** More ranks than cores, ranks that wait without taking the core of another, all cores for each, and the root of a container need to be told to Open MPI. */
const OPEN_MPI = {
  OMPI_MCA_rmaps_base_oversubscribe: '1',
  OMPI_MCA_mpi_yield_when_idle: '1',
  OMPI_MCA_hwloc_base_binding_policy: 'none',
  OMPI_ALLOW_RUN_AS_ROOT: '1',
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
};

const isProgram = (name: string, { PATH = '' }: NodeJS.ProcessEnv): boolean =>
  PATH.split(delimiter).some((folder) => existsSync(join(folder, name)));
