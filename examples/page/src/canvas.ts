import type { ImageSpec } from '@pixelrnn/core';

/** Pixels of a side of an image. */
const SIDE = 28;

/** Whether a model draws images of the kind that the page shows and lets people paint, and need not be told their classes. */
export const canShow = ({ image, classes }: { readonly image: ImageSpec; readonly classes?: number }): boolean => {
  const { height, width, channels, levels } = image;
  return height === SIDE && width === SIDE && channels === 1 && levels === 2 && classes === undefined;
};

/** Draws images [n, 28, 28] of levels 0 and 1, as many in a row as the canvas is wide, a pixel apart. */
export function drawImages(canvas: HTMLCanvasElement, images: Float32Array): void {
  const context = canvas.getContext('2d')!;
  const columns = Math.floor(canvas.width / (SIDE + 1));
  for (let n = 0; n * SIDE * SIDE < images.length; n++) {
    const image = context.createImageData(SIDE, SIDE);
    for (let i = 0; i < SIDE * SIDE; i++) {
      const grey = 255 * images[n * SIDE * SIDE + i];
      image.data.set([grey, grey, grey, 255], 4 * i);
    }
    context.putImageData(image, (n % columns) * (SIDE + 1), Math.floor(n / columns) * (SIDE + 1));
  }
}

/** A canvas of 28×28 pixels of which the pointer paints the first rows. */
export function pad(canvas: HTMLCanvasElement, rows: number) {
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const clear = () => {
    context.fillStyle = '#000';
    context.fillRect(0, 0, SIDE, SIDE);
    context.fillStyle = '#334';
    context.fillRect(0, rows, SIDE, SIDE - rows);
  };
  const paint = ({ offsetX, offsetY, buttons }: PointerEvent) => {
    if (buttons === 0) return;
    const [column, row] = [offsetX, offsetY].map((at) => Math.floor((at * SIDE) / canvas.clientWidth));
    context.fillStyle = '#fff';
    context.fillRect(column - 1, row, 2, Math.min(2, rows - row));
  };
  canvas.addEventListener('pointerdown', paint);
  canvas.addEventListener('pointermove', paint);
  clear();
  return {
    clear,
    /** 1 where it is painted: [28, 28]. */
    levels(): Float32Array {
      const { data } = context.getImageData(0, 0, SIDE, SIDE);
      return Float32Array.from({ length: SIDE * SIDE }, (_, i) => Number(data[4 * i] > 127));
    },
  };
}
