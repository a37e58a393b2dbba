import { ExperimentError } from '../experiment-error.ts';
import { configHash, type Extension, type RunConfig, writeRunConfig } from '../run/run-config.ts';
import type { WriteJournal } from './recorders/journal.ts';
import { type Session, scheduleOf } from './session.ts';

/** How many of the steps to come the schedule is asked about. */
const ASKED = 1000;

/** A longer run, and what became of its schedule. */
export interface Extended {
  readonly config: RunConfig;
  readonly extension: Extension;
  /** Factor of the learning rate in the next step: as the old length would have it, and as the new one does. */
  readonly rate: { readonly before: number; readonly after: number };
}

/**
 * Gives a run more steps: writes its config with the new length. Every schedule is a function of the step and of the length of the run, so
 * every schedule can be made anew for another length. What it says of steps that are done is done; the next steps have the rates of a
 * run that had this length from the start. Those that do not ask for the length (constant, warm-up, exponential, step, decays with `steps` of
 * their own) go on as if nothing had been; a decay over the whole run takes its rate up again.
 * @param step steps that are done
 * @returns undefined if the run has that length already
 * @throws ExperimentError if it would become shorter, or if its schedule is 0 in all steps to come: one with `steps` of its own that has
 * reached its end
 */
export async function extendRun(
  session: Session,
  config: RunConfig,
  { to, step }: { readonly to: number; readonly step: number },
): Promise<Extended | undefined> {
  const { folder, recipe, files } = session;
  const from = config.steps;
  if (to < from)
    throw new ExperimentError(`${folder} has a length of ${from} steps: wanted at least as many, got ${to}`);
  if (to === from) return undefined;
  const [old, schedule] = [from, to].map((steps) => scheduleOf(recipe, steps));
  const asked = Math.min(ASKED, to - step);
  const isSpent = Array.from({ length: asked }, (_, i) => step + Math.floor((i * (to - step)) / asked)).every(
    (one) => !(schedule(one) > 0),
  );
  if (isSpent)
    throw new ExperimentError(
      `${folder} cannot go on to ${to} steps: its schedule ${JSON.stringify(recipe.schedule)} is 0 after step ${step}; begin a new run from its weights (--init)`,
    );
  const extension: Extension = { step, from, to, time: new Date().toISOString() };
  const extended = [...(config.extended ?? []), extension];
  const longer: RunConfig = { ...config, hash: configHash({ ...config, steps: to }), steps: to, extended };
  await writeRunConfig(folder, longer, files);
  return { config: longer, extension, rate: { before: old(step), after: schedule(step) } };
}

/** Notes in the journal that a run became longer, and tells if its rate goes on at another height. */
export async function noteExtension(
  { extension: { from, to, step }, rate }: Extended,
  write: WriteJournal,
  onWarning: (line: string) => void,
): Promise<void> {
  await write({ event: 'extend', step, from, to, rate: { ...rate } });
  if (rate.before === rate.after) return;
  const [before, after] = [rate.before, rate.after].map((factor) => `${(100 * factor).toPrecision(3)} %`);
  onWarning(
    `its schedule lasts ${to} steps now: the learning rate goes on at ${after} of the full one, not at ${before}`,
  );
}
