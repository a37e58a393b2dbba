/** Who has started this process as one of several. */
export interface Launcher {
  readonly name: string;
  readonly size: number;
  /** Which MPI it belongs to, where it tells. */
  readonly flavour?: Flavour;
}

/** The implementations of MPI whose addons are told apart. */
export type Flavour = 'openmpi' | 'mpich';

/**
 * What the environment says of it: `mpirun` of Open MPI and of MPICH (and its kin: Intel MPI, MVAPICH), and `srun`, set the number of ranks each in
 * a variable of their own. Undefined for a process that stands alone.
 *
 * `mpirun` may be called within a step of `srun`, or use one of its own to start what it has on each node: a number of ranks of MPICH's that is not
 * the number of Slurm's tasks is the true one. Where they are the same, it may be `srun` that speaks to MPICH or Open MPI in MPICH's way.
 */
export function launcherOf(env: NodeJS.ProcessEnv): Launcher | undefined {
  const { OMPI_COMM_WORLD_SIZE, PMI_SIZE, SLURM_STEP_NUM_TASKS } = env;
  if (OMPI_COMM_WORLD_SIZE)
    return { name: 'mpirun of Open MPI', size: Number(OMPI_COMM_WORLD_SIZE), flavour: 'openmpi' };
  if (PMI_SIZE && PMI_SIZE !== SLURM_STEP_NUM_TASKS)
    return { name: 'mpirun of MPICH', size: Number(PMI_SIZE), flavour: 'mpich' };
  if (SLURM_STEP_NUM_TASKS) return { name: 'srun', size: Number(SLURM_STEP_NUM_TASKS) };
  return undefined;
}
