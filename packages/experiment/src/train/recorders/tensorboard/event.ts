import { bytes, double, float, integer, message } from './protobuf.ts';

// `tensorflow/core/util/event.proto` and `tensorflow/core/framework/summary.proto`; the numbers are those of their fields.

/** The first event of a file: of which kind the others are. */
export const fileVersion = (time: number): Uint8Array => message(double(1, time), bytes(3, 'brain.Event:2'));

/** A session begins at `step`: what earlier files say of this step and later ones is void. */
export const sessionStart = (time: number, step: number): Uint8Array =>
  message(double(1, time), integer(2, step), bytes(7, integer(1, 1)));

/** Values at a step. @param time seconds since 1970 */
export const summary = (time: number, step: number, values: readonly Uint8Array[]): Uint8Array =>
  message(double(1, time), integer(2, step), bytes(5, message(...values.map((value) => bytes(1, value)))));

/** A number with its name. */
export const scalar = (tag: string, value: number): Uint8Array => message(bytes(1, tag), float(2, value));

/** A PNG with its name; 8 bits a channel. */
export function image(tag: string, png: Uint8Array): Uint8Array {
  const header = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const [width, height, colorType] = [header.getUint32(16), header.getUint32(20), header.getUint8(25)];
  const channels = colorType === 0 ? 1 : 3;
  const fields = [integer(1, height), integer(2, width), integer(3, channels), bytes(4, png)];
  return message(bytes(1, tag), bytes(4, message(...fields)));
}
