import { expect, it } from 'vitest';
import { findTorch } from './find-torch.ts';

it('says what to do where there is no PyTorch', async () => {
  const found = await findTorch({ PIXELRNN_TORCH_PYTHON: '/no/such/python' });
  expect(found).toEqual({
    absent: expect.stringMatching(/^\/no\/such\/python has no PyTorch .*set PIXELRNN_TORCH_PYTHON$/),
  });
});
