/** Half a difference's step: the curvature of functions of numbers around 1 stays below 1e-10, and so does the rounding of float64. */
const STEP = 1e-5;

/** The gradient of a float64 function of `values`, by central differences, coordinate by coordinate; `values` is as it was afterwards. */
export function differentiate(values: Float64Array, f: () => number): Float64Array {
  return values.map((value, i) => {
    const at = (x: number) => {
      values[i] = x;
      return f();
    };
    const slope = (at(value + STEP) - at(value - STEP)) / (2 * STEP);
    values[i] = value;
    return slope;
  });
}

/** The derivative along a direction: ⟨∇f, direction⟩, for what has too many coordinates to go through. */
export function differentiateAlong(direction: ArrayLike<number>, values: Float64Array, f: () => number): number {
  const start = values.slice();
  const at = (step: number) => {
    values.set(start.map((value, i) => value + step * direction[i]));
    return f();
  };
  const slope = (at(STEP) - at(-STEP)) / (2 * STEP);
  values.set(start);
  return slope;
}
