import { InvalidArgumentError } from 'commander';

/** `32x48` */
export function imageSize(text: string): { height: number; width: number } {
  const [, height, width] = /^(\d+)[x×](\d+)$/.exec(text) ?? [];
  if (Number(height) > 0 && Number(width) > 0) return { height: Number(height), width: Number(width) };
  throw new InvalidArgumentError('Expected height and width, as in 32x32.');
}
