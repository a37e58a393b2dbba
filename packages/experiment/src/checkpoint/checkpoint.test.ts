import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rng } from '@pixelrnn/core';
import { NODE_FILES, sha256 } from '@pixelrnn/files';
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
  saveWeights,
  setAsideCheckpoints,
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

  const newestOf = (run: string) => newestCheckpoint(run, (line) => expect.fail(line));

  it.each(FILES)('are not passed over when %s cannot be read just now', (name) =>
    inFolder(async (run) => {
      await saveCheckpoint(run, checkpoint(10));
      await saveCheckpoint(run, checkpoint(20));
      const path = join(checkpointFolder(run, 20), name);
      rmSync(path);
      mkdirSync(path);
      await expect(newestOf(run)).rejects.toThrow(`cannot read ${path}: this is a folder, not a file`);
      // As root may read everything, the loop stands for missing rights, too many open files and a network that is down.
      rmSync(path, { recursive: true });
      symlinkSync(path, path);
      await expect(newestOf(run)).rejects.toThrow(`cannot read ${path}: its links lead in a circle`);
      expect(await listCheckpoints(run)).toEqual([10, 20]);
    }),
  );

  it('are not passed over when they are whole, but of a newer format or of another kind', () =>
    inFolder(async (run) => {
      await saveCheckpoint(run, checkpoint(10));
      const newer = checkpoint(20);
      await saveCheckpoint(run, { ...newer, state: { ...newer.state, format: 2 } });
      await expect(newestOf(run)).rejects.toThrow(`${checkpointFolder(run, 20)}: wanted format 1, found 2`);
      await saveWeights(run, { state: checkpoint(30).state, weights: arrays(1) });
      await expect(newestOf(run)).rejects.toThrow(`${checkpointFolder(run, 30)} holds weights only`);
      for (const [name, message] of [
        ['state.json', 'state.json is not JSON: '],
        ['params.safetensors', 'wanted a header'],
      ] as const) {
        await saveCheckpoint(run, checkpoint(40));
        const folder = checkpointFolder(run, 40);
        const sums = readFileSync(join(folder, 'SHA256SUMS'), 'utf8');
        writeFileSync(join(folder, name), '{');
        const others = sums.split('\n').filter((line) => !line.endsWith(name));
        writeFileSync(join(folder, 'SHA256SUMS'), [`${sha256('{')}  ${name}`, ...others].join('\n'));
        await expect(newestOf(run)).rejects.toThrow(message);
      }
    }));

  it('are set aside under another name each time', () =>
    inFolder(async (run) => {
      for (const names of [['20.unread', '30.unread'], ['20.unread-2'], []]) {
        for (const name of ['10', ...names]) await saveCheckpoint(run, checkpoint(Number.parseInt(name, 10)));
        expect(await setAsideCheckpoints(run, 10)).toEqual(names);
        expect(await listCheckpoints(run)).toEqual([10]);
      }
      expect(readdirSync(join(run, 'checkpoints')).sort()).toEqual(['10', '20.unread', '20.unread-2', '30.unread']);
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
      await pruneCheckpoints(run, { keep: 2, best: 10, onWarning: expect.fail });
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
