import { serveTasks, type WorkerSetup } from './serve-tasks.ts';

/** A worker of Node or of a browser. */
export interface Thread {
  terminate(): unknown;
}

/** Starts a worker that does tasks; it is ready when the promise resolves, and keeps no process alive. */
export const startThread = async (setup: WorkerSetup): Promise<Thread> =>
  typeof process !== 'undefined' && process.versions?.node ? startInNode(setup) : startInBrowser(setup);

/** The program of a worker, which no bundler has to find: the text of one function. */
const program = (begin: string) => `const serveTasks = ${serveTasks};\n${begin}`;

function startInNode(setup: WorkerSetup): Promise<Thread> {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const worker = new Worker(
    program(`const { workerData, parentPort } = require('node:worker_threads');
      serveTasks(workerData, () => parentPort.postMessage('ready'));`),
    { eval: true, execArgv: [], workerData: setup },
  );
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', () => {
      worker.unref();
      resolve(worker);
    });
  });
}

async function startInBrowser(setup: WorkerSetup): Promise<Thread> {
  const text = program(`onmessage = ({ data }) => serveTasks(data, () => postMessage('ready'));`);
  const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  try {
    const worker = new Worker(url);
    return await new Promise<Thread>((resolve, reject) => {
      worker.onerror = ({ message }) => {
        worker.terminate();
        reject(new Error(message || 'this page allows no worker of its own making'));
      };
      worker.onmessage = () => resolve(worker);
      worker.postMessage(setup);
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}
