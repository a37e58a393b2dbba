export { append } from './append.ts';
export { aside } from './aside.ts';
export { cacheFolder, type Environment } from './cache-folder.ts';
export { checkFolder, type FolderKind } from './check-folder.ts';
export { checkTarget } from './check-target.ts';
export { errorCode, FileError, fileError } from './file-error.ts';
export { type FileSystem, NODE_FILES, type WritableFile } from './file-system.ts';
export { type CommandOptions, command } from './install/command.ts';
export {
  damagedFiles,
  type InstalledFile,
  install,
  isInstalled,
  isWhole,
  notAsInstalled,
} from './install/installation.ts';
export { nodeApiHeaders, SHARED_OBJECT } from './install/node-addon.ts';
export { SetupError } from './install/setup-error.ts';
export { holdLock, LockedError } from './lock.ts';
export { messageOf } from './message.ts';
export { readText } from './read-text.ts';
export { replaceFolder, restoreReplaced } from './replace-folder.ts';
export { sha256, sha256OfFile } from './sha256.ts';
export { syncFolder } from './sync-folder.ts';
export { writeFileAtomic } from './write-file-atomic.ts';
