import { fileURLToPath } from 'node:url';
import { type PretrainedName, pretrained } from './pretrained.ts';

/**
 * The folder of a trained run: `config.json` with model, recipe and machine, `journal.jsonl` with its likelihoods, and one checkpoint,
 * whose weights lie in `averaged.safetensors`, their SHA-256 beside them. `openRun` of `@pixelrnn/experiment` opens it.
 */
export const pretrainedRun = (name: PretrainedName): string =>
  fileURLToPath(new URL('.', pretrained(name).config)).replace(/[/\\]$/, '');
