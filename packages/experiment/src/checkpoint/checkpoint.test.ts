import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rng } from '@pixelrnn/core';
import { NODE_FILES } from '@pixelrnn/files';
import { describe, expect, it } from 'vitest';
import { diskFullAfter, inFolder } from '../train/tiny-run.fixture.ts';
import {
  type Checkpoint,
  checkpointFolder,
  listCheckpoints,
  newestCheckpoint,
  pruneCheckpoints,
  readCheckpoint,
  removePartial,
  saveCheckpoint,
} from './checkpoint.ts';

const arrays = (value: number) => new Map([['a/b', { shape: [2], values: new Float32Array([value, -value]) }]]);

const checkpoint = (step: number): Checkpoint => ({
  state: {
    format: 1,
    step,
    epoch: 2,
    rng: rng(1).state(),
    seconds: 3.5,
    best: { step: 1, nats: 80, bitsPerDim: 0.15 },
  },
  params: arrays(step),
  averaged: arrays(step + 0.5),
  optimizer: arrays(-1),
});

const FILES = ['SHA256SUMS', 'averaged.safetensors', 'optimizer.safetensors', 'params.safetensors', 'state.json'];

describe('checkpoints', () => {
  it('that are saved again keep the one before until the new one is there', () =>
    inFolder(async (run) => {
      await saveCheckpoint(run, checkpoint(10));
      // As if it were killed between moving the old one away and naming the new one.
      const killed = () => Promise.reject(new Error('killed'));
      const rename = (from: string, to: string) =>
        /[/\\]10(\.partial|\.replaced)$/.test(from) ? killed() : NODE_FILES.rename(from, to);
      await expect(saveCheckpoint(run, checkpoint(10), { ...NODE_FILES, rename })).rejects.toThrow('killed');
      expect(await listCheckpoints(run)).toEqual([]);
      await removePartial(run);
      expect(await listCheckpoints(run)).toEqual([10]);
      expect((await readCheckpoint(run, 10)).state.step).toBe(10);
    }));

  it('are read as they were written', () =>
    inFolder(async (run) => {
      await saveCheckpoint(run, checkpoint(10));
      expect(readdirSync(checkpointFolder(run, 10)).sort()).toEqual(FILES);
      expect(await readCheckpoint(run, 10)).toEqual(checkpoint(10));
    }));

  it.runIf(spawnSync('sha256sum', ['--version']).status === 0)('carry checksums that sha256sum understands', () =>
    inFolder(async (run) => {
      await saveCheckpoint(run, checkpoint(10));
      const output = execFileSync('sha256sum', ['-c', 'SHA256SUMS'], {
        cwd: checkpointFolder(run, 10),
        encoding: 'utf8',
      });
      expect(output.match(/: OK/g)).toHaveLength(4);
    }),
  );

  it('are read with sums whose line ends were changed on the way', () =>
    inFolder(async (run) => {
      await saveCheckpoint(run, checkpoint(10));
      const sums = join(checkpointFolder(run, 10), 'SHA256SUMS');
      writeFileSync(sums, readFileSync(sums, 'utf8').replaceAll('\n', '\r\n'));
      expect(await readCheckpoint(run, 10)).toEqual(checkpoint(10));
    }));

  it.each(FILES)('are passed over when %s is damaged or missing, with a warning', (name) =>
    inFolder(async (run) => {
      await saveCheckpoint(run, checkpoint(10));
      await saveCheckpoint(run, checkpoint(20));
      const path = join(checkpointFolder(run, 20), name);
      const bytes = readFileSync(path);
      bytes[bytes.length >> 1] ^= 1;
      for (const damage of [
        () => writeFileSync(path, bytes),
        () => writeFileSync(path, bytes.subarray(0, 9)),
        () => rmSync(path),
      ]) {
        damage();
        const warnings: string[] = [];
        const found = await newestCheckpoint(run, (line) => warnings.push(line));
        expect(found?.state.step).toBe(10);
        expect(warnings).toEqual([expect.stringContaining('using the checkpoint before it')]);
        expect(warnings[0]).toContain(checkpointFolder(run, 20));
      }
    }),
  );

  it('are an error when none is whole, and nothing when there are none', () =>
    inFolder(async (run) => {
      const fail = () => {
        throw new Error('no warning wanted');
      };
      expect(await newestCheckpoint(run, fail)).toBeUndefined();
      await saveCheckpoint(run, checkpoint(10));
      rmSync(join(checkpointFolder(run, 10), 'state.json'));
      await expect(newestCheckpoint(run, () => {})).rejects.toThrow('none of the 1 checkpoints is whole');
    }));

  it('of another format are refused', () =>
    inFolder(async (run) => {
      const other = checkpoint(10);
      await saveCheckpoint(run, { ...other, state: { ...other.state, format: 99 } });
      await expect(readCheckpoint(run, 10)).rejects.toThrow('wanted format 1, found 99');
    }));

  it('are pruned to the newest and the best', () =>
    inFolder(async (run) => {
      for (const step of [9, 10, 100, 20, 30]) await saveCheckpoint(run, checkpoint(step));
      expect(await listCheckpoints(run)).toEqual([9, 10, 20, 30, 100]);
      await pruneCheckpoints(run, 2, 10);
      expect(await listCheckpoints(run)).toEqual([10, 30, 100]);
    }));

  it('leave nothing when the disk is full at any of their files', () =>
    inFolder(async (run) => {
      await saveCheckpoint(run, checkpoint(10));
      for (let writes = 0; writes < FILES.length; writes++) {
        const failed = saveCheckpoint(run, checkpoint(20), diskFullAfter(writes));
        await expect(failed).rejects.toThrow(/^cannot write .*: no space left on the device$/);
        expect(readdirSync(join(run, 'checkpoints'))).toEqual(['10']);
      }
      expect(await readCheckpoint(run, 10)).toEqual(checkpoint(10));
    }));

  it('replace a damaged one of the same step', () =>
    inFolder(async (run) => {
      await saveCheckpoint(run, checkpoint(10));
      writeFileSync(join(checkpointFolder(run, 10), 'state.json'), '');
      await saveCheckpoint(run, checkpoint(10));
      expect(await readCheckpoint(run, 10)).toEqual(checkpoint(10));
    }));

  it('that were half written are removed', () =>
    inFolder(async (run) => {
      await saveCheckpoint(run, checkpoint(10));
      mkdirSync(`${checkpointFolder(run, 20)}.partial`);
      mkdirSync(join(run, 'samples'));
      for (const name of ['journal.jsonl', 'samples/1.png', 'report.html']) {
        writeFileSync(join(run, name), '');
        writeFileSync(join(run, `${name}.123-0a1b2c3d.partial`), '');
      }
      expect(await listCheckpoints(run)).toEqual([10]);
      await removePartial(run);
      expect(readdirSync(run, { recursive: true }).filter((name) => String(name).includes('partial'))).toEqual([]);
      expect(readdirSync(run).sort()).toEqual(['checkpoints', 'journal.jsonl', 'report.html', 'samples']);
      expect(existsSync(`${checkpointFolder(run, 20)}.partial`)).toBe(false);
      expect(await listCheckpoints(run)).toEqual([10]);
    }));
});
