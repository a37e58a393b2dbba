// The gradients of a scan's weights and initial state, from H and dG of one image.
//
// Of the weights, those of the matrices of a pair (pairs.h). Diagonals are paired where they cross the rows 2
// p and 2 p + 1:
//
//     row 2 p          a b c d .        m + 1 pairs: a cell and the one below and to the left;
//     row 2 p + 1      . a b c d        the first and the last have only one
//
// What they are made of is written wave by wave, while a wave is near. The sums over an image follow in the
// end, those of rows already after a few.
#pragma once
#include "lstm_geometry.h"
#include "pairs.h"

namespace pixelrnn::PIXELRNN_ISA {

/// Where the gradients of the pre-activations, dG, are written: [n][m][4h] in logical coordinates.
struct GateGradients {
  float* data;
  Index row, column;
  /// From the coordinates of one direction to those of the other.
  GateGradients Mirrored(Index width) const { return {data + (width - 1) * column, row, -column}; }
};

/// What the outer products are made of, beside H and dG themselves.
struct WeightFactors {
  RowFactors row;  // of a band
  RowGradients row_gradients;
  float* differences;  // diagonal: [n, m, h], what the last tap of every cell sees less what the first does
  float* sums;         // diagonal: [(n + 1) / 2, m + 1, 4h], of the gradients of pairs
  WeightFactors(const LstmGeometry& g, Arena& arena)
      : row(3, g.row ? kBandRows : 0, g.width, g.hidden, arena),
        row_gradients(g.row ? kBandRows : 0, g.width, 4 * g.hidden, arena),
        differences(arena.Take(g.row ? 0 : g.Cells() * g.hidden)),
        sums(arena.Take(g.row ? 0 : (g.height + 1) / 2 * (g.width + 1) * 4 * g.hidden)) {}

  /// From H, once the wave before is there.
  void ReadState(const LstmGeometry& g, const WaveCells& w, const float* h) const {
    const Index units = g.hidden, line = g.HRow();
    if (g.row) return row.Read(w.row % kBandRows, h + w.row * line);
    const float* left = h + (w.row + 1) * line + w.column * units;
    float* to = differences + (w.row * g.width + w.column) * units;
    for (int i = 0; i < w.count; i++, left += line - units, to += (g.width - 1) * units)
      Subtract(left, left + units - line, to, units);
  }

  /// From the line of dG of a wave; `own`: of its first cell.
  void ReadGradients(const LstmGeometry& g, const WaveCells& w, const float* own) const {
    if (g.row) return row_gradients.Read(w.row % kBandRows, own);
    const Index four = 4 * g.hidden;
    const Index missing = w.slot % 2, last = missing + w.count;  // cells, from that of a whole pair
    float* to = sums + (w.slot / 2 * (g.width + 1) + w.column + missing) * four;
    for (Index i = 0; i < last; i += 2, to += (g.width - 1) * four) {
      const float *a = own + (i - missing) * four, *b = a + four;
      if (i >= missing && i + 1 < last)
        Add(a, b, to, four);
      else
        Copy(to, i < missing ? b : a, four);
    }
  }
  /// The last row of an odd number has no row below, whose last cell would be half of a pair.
  void ClearLastPair(const LstmGeometry& g) const {
    const Index four = 4 * g.hidden, pairs = (g.height + 1) / 2 * (g.width + 1);
    if (!g.row && g.height % 2 == 1) Clear(sums + (pairs - 1) * four, four);
  }
};

/// dm [3, h, 4h] += the gradients of the matrices of a pair.
static void AddDiagonalPairGradients(const LstmGeometry& g, const float* h, const GateGradients& dgates,
                                     const WeightFactors& f, float* dm, Ahead* ahead) {
  const Index units = g.hidden, four = 4 * units, h_row = g.HRow(), d_row = g.width * units;
  const Index pairs = g.width + 1, row = dgates.row, column = dgates.column;
  const auto add = [&](const float* a, Index a_row, const float* b, Index b_row, Index b_column, Index rows,
                       Index columns) {
    AddOuterProducts(
        {a, 2 * a_row, units, b, b_row, b_column, rows, columns, g.hidden, 4 * g.hidden, dm, four, ahead});
    dm += units * four;
  };
  add(h + h_row, h_row, f.sums, pairs * four, four, (g.height + 1) / 2, pairs);
  add(f.differences, d_row, dgates.data, 2 * row, column, (g.height + 1) / 2, g.width);
  add(f.differences + d_row, d_row, dgates.data + row, 2 * row, column, g.height / 2, g.width);
}

/// Adds what one image gives the initial state: to dc0, and to dg0 [InitialTaps, 4h] the gradients of the
/// pre-activations that see h0 by each tap. h0 is what the last tap of a diagonal's first column sees; or it
/// stands above the first row, inside the image only.
static void AddInitialGradients(const LstmGeometry& g, const GateGradients& dgates, const float* dc,
                                float* dg0, float* dc0) {
  const auto [data, row, column] = dgates;
  AddColumnSums(dc, g.Slots(), g.hidden, g.hidden, dc0);
  if (!g.row) return AddColumnSums(data, g.height, row, 4 * g.hidden, dg0);
  for (int t = 0; t < 3; t++) {
    const Index first = t == 0 ? 1 : 0, last = t == 2 ? g.width - 1 : g.width;
    AddColumnSums(data + first * column, last - first, column, 4 * g.hidden, dg0 + t * 4 * g.hidden);
  }
}
/// dh0 = dg0 Wᵀ, summed over the taps that see h0; w [taps, h, 4h].
static void InitialStateGradient(const LstmGeometry& g, const float* w, const float* dg0, float* dh0) {
  const Index four = 4 * g.hidden;
  w += (g.Taps() - g.InitialTaps()) * g.hidden * four;
  for (Index k = 0; k < g.hidden; k++) {
    float sum = 0;
    for (int t = 0; t < g.InitialTaps(); t++)
      for (Index q = 0; q < four; q++) sum += dg0[t * four + q] * w[(t * g.hidden + k) * four + q];
    dh0[k] = sum;
  }
}

}  // namespace pixelrnn::PIXELRNN_ISA
