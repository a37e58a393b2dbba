/** What an image file says of its image at its beginning. */
export interface ImageHeader {
  readonly format: 'png' | 'jpeg';
  readonly height: number;
  readonly width: number;
  /** Numbers of a pixel as they stand in the file: 1 for grey, and for indices into a palette. */
  readonly channels: number;
}
