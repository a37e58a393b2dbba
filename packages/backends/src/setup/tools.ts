import { command, SetupError } from '@pixelrnn/files';

/** The programs a setup calls. */
export interface Tools {
  readonly compiler: string;
  readonly python: string;
  readonly npm: string;
  /** The environment that they run in. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Finds a C++ compiler (`CXX`, else g++, clang++, c++), Python with pip (`PYTHON`, else python3, python) and npm.
 *
 * @throws {SetupError} for the first that is missing, saying how to get it
 */
export async function findTools(env: NodeJS.ProcessEnv): Promise<Tools> {
  const compiler = await findCompiler(env);
  const python = await firstThatRuns([env.PYTHON, 'python3', 'python'], ['-m', 'pip', '--version'], env);
  if (!python)
    throw new SetupError(
      'setup tensorflow needs python3 with pip: none found on PATH; install python3-pip or set PYTHON',
    );
  const npm = await firstThatRuns(['npm'], ['--version'], env);
  if (!npm) throw new SetupError('setup tensorflow needs npm: not found on PATH; it comes with Node.js');
  return { compiler, python, npm, env };
}

/** Finds a C++ compiler: `CXX`, else g++, clang++, c++. */
export async function findCompiler(env: NodeJS.ProcessEnv): Promise<string> {
  const compiler = await firstThatRuns([env.CXX, 'g++', 'clang++', 'c++'], ['--version'], env);
  if (compiler) return compiler;
  throw new SetupError(
    'setup tensorflow needs a C++ compiler: none of g++, clang++, c++ found on PATH; install g++ (Linux) or run `xcode-select --install` (macOS), or set CXX',
  );
}

async function firstThatRuns(programs: readonly (string | undefined)[], args: string[], env: NodeJS.ProcessEnv) {
  for (const program of programs) {
    if (!program) continue;
    const runs = await command(program, args, { env }).then(
      () => true,
      () => false,
    );
    if (runs) return program;
  }
  return undefined;
}
