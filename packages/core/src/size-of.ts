/** How many numbers a tensor of this shape holds: the product of its lengths, 1 for a scalar. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);
