import type { WebgpuBackend } from './webgpu-backend.ts';

/** What went wrong on a device, or undefined. */
export type Failure = () => string | undefined;

/**
 * WebGPU reports errors asynchronously, and what a failed program should have written stays zero. After this, whatever the device
 * reports (a program that does not compile or does not fit its bindings, memory that runs out, a device that is lost) is thrown when
 * a tensor is read next, or a program run, with the name of the program; and from then on always, since any tensor may
 * hang on the failed one. Only starting the backend again clears it.
 *
 * A program is looked at closely when it runs for the first time; reading with `data()` waits for the result, `dataSync()` cannot.
 */
export function guardDevice(backend: WebgpuBackend): Failure {
  const { device } = backend;
  const checked = new Set<string>();
  let checks = Promise.resolve();
  let failure: string | undefined;
  // What follows from a failed program, or a failure of one that has run well before.
  let uncaptured: string | undefined;
  const current = () => failure ?? uncaptured;
  const refuse = (reason: string | undefined) => {
    if (reason !== undefined)
      throw new Error(`webgpu: ${reason}\nResults since then are not valid; start the backend again.`);
  };

  device.addEventListener('uncapturederror', ({ error }) => {
    uncaptured ??= error.message;
  });
  device.lost.then(({ reason, message }) => {
    failure ??= `the device was lost (${reason}): ${message}`;
  });

  const run = backend.runWebGPUProgram.bind(backend);
  backend.runWebGPUProgram = (program, inputs, ...rest) => {
    refuse(failure);
    const key = `${program.shaderKey} ${inputs.map(({ shape, dtype }) => `${shape.length}${dtype}`)}`;
    if (checked.has(key)) return run(program, inputs, ...rest);
    checked.add(key);
    const name = program.constructor.name;
    device.pushErrorScope('out-of-memory');
    device.pushErrorScope('validation');
    try {
      return run(program, inputs, ...rest);
    } finally {
      for (let scope = 0; scope < 2; scope++) {
        const popped = device.popErrorScope();
        checks = checks
          .then(() => popped)
          .then(
            (error) => {
              if (error) failure ??= `the program ${name} failed: ${error.message}`;
            },
            () => {}, // a lost device, which tells by itself
          );
      }
    }
  };

  const read = backend.read.bind(backend);
  backend.read = async (dataId) => {
    const values = await read(dataId).catch((error: Error) => {
      refuse(current());
      throw error;
    });
    await checks;
    refuse(current());
    return values;
  };
  const readSync = backend.readSync.bind(backend);
  backend.readSync = (dataId) => {
    refuse(current());
    try {
      return readSync(dataId);
    } catch (error) {
      if (typeof OffscreenCanvas !== 'undefined') throw error;
      throw new Error('webgpu: outside of browsers tensors can be read with await tensor.data() only', {
        cause: error,
      });
    }
  };
  return current;
}
