/** One file of a data set, known by its content. */
export interface FileSpec {
  /** Public name of the content, without `.gz`. */
  readonly name: string;
  /** Other names that the same content goes by. */
  readonly aliases?: readonly string[];
  /** Whether it is stored gzipped, as `<name>.gz`. Both forms are read. */
  readonly gzip: boolean;
  /** Length and sha256 of the content, after decompression. */
  readonly bytes: number;
  readonly sha256: string;
}

/** Turns the members of an archive into files, where it does not hold them as they are. */
export interface Conversion {
  /** Names of the members that are needed for these files, with the greatest length of each. */
  members(wanted: readonly FileSpec[]): ReadonlyMap<string, number>;
  convert(members: ReadonlyMap<string, Uint8Array>, file: FileSpec): Uint8Array;
}

/** A file that holds others, as `.tar.gz` or `.npz`: as they are, in whatever folders, or as something to make them from. */
export interface Archive {
  readonly name: string;
  readonly conversion?: Conversion;
}

/** The files that a data set consists of. */
export interface FileSet {
  readonly dataset: string;
  readonly files: readonly FileSpec[];
  /** What is read in place of the files, if it lies in the folder. */
  readonly archives?: readonly Archive[];
  /** Folders in which other programs keep the files. */
  readonly folders?: readonly string[];
  /** Data sets whose files have the same names. */
  readonly namesakes?: string;
}

/** Room for headers and what else an archive or a transfer may hold. */
const SLACK = 1 << 20;

/** The names under which a file may lie: the one it is stored under, the other one of that, then those of its aliases. */
export const storedNames = ({ name, aliases = [], gzip }: FileSpec): readonly string[] =>
  [name, ...aliases].flatMap((known) => (gzip ? [`${known}.gz`, known] : [known, `${known}.gz`]));

/** Upper bound of the length of an archive or download of these files. */
export const lengthLimit = (files: readonly FileSpec[]): number =>
  files.reduce((sum, file) => sum + file.bytes, 0) + SLACK;

/** Names of the members of an archive that are needed for these files, with the greatest length of each. */
export const membersOf = (files: readonly FileSpec[], conversion?: Conversion): ReadonlyMap<string, number> =>
  conversion?.members(files) ?? new Map(files.map((file) => [file.name, file.bytes]));
