import type { ReceptiveField } from '@pixelrnn/testing';

/** What a pixel is to the one whose context is drawn. `leak` is what it sees although it comes later: no causal model has any. */
export type Sight = 'pixel' | 'seen' | 'partly' | 'unseen' | 'later' | 'leak';

export const SIGHT_COLORS: Readonly<Record<Sight, string>> = {
  pixel: '#c2410c',
  seen: '#2f6f8f',
  partly: '#8fb8c9',
  unseen: '#f3c178',
  later: '#e8ebee',
  leak: '#d0021b',
};

/** One picture of an image's pixels: [H][W]. */
export interface FieldPanel {
  readonly title: string;
  readonly sights: readonly (readonly Sight[])[];
}

/** The context of one colour of a pixel. Of RGB, a pixel of which some sub-pixels alone are seen is `partly`. */
export function fieldPanel(field: ReceptiveField, color = 0, name?: string): FieldPanel {
  const [seen, earlier] = [field.seen[color], field.earlier[color]];
  const [sees, all] = [seen, earlier].map((set) => set.filter(Boolean).length);
  return { title: `${name ? `${name}: ` : ''}${sees} of ${all}`, sights: sightsOf(field, seen, earlier) };
}

/** The same, if the model saw all that is drawn before it. */
export function idealPanel(field: ReceptiveField, color = 0): FieldPanel {
  const earlier = field.earlier[color];
  return { title: `ideal: all ${earlier.filter(Boolean).length}`, sights: sightsOf(field, earlier, earlier) };
}

function sightsOf({ image, row, column }: ReceptiveField, seen: Uint8Array, earlier: Uint8Array): Sight[][] {
  const { height, width, channels } = image;
  const countIn = (set: Uint8Array, pixel: number) =>
    set.subarray(pixel * channels, (pixel + 1) * channels).filter(Boolean).length;
  return Array.from({ length: height }, (_, r) =>
    Array.from({ length: width }, (_, c) => {
      if (r === row && c === column) return 'pixel';
      const [sees, all] = [seen, earlier].map((set) => countIn(set, r * width + c));
      if (sees > all) return 'leak';
      if (all === 0) return 'later';
      return sees === all ? 'seen' : sees === 0 ? 'unseen' : 'partly';
    }),
  );
}
