import type { Contestant, Finished, Ready, Timings } from '../worker/protocol.ts';
import { summarize } from './statistics.ts';

export interface MeasureOptions {
  /** How often each contestant has its turn. */
  readonly rounds: number;
  /** A turn is as many runs as fit into this, at least one. */
  readonly turnMs: number;
  /** Rounds are left out where all of them would take longer. */
  readonly taskMs: number;
  /** One run each, without warm-up: for tasks that take minutes and warm up by themselves. */
  readonly once: boolean;
}

export const MEASURE_DEFAULTS: MeasureOptions = { rounds: 7, turnMs: 1000, taskMs: 90_000, once: false };

/** A contestant that is ready for its task. */
export interface Entrant {
  readonly contestant: Contestant;
  readonly ready: Ready;
}

export interface Measured extends Entrant {
  readonly timings: Timings;
  readonly finished: Finished;
}

/** Most that the nats of the same model on the same batch may differ, relative. */
const SAME_NATS = 1e-4;

/**
 * Times contestants in turn, so that what else the machine does falls on all of them: warm-up, then `rounds` rounds of one turn each.
 * @throws if those that name their nats do not agree: they would not be doing the same work
 */
export async function measure(
  entrants: readonly Entrant[],
  options: Partial<MeasureOptions> = {},
): Promise<readonly Measured[]> {
  const { once, ...limits } = { ...MEASURE_DEFAULTS, ...options };
  checkSameWork(entrants);
  const { rounds, counts } = once ? { rounds: 1, counts: entrants.map(() => 1) } : await plan(entrants, limits);
  const collected: Record<string, number[]>[] = entrants.map(() => ({}));
  for (let round = 0; round < rounds; round++) {
    for (const [i, { contestant }] of entrants.entries()) {
      for (const [probe, times] of Object.entries(await contestant.run(counts[i]))) {
        collected[i][probe] ??= [];
        collected[i][probe].push(...times);
      }
    }
  }
  const measured: Measured[] = [];
  for (const [i, entrant] of entrants.entries())
    measured.push({ ...entrant, timings: collected[i], finished: await entrant.contestant.finish() });
  return measured;
}

/** Warms everyone up, and finds how often each runs in a turn and how many rounds there is time for. */
async function plan(
  entrants: readonly Entrant[],
  { rounds, turnMs, taskMs }: Omit<MeasureOptions, 'once'>,
): Promise<{ rounds: number; counts: number[] }> {
  const warm: number[] = [];
  for (const { contestant } of entrants) warm.push(await warmUp(contestant, turnMs));
  const counts = warm.map((ms) => Math.max(1, Math.round(turnMs / ms)));
  const roundMs = warm.reduce((sum, ms, i) => sum + ms * counts[i], 0);
  return { counts, rounds: Math.max(1, Math.min(rounds, Math.floor(taskMs / roundMs))) };
}

/** Turns that warm up, at most; and how many in a row must be no faster, by how much, for warm to be warm. */
const WARM_UP = { turns: 12, steady: 2, faster: 0.995 };

/**
 * Runs turns until they get no faster: then caches, programs and thread pools are there, and what a training would run compiled is
 * compiled (V8 does so after some hundred calls; 44 ms a step had become 41 after ten seconds). A run that fills a turn alone is not
 * repeated. Returns the milliseconds of a run, all probes.
 */
async function warmUp(contestant: Contestant, turnMs: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  let steady = 0;
  let last = 0;
  for (let turn = 0; turn < WARM_UP.turns && steady < WARM_UP.steady; turn++) {
    const times = await warmTurn(contestant, turnMs);
    last = summarize(times).median;
    if (times.length === 1 && last >= turnMs) break;
    steady = last < WARM_UP.faster * best ? 0 : steady + 1;
    best = Math.min(best, last);
  }
  return last;
}

/** Single runs for as long as a turn, at least one: the milliseconds of each. */
async function warmTurn(contestant: Contestant, turnMs: number): Promise<number[]> {
  const times: number[] = [];
  const began = performance.now();
  for (let now = began; times.length === 0 || now - began < turnMs; ) {
    await contestant.run(1);
    times.push(performance.now() - now);
    now += times[times.length - 1];
  }
  return times;
}

function checkSameWork(entrants: readonly Entrant[]): void {
  const known = entrants.filter(({ ready }) => ready.nats !== undefined);
  for (const { contestant, ready } of known) {
    const [first] = known;
    const expected = first.ready.nats!;
    if (!(Math.abs(ready.nats! - expected) <= SAME_NATS * Math.abs(expected)))
      throw new Error(
        `measure: wanted the same model from all, but ${first.contestant.label} has ${expected} nats and ${contestant.label} ${ready.nats}`,
      );
  }
}
