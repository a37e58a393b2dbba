/** Where a command writes: handed in, so that tests run commands in their own process. */
export interface Terminal {
  /** Results. */
  stdout(text: string): void;
  /** Progress, notes and errors. */
  stderr(text: string): void;
}

export const processTerminal = (): Terminal => ({
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
});
