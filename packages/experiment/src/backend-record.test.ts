import { expect, it } from 'vitest';
import { backendRecord } from './backend-record.ts';

it('keeps what a result depends on, and no path', () => {
  const report = {
    backend: 'tensorflow',
    tried: [{ name: 'tensorflow', ok: true, version: '2.9.1', detail: 'cpu, /home/someone/.cache/native' }],
    fused: ['PixelrnnAdam'],
    home: '/home/someone',
  };
  expect(backendRecord(report)).toEqual({
    backend: 'tensorflow',
    version: '2.9.1',
    device: 'cpu',
    fused: ['PixelrnnAdam'],
  });
});

it('is the active backend where nothing is reported', () => {
  expect(backendRecord()).toEqual({ backend: 'cpu' });
});
