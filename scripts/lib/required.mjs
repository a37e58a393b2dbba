// What a machine must have. Tests of native TensorFlow, WebGPU and browsers skip where these are not to be had; where they should be, as in
// continuous integration, a test that skips would show nothing, and nobody would notice.

/**
 * Goes on if something is missing, unless `PIXELRNN_REQUIRE` names it: a list with commas of what `.ci/run` has set up.
 * @param {'tensorflow' | 'webgpu' | 'browser' | 'firefox' | 'webkit' | 'arm64' | 'openmpi' | 'mpich'} what
 * @param {string} reason
 */
export function reportMissing(what, reason) {
  const required = (process.env.PIXELRNN_REQUIRE ?? '').split(',');
  if (required.includes(what)) throw new Error(`PIXELRNN_REQUIRE names ${what}, which is missing here: ${reason}`);
  console.info(`not tested on ${what}: ${reason}`);
}
