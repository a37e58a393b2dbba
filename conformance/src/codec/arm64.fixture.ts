// Decodes the golden archives of the folder that the command line names, and prints what it found.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeGolden } from './golden.fixture.ts';

decodeGolden((file) => readFile(path.join(process.argv[2], file))).then((report) =>
  console.log(JSON.stringify({ report, agent: process.arch })),
);
