import type { BackendReport } from '@pixelrnn/backends';

/** Lines for each backend that was tried: what started and with which kernels, or why it did not. */
export const describeAttempts = ({ tried }: BackendReport): string[] =>
  tried.flatMap(({ name, ok, reason, version, detail, notFused, fused = [], absent = {} }) => {
    const indent = ' '.repeat(12);
    if (!ok) return [`${name.padEnd(10)}  not started: ${reason}`];
    const started = [`started, version ${version}`, detail, notFused && `no fused kernels: ${notFused}`];
    return [
      `${name.padEnd(10)}  ${started.filter(Boolean).join(', ')}`,
      ...(fused.length > 0 ? [`${indent}fused kernels: ${fused.join(', ')}`] : []),
      ...Object.entries(absent).map(([kernel, why]) => `${indent}without ${kernel}: ${why}`),
    ];
  });
