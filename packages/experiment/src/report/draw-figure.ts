import type { PlotOptions } from '@observablehq/plot';

/** What figures are made of: Observable Plot. */
export type PlotLibrary = typeof import('@observablehq/plot');

/**
 * Draws a figure as one SVG element. Plot and the document that it draws in take as long to load as everything else together: they are
 * loaded here and nowhere else, when there is something to draw.
 *
 * @param describe the figure, of the marks that the library has
 */
export async function drawFigure(describe: (plot: PlotLibrary) => PlotOptions): Promise<string> {
  const [plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const figure = plot.plot({ ...describe(plot), document: document as unknown as Document });
  figure.setAttribute('xmlns', 'http://www.w3.org/2000/svg'); // for a file of its own; in a page it says what holds anyway
  return figure.outerHTML;
}
