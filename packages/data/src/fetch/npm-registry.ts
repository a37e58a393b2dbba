import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const PUBLIC_REGISTRY = 'https://registry.npmjs.org/';

/**
 * Base URL of the npm registry, ending in a slash: the environment's, else the one npm is configured with, else the
 * public one.
 */
export async function npmRegistry(
  env: Readonly<Record<string, string | undefined>> = process.env,
  askNpm: () => Promise<string> = configuredRegistry,
): Promise<string> {
  const candidates = [env.npm_config_registry, env.NPM_CONFIG_REGISTRY];
  const configured = candidates.find(isWebAddress) ?? (await askNpm().catch(() => ''));
  const base = isWebAddress(configured) ? configured : PUBLIC_REGISTRY;
  return base.endsWith('/') ? base : `${base}/`;
}

const isWebAddress = (text: string | undefined): text is string => text !== undefined && /^https?:\/\//.test(text);

async function configuredRegistry(): Promise<string> {
  const windows = process.platform === 'win32'; // there npm is a script, which only a shell can start
  const { stdout } = await promisify(execFile)('npm', ['config', 'get', 'registry'], {
    shell: windows,
    timeout: 10_000,
  });
  return stdout.trim();
}
