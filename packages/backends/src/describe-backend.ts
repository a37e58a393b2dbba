import type { BackendAttempt, BackendReport } from './backend-report.ts';

/** Why a backend was passed over, or is not as fast as it could be, with the command that mends it. */
export const reasonOf = ({ reason, notFused, remedy }: BackendAttempt): string =>
  `${reason ?? `it has no fused kernels: ${notFused}`}${remedy ? `; run \`${remedy}\`` : ''}`;

/** In one line: which backend runs, and which would be faster after a command that the line names. Slowness is not silent. */
export function describeBackend({ backend, tried }: BackendReport): string {
  const running = tried.find(({ name, ok }) => ok && name === backend);
  const device = running?.detail?.split(',')[0];
  const line = `running on ${backend}${device ? ` (${device})` : ''}`;
  if (running?.notFused) return `${line}, not at its full speed: ${reasonOf(running)}`;
  const faster = tried.find(({ ok, remedy }) => !ok && remedy);
  return faster ? `${line}; ${faster.name} would be faster: ${reasonOf(faster)}` : line;
}
