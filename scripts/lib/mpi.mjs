// The MPIs of this machine, for tests and measurements: Debian has Open MPI and MPICH side by side, as `mpirun.openmpi`, `mpicxx.mpich` and so on.
import { spawnSync } from 'node:child_process';
import { reportMissing } from './required.mjs';

/** What Open MPI wants to be told where there are more ranks than cores, where ranks have threads, and in the root of a container. */
export const MPI_ENV = {
  OMPI_ALLOW_RUN_AS_ROOT: '1',
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
  OMPI_MCA_rmaps_base_oversubscribe: '1',
  OMPI_MCA_mpi_yield_when_idle: '1',
  OMPI_MCA_hwloc_base_binding_policy: 'none',
};

/** Those that are here; the others are reported as missing. */
export const mpisHere = () =>
  /** @type {const} */ (['openmpi', 'mpich']).filter((flavour) => {
    const isHere = spawnSync(`mpicxx.${flavour}`, ['--version']).status === 0;
    if (!isHere) reportMissing(flavour, `no mpicxx.${flavour}`);
    return isHere;
  });
