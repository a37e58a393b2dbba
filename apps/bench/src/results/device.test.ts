import { expect, it } from 'vitest';
import { cpuDevice, deviceSlug } from './device.ts';

it.each([
  ['Intel(R) Xeon(R) Processor @ 2.10GHz', 2, 'intel-xeon-2-cores'],
  ['AMD EPYC 9B14', 1, 'amd-epyc-9b14-1-core'],
  ['11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz', 8, '11th-gen-intel-core-i7-1165g7-8-cores'],
  ['Apple M2', 8, 'apple-m2-8-cores'],
])('names the file of %s', (model, cores, slug) => {
  expect(deviceSlug(cpuDevice(model, cores))).toBe(slug);
});

it('always gives a name', () => {
  expect(deviceSlug('NVIDIA H200')).toBe('nvidia-h200');
  expect(deviceSlug('???')).toBe('unknown');
});

it('tells generations apart where the name of the CPU has no number', () => {
  const cpuinfo = 'processor\t: 0\ncpu family\t: 25\nmodel\t\t: 1\nmodel name\t: AMD EPYC\n';
  expect(cpuDevice('AMD EPYC', 2, cpuinfo)).toBe('AMD EPYC (family 25 model 1), 2 cores');
  expect(deviceSlug(cpuDevice('AMD EPYC', 2, cpuinfo))).toBe('amd-epyc-family-25-model-1-2-cores');
  expect(cpuDevice('AMD EPYC 7763', 2, cpuinfo)).toBe('AMD EPYC 7763, 2 cores');
  expect(cpuDevice('AMD EPYC', 1)).toBe('AMD EPYC, 1 core');
});
