#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { processTerminal } from '@pixelrnn/shell';
import { run } from './run.ts';

const installation = { program: fileURLToPath(import.meta.url), home: fileURLToPath(new URL('..', import.meta.url)) };

process.exitCode = await run(process.argv.slice(2), processTerminal(), installation);
