import { type BackendReport, reasonOf } from '@pixelrnn/backends';

/** Lines for each backend that was tried: what started and with which kernels, or why it did not. */
export const describeAttempts = ({ tried }: BackendReport): string[] =>
  tried.flatMap((attempt) => {
    const { name, ok, version, detail, notFused, fused = [], absent = {} } = attempt;
    const indent = ' '.repeat(12);
    if (!ok) return [`${name.padEnd(10)}  not started: ${reasonOf(attempt)}`];
    const started = [`started, version ${version}`, detail, notFused && reasonOf(attempt)];
    return [
      `${name.padEnd(10)}  ${started.filter(Boolean).join(', ')}`,
      ...(fused.length > 0 ? [`${indent}fused kernels: ${fused.join(', ')}`] : []),
      ...Object.entries(absent).map(([kernel, why]) => `${indent}without ${kernel}: ${why}`),
    ];
  });
