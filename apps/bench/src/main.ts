#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { run } from './run.ts';
import { processTerminal } from './terminal.ts';

process.exitCode = await run(process.argv.slice(2), {
  terminal: processTerminal(),
  program: fileURLToPath(import.meta.url),
  home: fileURLToPath(new URL('..', import.meta.url)),
});
