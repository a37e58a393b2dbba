// The gradients of a scan's weights and initial state, from H and dG of one image.
//
// Of the weights, those of the matrices of a pair (lstm_pairs.h): what a matrix is multiplied with, outer the
// gradient of its product. With the gradients g_i and g_{i+1} of a pair's cells these are
//
//     s    g_i + g_{i+1}        first cell    g_i
//     d    g_i - g_{i+1}        second cell   g_{i+1}
//
// Diagonals are paired where they cross the rows 2 p and 2 p + 1:
//
//     row 2 p          a b c d .        m + 1 pairs: a cell and the one below and to the left;
//     row 2 p + 1      . a b c d        the first and the last have only one
//
// All is written wave by wave, while a wave is near. The sums over an image follow in the end, those of rows
// already after a few.
#pragma once
#include "lstm_geometry.h"
#include "lstm_pairs.h"
#include "outer_product.h"

namespace pixelrnn::PIXELRNN_ISA {

/// Where the gradients of the pre-activations, dG, are written: [n][m][4h] in logical coordinates.
struct GateGradients {
  float* data;
  Index row, column;
  /// From the coordinates of one direction to those of the other.
  GateGradients Mirrored(Index width) const { return {data + (width - 1) * column, row, -column}; }
};

/// Rows of a Row LSTM whose outer products are summed at once.
constexpr Index kBandRows = 4;

/// What the outer products are made of, beside H and dG themselves.
struct WeightFactors {
  Index rows, pairs;        // rows of the image here; pairs of a row, or of two (diagonal)
  float* differences;       // [rows, m, h]: l_{i + taps - 1} - l_i of every cell
  float* middle[2];         // row: [rows, pairs, h], the factors of s and d
  float *sums, *opposites;  // of dG: [rows or half of them, pairs, 4h] g_i + g_{i+1}; row: g_i - g_{i+1}
  WeightFactors(const LstmGeometry& g, Arena& arena)
      : rows(g.row ? kBandRows : g.height),
        pairs(g.row ? (g.width + 1) / 2 : g.width + 1),
        differences(arena.Take(rows * g.width * g.hidden)),
        middle{},
        opposites{} {
    const Index all = (g.row ? rows : (rows + 1) / 2) * pairs * g.hidden;
    sums = arena.Take(4 * all);
    if (!g.row) return;
    opposites = arena.Take(4 * all);
    for (float*& m : middle) m = arena.Take(all);
  }

  /// From H, once the wave before is there.
  void ReadState(const LstmGeometry& g, const WaveCells& w, const float* h) const {
    const Index units = g.hidden, line = g.HRow();
    if (g.row) {
      const float* above = h + w.row * line;
      const Index r = w.row % rows, first = r * pairs * units;
      Subtract(above + 2 * units, above, differences + r * g.width * units, g.width * units);
      MiddleOfPairs(units, above, g.width, middle[0] + first, middle[1] + first);
      return;
    }
    const float* left = h + (w.row + 1) * line + w.column * units;
    float* to = differences + (w.row * g.width + w.column) * units;
    for (int i = 0; i < w.count; i++, left += line - units, to += (g.width - 1) * units)
      Subtract(left, left + units - line, to, units);
  }

  /// From the line of dG of a wave; `own`: of its first cell.
  void ReadGradients(const LstmGeometry& g, const WaveCells& w, const float* own) const {
    const Index four = 4 * g.hidden;
    const Index missing = g.row ? 0 : w.slot % 2,
                last = missing + w.count;  // cells, from that of a whole pair
    const Index pair = g.row ? w.row % rows * pairs : w.slot / 2 * pairs + w.column + missing;
    const Index step = g.row ? 1 : pairs - 2;
    for (Index i = 0; i < last; i += 2) {
      const float *a = own + (i - missing) * four, *b = a + four;
      const Index to = (pair + i / 2 * step) * four;
      if (i >= missing && i + 1 < last) {
        Add(a, b, sums + to, four);
        if (g.row) Subtract(a, b, opposites + to, four);
      } else {
        Copy(sums + to, i < missing ? b : a, four);
        if (g.row) Copy(opposites + to, a, four);
      }
    }
  }
  /// The last row of an odd number has no row below, whose last cell would be half of a pair.
  void ClearLastPair(const LstmGeometry& g) const {
    if (!g.row && g.height % 2 == 1)
      Clear(sums + ((g.height + 1) / 2 * pairs - 1) * 4 * g.hidden, 4 * g.hidden);
  }
};

/// dm [taps + 1, h, 4h] += the gradients of the matrices of a pair, from `rows` rows of the image.
static void AddPairGradients(const LstmGeometry& g, const float* h, const GateGradients& dgates,
                             const WeightFactors& f, Index from, Index rows, float* dm, Ahead* ahead) {
  const Index units = g.hidden, four = 4 * units, h_row = g.HRow(), d_row = g.width * units;
  const Index row = dgates.row, column = dgates.column;
  const float *data = dgates.data + from * row, *left = h + (from + 1) * h_row;
  const auto add = [&](const float* a, Index a_row, Index a_column, const float* b, Index b_row,
                       Index b_column, Index count, Index columns) {
    AddOuterProducts(
        {a, a_row, a_column, b, b_row, b_column, count, columns, g.hidden, 4 * g.hidden, dm, four, ahead});
    dm += units * four;
  };
  if (g.row) {
    add(f.middle[0], f.pairs * units, units, f.sums, f.pairs * four, four, rows, f.pairs);
    add(f.middle[1], f.pairs * units, units, f.opposites, f.pairs * four, four, rows, f.pairs);
    add(f.differences, d_row, 2 * units, data, row, 2 * column, rows, f.pairs);
    add(f.differences + units, d_row, 2 * units, data + column, row, 2 * column, rows, g.width / 2);
  } else {
    add(left, 2 * h_row, units, f.sums, f.pairs * four, four, (rows + 1) / 2, f.pairs);
    add(f.differences, 2 * d_row, units, data, 2 * row, column, (rows + 1) / 2, g.width);
    add(f.differences + d_row, 2 * d_row, units, data + row, 2 * row, column, rows / 2, g.width);
  }
}

/// dw [taps, size] from the gradients of the matrices of a pair, [taps + 1, size].
static void SpreadPairGradients(int taps, Index size, const float* dm, float* dw) {
  for (int t = 0; t < taps; t++)
    for (Index i = 0; i < size; i++)
      dw[t * size + i] = PairWeightGradient(taps, t, [&](int m) { return dm[m * size + i]; });
}

/// out[k] += sum . w[k], w [hidden, 4 hidden]
static void AddRowProducts(const float* sum, const float* w, Index hidden, float* out) {
  for (Index k = 0; k < hidden; k++) {
    float dot = 0;
    for (Index q = 0; q < 4 * hidden; q++) dot += sum[q] * w[k * 4 * hidden + q];
    out[k] += dot;
  }
}

/// Adds the gradients of h0 and c0 that come from one image; w [taps, h, 4h], `sum`: scratch of 4h floats.
static void AddStateGradients(const LstmGeometry& g, const float* w, const GateGradients& dgates,
                              const float* dc, float* dh0, float* dc0, float* sum) {
  const Index units = g.hidden, four = 4 * units;
  const auto [data, row, column] = dgates;
  AddColumnSums(dc, g.Slots(), units, g.hidden, dc0);
  // h0 is what the last tap of the first column sees; or stands above the first row, inside the image only
  for (int t = g.row ? 0 : 1; t < g.Taps(); t++) {
    Clear(sum, four);
    const Index first = t == 0 ? 1 : 0, last = t == 2 ? g.width - 1 : g.width;
    if (g.row)
      AddColumnSums(data + first * column, last - first, column, 4 * g.hidden, sum);
    else
      AddColumnSums(data, g.height, row, 4 * g.hidden, sum);
    AddRowProducts(sum, w + t * units * four, units, dh0);
  }
}

}  // namespace pixelrnn::PIXELRNN_ISA
