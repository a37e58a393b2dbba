import { readFileSync } from 'node:fs';

/** The most memory that this process has had resident at once. */
export function peakResidentBytes(): number {
  // On Linux `maxRSS` begins with that of the parent; the high-water mark of the memory map does not.
  const highWater = /^VmHWM:\s+(\d+) kB/m.exec(readStatus())?.[1];
  return highWater ? Number(highWater) * 1024 : process.resourceUsage().maxRSS * 1024;
}

function readStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    return ''; // not Linux
  }
}
