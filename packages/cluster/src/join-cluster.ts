import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { damagedFiles, notAsInstalled } from '@pixelrnn/files';
import { ClusterError } from './cluster-error.ts';
import { ALONE, type Communicator } from './communicator.ts';
import { type Launcher, launcherOf } from './launcher.ts';
import { ADDON, addonsIn, mpiRoot } from './setup/addon.ts';

/** What the addon offers. */
interface Addon extends Omit<Communicator, 'rank' | 'size' | 'library'> {
  join(): Required<Pick<Communicator, 'rank' | 'size' | 'library'>>;
}

/** Where {@link joinCluster} looks. */
export interface JoinOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Where addons are installed, instead of the user's cache folder. */
  readonly cacheDir?: string;
}

/** The line that makes the addon. */
const SETUP = 'run: pixelrnn setup mpi';

/**
 * Joins the processes that `mpirun` or `srun` has started, once in a process; a process that nobody has started so is alone.
 *
 * @throws ClusterError where there is no addon of the launcher's MPI, where it does not see the ranks that were started, or there are not 2ᵏ
 */
export async function joinCluster({ env = process.env, cacheDir }: JoinOptions = {}): Promise<Communicator> {
  const launcher = launcherOf(env);
  if (!launcher || launcher.size === 1) return ALONE;
  const folder = addonOf(launcher, mpiRoot(cacheDir, env));
  const [damaged] = await damagedFiles(folder, { trustDates: true });
  if (damaged) throw new ClusterError(`${notAsInstalled(folder, damaged)}; ${SETUP} --force`);
  leaveMemoryAlone();
  const addon = createRequire(import.meta.url)(join(folder, ADDON)) as Addon;
  const { rank, size, library } = addon.join();
  const refuse = (why: string): never => {
    addon.leave();
    throw new ClusterError(why);
  };
  if (size !== launcher.size)
    refuse(
      `wanted the ${launcher.size} ranks that ${launcher.name} has started, but ${basename(folder)} sees ${size}: set up the MPI that starts them, with its own mpicxx`,
    );
  if (!Number.isInteger(Math.log2(size))) refuse(`wanted 1, 2, 4, 8, … ranks, got ${size}`);
  const { sum, gather, leave, abort } = addon;
  return { rank, size, library, sum, gather, leave, abort };
}

/**
 * UCX, the network layer of many an MPI, replaces the system calls that give memory back (`brk`, `munmap`, …) to know which buffers are gone. It does
 * so while other threads allocate, and V8 has some: one start in 130 of a rank ended with a fault in memory that was still in use, none of 1200
 * without it. UCX reads the variable as it is loaded; who sets it decides.
 */
function leaveMemoryAlone(): void {
  process.env.UCX_MEM_EVENTS ??= 'n';
}

function addonOf({ name, size, flavour }: Launcher, root: string): string {
  const addons = addonsIn(root, flavour);
  if (addons.length === 0)
    throw new ClusterError(`${name} has started ${size} ranks, but MPI's addon is not there in ${root}: ${SETUP}`);
  if (addons.length > 1)
    throw new ClusterError(
      `${name} does not say which MPI its ${size} ranks are of, and there are ${addons.map((path) => basename(path)).join(', ')} in ${root}: keep one`,
    );
  return addons[0];
}
