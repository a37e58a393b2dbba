import type { BackendName, Started } from './start/backend.ts';

/** One backend that was tried. */
export type BackendAttempt = Partial<Started> & {
  readonly name: BackendName;
  readonly ok: boolean;
  /** Why it did not start. */
  readonly reason?: string;
  /** Fused kernels of ours that it has. */
  readonly fused?: readonly string[];
};

export type BackendReport = {
  /** The backend that is active now. */
  readonly backend: BackendName;
  /** What was tried, in order. */
  readonly tried: readonly BackendAttempt[];
  /** Fused kernels of ours that it has. */
  readonly fused: readonly string[];
};
