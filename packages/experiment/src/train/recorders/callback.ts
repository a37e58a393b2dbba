import type { ImageSpec, JsonObject } from '@pixelrnn/core';
import type { Evaluation, StepReport } from '@pixelrnn/trainer';

/** A session of a run begins. */
export interface RunStart {
  /** The run folder. */
  readonly folder: string;
  /** Steps done already, of `steps`. */
  readonly step: number;
  readonly steps: number;
  readonly image: ImageSpec;
}

/** A step is done. */
export interface RunStep extends StepReport {
  /** Of the run. */
  readonly steps: number;
  /** Median of the newest. */
  readonly secondsPerStep: number;
  readonly imagesPerSecond: number;
}

/** The batches since the last summary. */
export interface RunSummary {
  readonly step: number;
  readonly epoch: number;
  /** Mean per image. */
  readonly nats: number;
  readonly bitsPerDim: number;
  readonly bound: StepReport['bound'];
  /** What the model's objective reports beside the nats, as the divergence of each latent (`kl`): means per image. */
  readonly terms?: StepReport['terms'];
  /** Of the newest step. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly imagesPerSecond: number;
}

/** The likelihood of validation images. */
export interface RunValidation extends Evaluation {
  readonly step: number;
  /** Better than all before it. */
  readonly isBest: boolean;
}

/** Images that the model has drawn, and their sheet. */
export interface RunSamples {
  readonly step: number;
  /** Levels [count, H, W, C]. */
  readonly images: Float32Array;
  readonly png: Uint8Array;
  /** Where the sheet lies, seen from the run folder. */
  readonly file: string;
}

/** A checkpoint is whole and on the disk. */
export interface RunCheckpoint {
  readonly step: number;
  readonly folder: string;
}

/** What a callback may do to its run. */
export interface RunControl {
  /**
   * Ends the run after the step in progress, in good order: this step is its last, so it is validated, sampled and saved (but for what has
   * been passed: `onCheckpoint` comes after both). A run that is resumed keeps to it.
   */
  stop(reason: string): void;
  /** Aborted once the run is to end: what takes long may give up then. */
  readonly signal: AbortSignal;
}

type On<Event> = (event: Event, run: RunControl) => void | Promise<void>;

/**
 * What watches a run. Every callback is awaited before the run goes on. One that throws ends the run as an interrupt does: the step is
 * saved, the run can be resumed, and the error is the caller's.
 */
export interface RunCallback {
  /** Its state stands under this name in checkpoints. */
  readonly name?: string;
  readonly onStart?: On<RunStart>;
  readonly onStep?: On<RunStep>;
  /** A thousand times in a run, or every `journalEvery` steps. */
  readonly onSummary?: On<RunSummary>;
  readonly onValidation?: On<RunValidation>;
  readonly onSamples?: On<RunSamples>;
  readonly onCheckpoint?: On<RunCheckpoint>;
  /** What it must be given in order to go on as if nothing had been; kept in every checkpoint. Wants a `name`. */
  state?(): JsonObject | undefined;
  /** Called before `onStart` with the state of the checkpoint that the run goes on from. */
  restore?(state: JsonObject): void;
}

/** The moments of a run, in no order. */
export const RUN_EVENTS = ['onStart', 'onStep', 'onSummary', 'onValidation', 'onSamples', 'onCheckpoint'] as const;

/** Tells all that watch a run of an event, one after the other. */
export type Emit = <Name extends (typeof RUN_EVENTS)[number]>(
  name: Name,
  event: Parameters<NonNullable<RunCallback[Name]>>[0],
) => Promise<void>;
