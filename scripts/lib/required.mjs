// What a machine must have. Tests of native TensorFlow, WebGPU and browsers skip where these are not to be had; where they should be, as in
// continuous integration, a test that skips would show nothing, and nobody would notice.

/** In the words of `PIXELRNN_REQUIRE`, separated by commas: what `.ci/run` has set up. */
const REQUIRED = (process.env.PIXELRNN_REQUIRE ?? '').split(',');

/**
 * Goes on if something is missing, unless it is required here.
 * @param {'tensorflow' | 'webgpu' | 'browser'} what
 * @param {string} reason
 */
export function reportMissing(what, reason) {
  if (REQUIRED.includes(what)) throw new Error(`PIXELRNN_REQUIRE names ${what}, which is missing here: ${reason}`);
  console.info(`not tested on ${what}: ${reason}`);
}
