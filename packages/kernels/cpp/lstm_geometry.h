// How the state of an LSTM scan over one image lies in memory.
//
// A wave is the cells that do not depend on each other: a diagonal from the right down to the left, or a row.
// Each of its cells has a slot, its row or its column, and sees two or three neighbouring slots of the wave
// before:
//
//     diagonal          0 1 2 3         row     0 0 0 0        wave t, at slot p, reads of wave t - 1
//     (waves)           1 2 3 4                 1 1 1 1        diagonal  p - 1 (above), p (to the left)
//                       2 3 4 5                 2 2 2 2        row       p - 1, p, p + 1 (all above)
//
// So the recurrence runs over lines of slots, of which only two are alive, and the taps of a cell are one
// contiguous run. Coordinates are logical: the second direction is mirrored, so it looks like the first; only
// addresses of x, y, dx are mirrored back. With S slots, n rows, m columns, h units:
//
//     line of h      [S + 1][h], row [S + 2][h]     slot p at p + 1, zeros on the borders
//     line of dG     [S + 1][4h], row [S + 2][4h]   slot p at p (row: p + 1), zeros on the borders
//     line of c, dc  [S][h]
//
//     diagonal  H   [n + 1][m + 1][h]   row 0 = zeros, column 0 = h0
//               C   [n][m + 1][h]       column 0 = c0
//               dG  [n][m][4h]
//     row       H   [n + 1][m + 2][h]   row 0 = h0, both border columns = zeros
//               C   [n + 1][m][h]       row 0 = c0
//               dG  [n][m + 1][4h]      column m = zeros
//
// dG is so in the fused layer; a scan on its own writes it where the caller wants dx, and reads it there.
//
// Row strides of the diagonal arrays are a little longer than they must be: with a power of two all cells of
// a diagonal fall into the same cache sets.
//
// The only tensor saved for the backward pass is the activated gates, in the order of the waves; C, H and
// tanh(C) are rebuilt from it in one cheap pass, inside the cache.
#pragma once
#include "api.h"
#include "tiles.h"

namespace pixelrnn::PIXELRNN_ISA {

struct LstmGeometry {
  bool row;
  Index height, width;
  int hidden;
  explicit LstmGeometry(const LstmShape& s)
      : row(s.kind == LstmKind::kRow), height(s.images.height), width(s.images.width), hidden(s.hidden) {}

  int Taps() const { return row ? 3 : 2; }
  Index Cells() const { return height * width; }
  Index Weights() const { return (Index)Taps() * hidden * 4 * hidden; }
  /// Floats of the matrices of a pair (pairs.h).
  Index PairWeights() const { return (Index)(Taps() + 1) * hidden * 4 * hidden; }
  /// Taps that see h0: all of a row's, above the first one; the last of a diagonal's, left of the first
  /// column.
  int InitialTaps() const { return row ? 3 : 1; }
  Index Waves() const { return row ? height : height + width - 1; }
  Index HRow() const { return row ? (width + 2) * hidden : (width + 1) * hidden + 16; }
  Index GradRow() const { return row ? (width + 1) * 4 * hidden : width * 4 * hidden + 32; }
  Index HSize() const { return (height + 1) * HRow(); }
  Index CSize() const { return row ? (height + 1) * width * hidden : height * HRow(); }
  Index GradSize() const { return height * GradRow(); }
  Index GateSize() const { return Cells() * 4 * hidden; }
  Index Slots() const { return row ? width : height; }
  /// The slots [FirstStart, LastStart) whose first cell is in wave t: their state starts from h0 and c0.
  Index FirstStart(Index t) const { return row ? 0 : t; }
  Index LastStart(Index t) const { return row ? (t == 0 ? width : 0) : (t < height ? t + 1 : 0); }
  Index PackedForward(int input_rows) const {
    return PackedSize((input_rows + (Taps() + 1) * hidden) * 4, hidden);
  }
  Index PackedBackward() const { return PackedSize((Index)(Taps() + 1) * 4 * hidden, hidden); }
  /// Floats of a line of h; one of dG has four times as many.
  Index Line() const { return (Slots() + Taps() - 1) * hidden; }
};

/// The cells of wave t: `count` of them, beginning at (row, column) and at `slot`; the next one is a row
/// down and a column left (diagonal) or a column right (row).
struct WaveCells {
  Index row, column, slot;
  int count;
  WaveCells(const LstmGeometry& g, Index t) {
    row = g.row || t < g.width ? (g.row ? t : 0) : t - g.width + 1;
    column = g.row ? 0 : t - row;
    slot = g.row ? 0 : row;
    const Index last = t < g.height - 1 ? t : g.height - 1;
    count = g.row ? g.width : last - row + 1;
  }
};

/// Where a wave's state lies: offsets into H and C of its first cell, of the previous c, and the stride
/// between cells.
struct WaveState {
  Index h, c, previous, stride;
  WaveState(const LstmGeometry& g, const WaveCells& w) {
    const Index units = g.hidden, line = g.HRow();
    h = (w.row + 1) * line + (w.column + 1) * units;
    stride = g.row ? units : line - units;
    previous = g.row ? w.row * g.width * units : w.row * line + w.column * units;
    c = previous + (g.row ? g.width * units : units);
  }
};

}  // namespace pixelrnn::PIXELRNN_ISA
