/** @throws unless the call throws */
export function mustThrow(who: string, what: string, call: () => unknown): void {
  try {
    call();
  } catch {
    return;
  }
  throw new Error(`${who}: wanted an error for ${what}, got none`);
}
