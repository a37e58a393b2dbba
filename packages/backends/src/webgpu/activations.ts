/**
 * σ and tanh in WGSL, exact to a few bits of float32 (WGSL leaves the precision of its own tanh open), without overflow, and NaN for
 * NaN.
 */
export const ACTIVATIONS = `
fn logistic(v : f32) -> f32 {
  let e = exp(-abs(v));
  return select(select(e, 1.0, v >= 0.0) / (1.0 + e), v, isNan(v));
}
fn hyperbolic(v : f32) -> f32 {
  let e = exp(-2.0 * abs(v));
  let s = v * v;
  let near = v * (1.0 - s * (1.0 / 3.0 - s * (2.0 / 15.0 - s * (17.0 / 315.0))));
  let far = sign(v) * (1.0 - e) / (1.0 + e);
  return select(select(far, near, abs(v) < 0.1), v, isNan(v));
}`;
