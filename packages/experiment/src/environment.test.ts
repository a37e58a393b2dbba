import { expect, it } from 'vitest';
import { environment } from './environment.ts';

it('says what a result depends on', () => {
  expect(environment({ backend: 'tensorflow', fused: [] })).toMatchObject({
    pixelrnn: expect.stringMatching(/^\d+\.\d+\.\d+/),
    tfjs: expect.stringMatching(/^4\./),
    node: process.version,
    cpu: expect.any(String),
    cores: expect.any(Number),
    backend: { backend: 'tensorflow', fused: [] },
  });
  expect(environment().backend).toEqual({ backend: 'cpu' });
});
