import { link, mkdir, open, rename, rm } from 'node:fs/promises';

/** What writing asks of the file system; tests hand in one that fails. */
export interface FileSystem {
  mkdir(path: string, options: { recursive: true }): Promise<unknown>;
  open(path: string, flags: string, mode?: number): Promise<WritableFile>;
  rename(from: string, to: string): Promise<void>;
  link(existing: string, path: string): Promise<void>;
  rm(path: string, options: { force: true }): Promise<void>;
}

/** An open file. */
export interface WritableFile {
  writeFile(content: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The file system of this machine. */
export const NODE_FILES: FileSystem = { mkdir, open, rename, link, rm };
