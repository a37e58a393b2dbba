import { describe, expect, it } from 'vitest';
import { COMMANDS } from './commands/index.ts';
import { lastJson, runHere } from './terminal.fixture.ts';

const NAMES = [
  'list',
  'fetch',
  'pack',
  'train',
  'evaluate',
  'sample',
  'complete',
  'restore',
  'interpolate',
  'compress',
  'decompress',
  'receptive-field',
  'inspect',
  'export',
  'doctor',
  'setup',
];

const DRAWING = ['train', 'sample', 'complete', 'restore', 'interpolate'];
const COMPUTING = [...DRAWING, 'evaluate', 'receptive-field', 'doctor'];
const READING = ['train', 'evaluate', 'complete', 'restore', 'interpolate', 'compress'];
/** What a command is not begun without. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  export: ['--format', 'run'],
  'receptive-field': ['--pixel', '1,1'],
};
/** Flags that some commands have, and which: where one has no effect, it is unknown. */
const SHARED = [
  ['--backend <name>', COMPUTING],
  ['--threads <n>', [...COMPUTING, 'compress', 'decompress']],
  ['--seed <n>', DRAWING],
  ['--data-dir <folder>', [...READING, 'list', 'fetch', 'pack']],
  ['--images <folder|pack>', READING],
] as const satisfies readonly (readonly [string, readonly string[]])[];

describe('help', () => {
  it('lists every command', async () => {
    const { code, stdout } = await runHere(['--help']);
    expect(code).toBe(0);
    expect(COMMANDS).toHaveLength(NAMES.length);
    for (const name of NAMES) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  it.each(NAMES)('%s has its own, with the flags of every command and examples', async (name) => {
    const { code, stdout, stderr } = await runHere([name, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const flag of ['--json', '--verbose']) expect(stdout).toContain(flag);
    expect(stdout).toContain(`$ pixelrnn ${name}`);
    for (const [flag, users] of SHARED) expect(stdout.includes(flag), flag).toBe(users.includes(name));
  });

  it.each(SHARED.flatMap(([flag, users]) => NAMES.filter((name) => !users.includes(name)).map((name) => [name, flag])))(
    '%s refuses %s, which would have no effect',
    async (name, flag) => {
      const { code, stderr } = await runHere([name, ...(REQUIRED[name] ?? []), flag.split(' ')[0], '1']);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/unknown option '--\w[\w-]*'/) });
    },
  );

  it('is shown, as an error, where no command is named', async () => {
    const { code, stderr } = await runHere([]);
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: pixelrnn');
  });
});

describe('errors', () => {
  it('are one line', async () => {
    const { code, stdout, stderr } = await runHere(['fetch', 'no-such-set']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^pixelrnn: fetch: wanted one of .*, got "no-such-set"\n$/);
  });

  it('show where they arose with --verbose', async () => {
    const { stderr } = await runHere(['fetch', 'no-such-set', '--verbose']);
    expect(stderr).toMatch(/\n\s+at /);
  });

  it('are JSON too with --json', async () => {
    const ran = await runHere(['fetch', 'no-such-set', '--json']);
    expect(lastJson(ran)).toEqual({ error: expect.stringContaining('no-such-set') });
  });
});

it('prints its version', async () => {
  expect(await runHere(['--version'])).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+/),
    stderr: '',
  });
});
