/** The TensorFlow.js backends that can be started, the fastest first. */
export const BACKENDS = ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const;

export type BackendName = (typeof BACKENDS)[number];

/** What `useBackend` takes: a backend, or the fastest that starts. */
export const BACKEND_CHOICES = ['auto', ...BACKENDS] as const;

export type BackendChoice = (typeof BACKEND_CHOICES)[number];

/** More threads than any machine has cores for. When the system refuses to start one more, native libraries end the process. */
export const MAX_THREADS = 1024;

export interface StartOptions {
  /** Threads of the backends `tensorflow` and `wasm`, 1 … {@link MAX_THREADS}; all of the machine's by default, for `wasm` at most 8. */
  readonly threads?: number;
}

/** What is known of a backend that has started. */
export type Started = {
  /** Version of the library that does the work. */
  readonly version: string;
  /** Device and origin, in words. */
  readonly detail: string;
  /** Whether the CPU does what is meant for a GPU. */
  readonly isSoftware?: boolean;
  /** Why the fused kernels are absent, where they are. */
  readonly notFused?: string;
  /** A command that mends what keeps it from starting, or from being fast. */
  readonly remedy?: string;
  /** Fused kernels that are absent although others are there, and why. */
  readonly absent?: { readonly [kernel: string]: string };
};

/** Starts one backend, registers the fused kernels for it, and makes it the active one. Throws, saying why, where it cannot. */
export type StartBackend = (options: StartOptions) => Promise<Started>;

/** A backend that does not start until something is done. */
export class UnpreparedError extends Error {
  override readonly name = 'UnpreparedError';
  /** @param remedy the command that does it */
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}
