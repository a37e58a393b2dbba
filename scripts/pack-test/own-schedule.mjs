// A schedule of your own: the factor of the learning rate as a function of the steps done, so that a run can go on from any of them.
import { withDefaults } from '@pixelrnn/core';
import { registerSchedule } from '@pixelrnn/trainer';

/** Up to 1 over w steps, then down as an inverse square root (Vaswani et al. 2017, §5.3): min(s / w, √(w / s)) in step s = 1, 2, … */
export function inverseSqrt(options) {
  const { warmUp } = withDefaults('inverse-sqrt', options, { warmUp: 100 }, []);
  return (done) => Math.min((done + 1) / warmUp, Math.sqrt(warmUp / (done + 1)));
}

registerSchedule('inverse-sqrt', inverseSqrt);
