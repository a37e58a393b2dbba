import type { FileSpec } from '../files/file-spec.ts';

/** How a source tells how far it is. */
export interface SourceContext {
  readonly onProgress: (event: { url: string; received: number; total: number | undefined }) => void;
  /** See `DownloadOptions`. */
  readonly stallMs?: number;
  readonly attempts?: number;
}

/** A file whose content is what its length and sha256 say. */
export interface Verified {
  readonly file: FileSpec;
  readonly content: Uint8Array;
}

/** A place that has files of a data set. What it yields was verified. */
export interface Source {
  /** For messages: a host or a folder. */
  readonly name: string;
  read(wanted: readonly FileSpec[], context: SourceContext): AsyncIterable<Verified>;
}

/** Turns the members of an archive into files, where it does not hold them as they are. */
export interface Conversion {
  /** Names of the members that are needed for these files, with the greatest length of each. */
  members(wanted: readonly FileSpec[]): ReadonlyMap<string, number>;
  convert(members: ReadonlyMap<string, Uint8Array>, file: FileSpec): Uint8Array;
}
