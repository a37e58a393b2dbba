import { encode } from 'fast-png';
import { drawFigure } from './draw-figure.ts';
import { type FieldPanel, SIGHT_COLORS, type Sight } from './field-panels.ts';
import { COLORS } from './figures.ts';

export interface FieldFigureOptions {
  /** Panels side by side. */
  readonly columns?: number;
  /** Pixels of the figure for each pixel of the image. */
  readonly scale?: number;
}

const DEFAULTS = { columns: 2, scale: 8 };
/** Pixels of the figure between panels, for a line of text in the SVG. */
const GAP = 22;

/** Neighbours of a row that look alike, as one rectangle of their panel. */
interface Run {
  readonly panel: number;
  readonly row: number;
  readonly from: number;
  readonly to: number;
  readonly sight: Sight;
}

function runsOf({ sights }: FieldPanel, panel: number): Run[] {
  return sights.flatMap((line, row) => {
    const starts = line.flatMap((sight, c) => (c === 0 || line[c - 1] !== sight ? [c] : []));
    return starts.map((from, i) => ({ panel, row, from, to: starts[i + 1] ?? line.length, sight: line[from] }));
  });
}

/** Panels of one size, each under its title, as one SVG element. */
export function fieldSvg(panels: readonly FieldPanel[], options: FieldFigureOptions = {}): Promise<string> {
  const { columns, scale } = { ...DEFAULTS, ...options };
  const [height, width] = [panels[0].sights.length, panels[0].sights[0].length];
  const rows = Math.ceil(panels.length / columns);
  const at = {
    fx: ({ panel }: { panel: number }) => panel % columns,
    fy: ({ panel }: { panel: number }) => Math.floor(panel / columns),
  };
  const titles = panels.map(({ title }, panel) => ({ title, panel }));
  return drawFigure((Plot) => ({
    width: columns * (width * scale + GAP),
    height: rows * (height * scale + GAP) + GAP,
    margin: 0,
    marginTop: GAP,
    style: { background: 'transparent', fontSize: '11px', color: COLORS.ink },
    x: { domain: [0, width], axis: null },
    y: { domain: [0, height], axis: null, reverse: true },
    fx: { axis: null, padding: GAP / (width * scale + GAP) },
    fy: { axis: null, padding: GAP / (height * scale + GAP) },
    color: { domain: Object.keys(SIGHT_COLORS), range: Object.values(SIGHT_COLORS) },
    marks: [
      Plot.rect(panels.flatMap(runsOf), {
        x1: 'from',
        x2: 'to',
        y1: 'row',
        y2: ({ row }: Run) => row + 1,
        fill: 'sight',
        shapeRendering: 'crispEdges', // else lines show between rows
        ...at,
      }),
      Plot.text(titles, { text: 'title', frameAnchor: 'top-left', dy: -14, ...at }),
    ],
  }));
}

/** The panels without their titles, as PNG. */
export function fieldPng(panels: readonly FieldPanel[], options: FieldFigureOptions = {}): Uint8Array {
  const { columns, scale } = { ...DEFAULTS, ...options };
  const [height, width] = [panels[0].sights.length, panels[0].sights[0].length];
  const pitch = { x: width * scale + scale, y: height * scale + scale };
  const size = {
    width: Math.min(columns, panels.length) * pitch.x + scale,
    height: Math.ceil(panels.length / columns) * pitch.y + scale,
  };
  const data = new Uint8Array(size.width * size.height * 3).fill(255);
  panels.forEach(({ sights }, panel) => {
    const [left, top] = [scale + (panel % columns) * pitch.x, scale + Math.floor(panel / columns) * pitch.y];
    for (let y = 0; y < height * scale; y++)
      for (let x = 0; x < width * scale; x++) {
        const sight = sights[Math.floor(y / scale)][Math.floor(x / scale)];
        data.set(rgbOf(SIGHT_COLORS[sight]), ((top + y) * size.width + left + x) * 3);
      }
  });
  return encode({ ...size, data, channels: 3, depth: 8 });
}

const rgbOf = (color: string): number[] => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
