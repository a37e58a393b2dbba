/**
 * What PixelCNN++ does one after the other (Salimans et al. 2017, §2.3–2.4), for three scales and two resnets:
 *
 *   full     stem ─ r ─ r ─┐                                         ┌─ R ─ R ─ R ─ head
 *   half                   └ halve ─ r ─ r ─┐          ┌─ R ─ R ─ R ─ double
 *   quarter                                 └ halve ─ r ─ r ─ R ─ R ─ double
 *
 * Everything on the way down is remembered but for its end, and each R on the way up takes what was remembered last as its short-cut.
 */
export interface Step {
  readonly kind: 'stem' | 'resnet' | 'halve' | 'double';
  /** Place of its parameters: the step's index and what it is. */
  readonly key: string;
  /** The resolution of its output: sides are divided by 2^scale. */
  readonly scale: number;
  /** A resnet that takes a short-cut. */
  readonly hasShortCut: boolean;
  /** Whether its output is remembered for a short-cut. */
  readonly isRemembered: boolean;
}

export interface PlanOptions {
  /** Gated resnets at each scale, in each stream and on each way. */
  readonly resnets: number;
  readonly scales: number;
}

/** The steps in their order. */
export function planOf({ resnets, scales }: PlanOptions): readonly Step[] {
  const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
  const down = times(scales, (scale) => [
    { kind: scale === 0 ? 'stem' : 'halve', scale } as const,
    ...times(resnets, () => ({ kind: 'resnet', scale }) as const),
  ]).flat();
  const up = times(scales, (i) => scales - 1 - i).flatMap((scale) => {
    const isDeepest = scale === scales - 1;
    const merges = times(
      isDeepest ? resnets : resnets + 1,
      () => ({ kind: 'resnet', scale, hasShortCut: true }) as const,
    );
    return isDeepest ? merges : [{ kind: 'double', scale } as const, ...merges];
  });
  return [...down, ...up].map((step, i) => ({
    hasShortCut: false,
    ...step,
    key: `${i}-${step.kind}`,
    isRemembered: i < down.length - 1,
  }));
}

/** Goes through the steps, each with the result of the one before it, and its short-cut. */
export function follow<T>(
  plan: readonly Step[],
  step: (step: Step, x: T | undefined, shortCut: T | undefined) => T,
): T {
  const remembered: T[] = [];
  let x: T | undefined;
  for (const one of plan) {
    x = step(one, x, one.hasShortCut ? remembered.pop() : undefined);
    if (one.isRemembered) remembered.push(x);
  }
  return x!;
}
