import type { Bound } from '@pixelrnn/core';
import type { Best } from '../checkpoint/checkpoint.ts';
import type { Validated } from './progress.ts';

/** How far a run has come. */
export interface TrainRunResult {
  readonly folder: string;
  readonly step: number;
  readonly steps: number;
  /** The signal came before all was done. */
  readonly interrupted: boolean;
  /** Why the run ended before its length was reached, where a callback or early stopping has said so. */
  readonly stopped?: string;
  /** Wall-clock time of training, over all sessions. */
  readonly seconds: number;
  readonly parameters: number;
  /** Newest validation of this session, on `evaluateImages` images. */
  readonly valid?: Validated;
  readonly best?: Best;
  /** What these numbers are. */
  readonly bound?: Bound;
  /** Path of `report.html`. */
  readonly report?: string;
}
