/** One file of a data set, known by its content. */
export interface FileSpec {
  /** Public name of the content, without `.gz`. */
  readonly name: string;
  /** Whether it is stored gzipped, as `<name>.gz`. Both forms are read. */
  readonly gzip: boolean;
  /** Length and sha256 of the content, after decompression. */
  readonly bytes: number;
  readonly sha256: string;
}

/** The files that a data set consists of. */
export interface FileSet {
  readonly dataset: string;
  readonly files: readonly FileSpec[];
  /** Name of a .tar.gz that is read in place of the files, if it lies in the folder. */
  readonly archive?: string;
}

/** Room for headers and what else an archive or a transfer may hold. */
const SLACK = 1 << 20;

/** The names under which a file may lie: the one it is stored under, then the other. */
export const storedNames = ({ name, gzip }: FileSpec): [string, string] =>
  gzip ? [`${name}.gz`, name] : [name, `${name}.gz`];

/** Upper bound of the length of an archive or download of these files. */
export const lengthLimit = (files: readonly FileSpec[]): number =>
  files.reduce((sum, file) => sum + file.bytes, 0) + SLACK;
