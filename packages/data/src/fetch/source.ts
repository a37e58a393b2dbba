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
