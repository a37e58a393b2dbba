/** Seconds as a person says them: `42 s`, `3 min 05 s`, `2 h 07 min`. */
export function duration(seconds: number): string {
  const total = Math.round(seconds);
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  if (total < 60) return `${total} s`;
  if (total < 3600) return `${Math.floor(total / 60)} min ${twoDigits(total % 60)} s`;
  return `${Math.floor(total / 3600)} h ${twoDigits(Math.floor(total / 60) % 60)} min`;
}

/** Bytes in decimal megabytes, as download pages give them. */
export const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

/** Nats and bits per dimension of one image. */
export const likelihoods = ({ nats, bitsPerDim }: { nats: number; bitsPerDim: number }) =>
  `${nats.toFixed(2)} nats, ${bitsPerDim.toFixed(4)} bits/dim`;

/** Lines of `name  value` with the values below each other. */
export function table(rows: readonly (readonly [string, string | number])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}
