import { describe, expect, it } from 'vitest';
import { fitRaster, type Raster, stretchRaster, withChannels } from './raster.ts';

const grey = (height: number, width: number, pixels: ArrayLike<number>): Raster => ({
  height,
  width,
  channels: 1,
  pixels: Uint8Array.from(pixels),
});

/** Straight from the definition: sample each output pixel's area on a fine grid. */
function sampledMeans({ height, width, pixels }: Raster, toHeight: number, toWidth: number): number[] {
  const scale = Math.min(height / toHeight, width / toWidth);
  const [top, left] = [(height - toHeight * scale) / 2, (width - toWidth * scale) / 2];
  const fine = 60;
  return Array.from({ length: toHeight * toWidth }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < fine * fine; k++) {
      const y = top + (Math.floor(i / toWidth) + (Math.floor(k / fine) + 0.5) / fine) * scale;
      const x = left + ((i % toWidth) + ((k % fine) + 0.5) / fine) * scale;
      sum += pixels[Math.floor(y) * width + Math.floor(x)];
    }
    return sum / (fine * fine);
  });
}

describe('fitRaster', () => {
  it('leaves an image of the right size alone', () => {
    const image = grey(2, 2, [1, 2, 3, 4]);
    expect(fitRaster(image, 2, 2, 'crop', 'f')).toBe(image);
  });

  it('crops the window at the center', () => {
    const image = grey(4, 3, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect([...fitRaster(image, 2, 1, 'crop', 'f').pixels]).toEqual([4, 7]);
    expect(() => fitRaster(image, 5, 1, 'crop', 'f')).toThrow('f: wanted at least 5×1 pixels to crop, found 4×3');
  });

  it('takes means of blocks where the sizes divide', () => {
    const image = grey(2, 4, [0, 4, 100, 200, 8, 12, 100, 200]);
    expect([...fitRaster(image, 1, 2, 'box', 'f').pixels]).toEqual([6, 150]);
  });

  it.each([
    [7, 11, 3, 3],
    [9, 5, 2, 4],
    [10, 10, 7, 7],
    [3, 4, 6, 8],
    [5, 9, 1, 1],
  ])('box: %i×%i to %i×%i agrees with sampling the areas', (height, width, toHeight, toWidth) => {
    const image = grey(
      height,
      width,
      Array.from({ length: height * width }, (_, i) => (i * 97) % 256),
    );
    const wanted = sampledMeans(image, toHeight, toWidth);
    fitRaster(image, toHeight, toWidth, 'box', 'f').pixels.forEach((value, i) => {
      expect(Math.abs(value - wanted[i])).toBeLessThan(4);
    });
  });

  it('resizes each channel by itself', () => {
    const image: Raster = { height: 1, width: 2, channels: 3, pixels: Uint8Array.of(0, 10, 100, 2, 30, 200) };
    const wide: Raster = { ...image, height: 2, pixels: Uint8Array.of(...image.pixels, ...image.pixels) };
    expect([...fitRaster(wide, 1, 1, 'box', 'f').pixels]).toEqual([1, 20, 150]);
  });
});

describe('withChannels', () => {
  it('makes grey of RGB by luma and RGB of grey by repetition', () => {
    const rgb: Raster = { height: 1, width: 2, channels: 3, pixels: Uint8Array.of(255, 255, 255, 100, 50, 200) };
    expect([...withChannels(rgb, 1).pixels]).toEqual([255, 82]);
    expect([...withChannels(grey(1, 2, [7, 8]), 3).pixels]).toEqual([7, 7, 7, 8, 8, 8]);
  });
});

describe('stretchRaster', () => {
  it('takes all of an image, whatever its shape', () => {
    const image = grey(2, 4, [0, 10, 20, 30, 40, 50, 60, 70]);
    expect([...stretchRaster(image, 2, 2).pixels]).toEqual([5, 25, 45, 65]);
    expect([...stretchRaster(image, 1, 1).pixels]).toEqual([35]);
    expect([...stretchRaster(grey(1, 3, [0, 30, 90]), 1, 2).pixels]).toEqual([10, 70]);
  });
});
