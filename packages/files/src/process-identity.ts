import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isRunning } from './is-running.ts';

/**
 * What tells a process from all others, on all machines, at all times. A number alone does not: containers count
 * their own, and after a while, or a restart of the machine, another process has the same.
 */
export interface ProcessIdentity {
  readonly host: string;
  /** Of this start of the machine. Like the two below empty where the system does not tell: it is Linux that does. */
  readonly boot: string;
  /** Within what processes are counted. */
  readonly namespace: string;
  readonly pid: number;
  /** When the process was started. */
  readonly started: string;
}

/** Of the process that has this number here and now; the one that asks by default. */
export function processIdentity(pid: number = process.pid): ProcessIdentity {
  return {
    host: hostname(),
    boot: told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespace: told(() => readlinkSync('/proc/self/ns/pid')),
    pid,
    started: startOf(pid),
  };
}

/** Whether a process is there; `unknown` if it is one of another machine or container, which cannot be seen from here. */
export function stateOf(other: ProcessIdentity): 'running' | 'gone' | 'unknown' {
  const here = processIdentity();
  if (other.host !== here.host || other.boot !== here.boot || other.namespace !== here.namespace) return 'unknown';
  return isRunning(other.pid) && startOf(other.pid) === other.started ? 'running' : 'gone';
}

/** Field 22 of `/proc/<pid>/stat`, in ticks since the machine was started; none of a process that only waits to be buried. */
function startOf(pid: number): string {
  const stat = told(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before may hold anything
  return state === 'Z' ? '' : (fields[18] ?? '');
}

function told(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
