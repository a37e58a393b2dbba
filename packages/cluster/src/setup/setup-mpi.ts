import { join } from 'node:path';
import { command, install, nodeApiHeaders, SetupError, SHARED_OBJECT } from '@pixelrnn/files';
import { ADDON, addonFolder, addonSource, FLAGS, type Implementation, mpiRoot } from './addon.ts';

/** How {@link setupMpi} compiles, and where to. */
export interface SetupMpiOptions {
  /** The compiler of the MPI that ranks will run with; default: `MPICXX`, else `mpicxx`. */
  readonly compiler?: string;
  /** Compile anew what is there already. */
  readonly force?: boolean;
  /** Where to install, instead of the user's cache folder. */
  readonly cacheDir?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** What is there after it. */
export interface MpiSetup extends Implementation {
  /** The addon. */
  readonly path: string;
  /** Whether this call has compiled it. */
  readonly built: boolean;
}

/**
 * Compiles MPI's addon with the site's own compiler: some seconds. Open MPI and MPICH are told apart by their header, and may both be there.
 *
 * @throws SetupError with one line on what is missing
 */
export async function setupMpi(options: SetupMpiOptions = {}): Promise<MpiSetup> {
  const { env = process.env, force = false } = options;
  const compiler = options.compiler ?? env.MPICXX ?? 'mpicxx';
  const root = mpiRoot(options.cacheDir, env);
  const implementation = await implementationOf(compiler, env);
  const target = addonFolder(root, implementation);
  const build = async (aside: string) => {
    const include = ['-I', nodeApiHeaders()];
    await command(compiler, [...FLAGS, ...SHARED_OBJECT, ...include, addonSource(), '-o', join(aside, ADDON), '-ldl'], {
      env,
    });
    return [ADDON];
  };
  const built = await install(target, build, { force });
  return { ...implementation, path: join(target, ADDON), built };
}

/** What `mpi.h` of a compiler defines. */
async function implementationOf(compiler: string, env: NodeJS.ProcessEnv): Promise<Implementation> {
  const macros = await command(compiler, ['-dM', '-E', '-x', 'c++', '-include', 'mpi.h', '/dev/null'], { env }).catch(
    (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new SetupError(
        `setup mpi needs the C++ compiler of an MPI: ${why}; install one (Debian: libopenmpi-dev or libmpich-dev), load the site's module, or set MPICXX`,
        { cause: error },
      );
    },
  );
  const value = (name: string) => new RegExp(`^#define ${name} "?([^"\\n]+)"?$`, 'm').exec(macros)?.[1];
  const parts = ['MAJOR', 'MINOR', 'RELEASE'].map((part) => value(`OMPI_${part}_VERSION`));
  if (!parts.includes(undefined)) return { flavour: 'openmpi', version: parts.join('.') };
  const version = value('MPICH_VERSION');
  if (version) return { flavour: 'mpich', version };
  throw new SetupError(
    `setup mpi: wanted Open MPI or MPICH (or one of its kin), but mpi.h of ${compiler} is of neither`,
  );
}
