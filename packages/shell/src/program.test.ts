import { describe, expect, it } from 'vitest';
import type { CommandDefinition } from './command.ts';
import { naturalNumber, type SharedFlags } from './flags.ts';
import { type ProgramDefinition, runProgram } from './program.ts';
import { recordingTerminal } from './recording-terminal.ts';
import { UsageError } from './usage-error.ts';

interface HalveFlags extends SharedFlags {
  readonly digits: number;
}

const halve: CommandDefinition<HalveFlags> = {
  arguments: '<number>',
  examples: ['halve 7 --digits 2'],
  flags: (command) => command.option('--digits <n>', 'digits of the result', naturalNumber, 1),
  async run({ note }, { digits }, text) {
    const number = Number(text);
    if (Number.isNaN(number)) throw new UsageError(`halve: wanted a number,\n  got "${text}"`);
    if (number < 0) throw new Error('halve: a failure');
    note(`halving ${text}`);
    const half = (number / 2).toFixed(digits);
    return { result: { half }, text: `the half is ${half}`, ...(number === 0 && { code: 130 }) };
  },
};

const loaded: string[] = [];
const program: ProgramDefinition = {
  name: 'numbers',
  summary: 'Does things with numbers.',
  version: '1.2.3',
  commands: [
    {
      name: 'halve',
      summary: 'Halve a number.',
      async load() {
        loaded.push('halve');
        return halve;
      },
    },
    {
      name: 'count',
      summary: 'Count to three.',
      hidden: true,
      async load() {
        loaded.push('count');
        return {
          async run({ print }) {
            for (const number of [1, 2, 3]) print(String(number));
            return undefined;
          },
        };
      },
    },
  ],
};

async function run(...args: string[]) {
  const { terminal, text } = recordingTerminal();
  const code = await runProgram(program, args, terminal);
  return { code, ...text };
}

describe('a result', () => {
  it('is text for people, after what was noted elsewhere', async () => {
    expect(await run('halve', '7')).toEqual({ code: 0, stdout: 'the half is 3.5\n', stderr: 'halving 7\n' });
  });

  it('is one JSON object with --json', async () => {
    expect(await run('halve', '7', '--json', '--digits', '2')).toMatchObject({ stdout: '{"half":"3.50"}\n' });
  });

  it('may come in parts', async () => {
    expect(await run('count')).toEqual({ code: 0, stdout: '1\n2\n3\n', stderr: '' });
  });

  it('may have an exit code of its own', async () => {
    expect(await run('halve', '0')).toMatchObject({ code: 130, stdout: 'the half is 0.0\n' });
  });
});

describe('help', () => {
  it('lists the commands for people, and loads none', async () => {
    loaded.length = 0;
    const { code, stdout, stderr } = await run('--help');
    expect({ code, stderr, loaded }).toEqual({ code: 0, stderr: '', loaded: [] });
    expect(stdout).toMatch(/^Usage: numbers /);
    expect(stdout).toMatch(/^ {2}halve +.*Halve a number\.$/m);
    expect(stdout).not.toContain('count');
  });

  it.each([[['halve', '--help']], [['help', 'halve']]])('of a command: %j, and loads only that', async (args) => {
    loaded.length = 0;
    const { code, stdout } = await run(...args);
    expect({ code, loaded }).toEqual({ code: 0, loaded: ['halve'] });
    for (const part of ['halve [options] <number>', '--digits', '--json', '--verbose', '$ numbers halve 7 --digits 2'])
      expect(stdout).toContain(part);
  });

  it('is an error where no command is named', async () => {
    const { code, stdout, stderr } = await run();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: numbers');
  });

  it('gives the version', async () => {
    expect(await run('--version')).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });
});

describe('an error', () => {
  it.each([
    [['hlave', '7'], 2, "unknown command 'hlave' (Did you mean halve?)"],
    [['halve'], 2, "missing required argument 'number'"],
    [['halve', '7', '8'], 2, "too many arguments for 'halve'"],
    [['halve', '7', '--digit', '1'], 2, "unknown option '--digit'"],
    [['halve', '7', '--digits', 'two'], 2, 'Expected an integer of 0 or more.'],
    [['halve', 'x'], 2, 'halve: wanted a number, got "x"'],
    [['halve', '--', '-1'], 1, 'halve: a failure'],
    [['halve', ''], 2, '<number>: wanted a text, got an empty one'],
    [['halve', '7', '--digits', '1', '--digits', '2'], 2, '--digits: wanted it once, got it several times'],
    [['halve', '~/x'], 2, '<number>: the shell did not expand "~/x": wanted $HOME/x'],
  ])('%j ends with %d and one line', async (args, code, message) => {
    const ran = await run(...args);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toMatch(/^numbers: .*\n$/);
    expect(ran.stderr).toContain(message);
  });

  it('is JSON too with --json', async () => {
    const { stdout } = await run('halve', 'x', '--json');
    expect(JSON.parse(stdout)).toEqual({ error: 'halve: wanted a number, got "x"' });
  });

  it('shows where it arose with --verbose', async () => {
    expect((await run('halve', 'x', '--verbose')).stderr).toMatch(/\n\s+at /);
  });
});
