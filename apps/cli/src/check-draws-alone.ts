import type { Run } from '@pixelrnn/experiment';
import { UsageError } from '@pixelrnn/shell';

/**
 * @param argument the run, as it was called
 * @param instead what to do with a run that restores
 * @throws UsageError if a model of p(image | what is seen of it) would be given nothing of an image
 */
export function refuseRestoring(
  command: string,
  argument: string,
  { config }: Run,
  instead = `pixelrnn restore ${argument} draws`,
): void {
  const { restore } = config.recipe;
  if (restore !== undefined)
    throw new UsageError(
      `${command}: wanted a run that models images alone, got ${argument}, which restores them (${restore}): ${instead}`,
    );
}

/** @throws UsageError unless a model draws images by itself: neither of what is seen of them nor of codes */
export function checkDrawsAlone(command: string, argument: string, run: Run): void {
  refuseRestoring(command, argument, run);
  if (run.model.bound === 'given-code')
    throw new UsageError(
      `${command}: wanted a run that draws images by itself, got ${argument}, whose ${run.model.name} draws them from codes of others: pixelrnn interpolate ${argument} does`,
    );
}
