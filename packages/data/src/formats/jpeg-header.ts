import type { ImageHeader } from './image-header.ts';

/** Whether the bytes begin as a JPEG file does. */
export const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

const START_OF_SCAN = 0xda;
/** Of the markers 0xc0 to 0xcf these begin no frame. */
const NO_FRAMES = [0xc4, 0xc8, 0xcc];
const [MARKER_BYTES, FRAME_BYTES] = [2, 10];

/**
 * The size that a JPEG file gives of its frame (ITU-T T.81, B.2), before that is turned the way up that it should be shown.
 *
 * @returns undefined where the bytes are others, or end before the frame
 */
export function readJpegHeader(bytes: Uint8Array): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = MARKER_BYTES;
  while (at + FRAME_BYTES <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1];
    if (marker === START_OF_SCAN) return undefined;
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.includes(marker))
      return { format: 'jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7), channels: bytes[at + 9] };
    at += MARKER_BYTES + view.getUint16(at + MARKER_BYTES);
  }
  return undefined;
}
