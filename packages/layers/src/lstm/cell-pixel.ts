import { kernels } from '@pixelrnn/kernels';
import { atColumn, type Row } from '../rows/row.ts';

/** The rows of an LSTM: the pre-activations of its gates, the cells before it, and what it makes of them. */
export interface CellRows {
  readonly gates: Row;
  readonly before: Row;
  readonly cells: Row;
  readonly hidden: Row;
}

/** One LSTM step at one pixel of all images, of `size` hidden units; see `Kernels.lstmCell`. */
export function cellPixel(
  { gates, before, cells, hidden }: CellRows,
  size: number,
  column: number,
  batch: number,
): void {
  kernels().lstmCell(
    atColumn(gates, column),
    gates.imageStride,
    atColumn(before, column),
    before.imageStride,
    atColumn(cells, column),
    cells.imageStride,
    atColumn(hidden, column),
    hidden.imageStride,
    batch,
    size,
  );
}
