import type { GenerativeModel } from '@pixelrnn/core';
import { UsageError } from '@pixelrnn/shell';

/**
 * The class of each of `count` images to draw: that of `--class`, or all classes in turn; undefined for a model without classes.
 *
 * @throws UsageError if the model has no such class
 */
export function labelsFor(
  { name, conditions: { classes } }: Pick<GenerativeModel, 'name' | 'conditions'>,
  count: number,
  wanted?: number,
): Int32Array | undefined {
  if (wanted !== undefined && !(wanted < (classes ?? 0))) {
    const has = classes === undefined ? 'no classes' : `classes 0 to ${classes - 1}`;
    throw new UsageError(`--class: ${name} has ${has}, got ${wanted}`);
  }
  return classes === undefined ? undefined : Int32Array.from({ length: count }, (_, i) => wanted ?? i % classes);
}

/**
 * The class of each of some images that there are: that of `--class`, else their own; undefined for a model without classes.
 *
 * @throws UsageError if the model has no such class, or none is known
 */
export function labelsOf(
  model: Pick<GenerativeModel, 'name' | 'conditions'>,
  { labels, count }: { readonly labels?: Int32Array; readonly count: number },
  wanted?: number,
): Int32Array | undefined {
  const { classes } = model.conditions;
  if (classes === undefined || wanted !== undefined) return labelsFor(model, count, wanted);
  if (!labels) throw new UsageError(`--class: ${model.name} wants the class of the images, 0 to ${classes - 1}`);
  return labels;
}
