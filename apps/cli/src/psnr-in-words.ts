import type { Psnr } from '@pixelrnn/experiment';

const decibels = (value: number | null): string => (value === null ? 'no error' : `${value.toFixed(2)} dB`);

/** Peak signal-to-noise ratios, in words. */
export const psnrInWords = ({ degraded, drawn, mean }: Psnr): string =>
  `PSNR ${decibels(degraded)} as it is seen, ${decibels(drawn)} of a draw, ${decibels(mean)} of their mean`;
