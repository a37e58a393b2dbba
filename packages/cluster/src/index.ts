export { agree, anyOf, gatherText } from './agree.ts';
export { ClusterError } from './cluster-error.ts';
export { ALONE, type Communicator } from './communicator.ts';
export { type JoinOptions, joinCluster } from './join-cluster.ts';
export { type Flavour, type Launcher, launcherOf } from './launcher.ts';
export { ownShards } from './own-shards.ts';
export { reduceOver } from './reduce.ts';
export type { Implementation } from './setup/addon.ts';
export { type MpiSetup, type SetupMpiOptions, setupMpi } from './setup/setup-mpi.ts';
