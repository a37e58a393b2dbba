import { expect, it } from 'vitest';
import { type Launcher, launcherOf } from './launcher.ts';

const openmpi = (size: number): Launcher => ({ name: 'mpirun of Open MPI', size, flavour: 'openmpi' });
const mpich = (size: number): Launcher => ({ name: 'mpirun of MPICH', size, flavour: 'mpich' });
const srun = (size: number): Launcher => ({ name: 'srun', size });

it.each<[string, NodeJS.ProcessEnv, Launcher | undefined]>([
  ['nobody', {}, undefined],
  ['mpirun of Open MPI', { OMPI_COMM_WORLD_SIZE: '4' }, openmpi(4)],
  ['mpirun of Open MPI in a shell of srun', { OMPI_COMM_WORLD_SIZE: '4', SLURM_STEP_NUM_TASKS: '1' }, openmpi(4)],
  ['mpirun of MPICH', { PMI_SIZE: '4' }, mpich(4)],
  ['mpirun of MPICH in a shell of srun', { PMI_SIZE: '4', SLURM_STEP_NUM_TASKS: '1' }, mpich(4)],
  [
    'mpirun of MPICH that starts one of Slurm on each of 2 nodes',
    { PMI_SIZE: '8', SLURM_STEP_NUM_TASKS: '2' },
    mpich(8),
  ],
  ['srun', { SLURM_STEP_NUM_TASKS: '4' }, srun(4)],
  ["srun that speaks MPICH's way", { PMI_SIZE: '4', SLURM_STEP_NUM_TASKS: '4' }, srun(4)],
  ['a shell of srun', { SLURM_STEP_NUM_TASKS: '1' }, srun(1)],
])('knows that %s has started it', (_, env, launcher) => {
  expect(launcherOf(env)).toEqual(launcher);
});
