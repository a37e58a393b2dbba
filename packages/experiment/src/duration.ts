/** Seconds as a person says them: `0.3 s`, `42 s`, `3 min 05 s`, `2 h 07 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  const total = Math.round(seconds);
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  if (total < 60) return `${total} s`;
  if (total < 3600) return `${Math.floor(total / 60)} min ${twoDigits(total % 60)} s`;
  return `${Math.floor(total / 3600)} h ${twoDigits(Math.floor(total / 60) % 60)} min`;
}
