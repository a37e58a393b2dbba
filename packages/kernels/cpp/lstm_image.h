// The LSTM scan over one image in one direction, forward and backward.
//
// What keeps every loop free of boundary code: state lives in padded arrays, in logical coordinates (the
// second direction is mirrored, so it looks like the first; only addresses of x, y, dx are mirrored back). n
// rows, m columns, h units:
//
//   diagonal   H [n+1][m+1][h]    row 0 = zeros, column 0 = h0       row   H [n+1][m+2][h]   row 0 = h0,
//   border columns = 0
//              C [n][m+1][h]      column 0 = c0                            C [n+1][m][h]     row 0 = c0
//              dG [n+1][m+1][4h]  row n and column m = zeros               dG [n+1][m+2][4h] row n and
//              borders = zeros
//
// The three taps of a row are then one contiguous run. Row strides of the diagonal arrays are a little longer
// than they must be: with a power of two all cells of a diagonal fall into the same cache sets. The only
// tensor saved for the backward pass is the activated gates, in the order of the waves; C, H and tanh(C) are
// rebuilt from it in one cheap pass, inside the cache.
#pragma once
#include "api.h"
#include "arrays.h"
#include "lstm_wave.h"
#include "outer_product.h"

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
  Index Waves() const { return row ? height : height + width - 1; }
  Index HRow() const { return row ? (width + 2) * hidden : (width + 1) * hidden + 16; }
  Index GradRow() const { return row ? (width + 2) * 4 * hidden : (width + 1) * 4 * hidden + 32; }
  Index HSize() const { return (height + 1) * HRow(); }
  Index CSize() const { return row ? (height + 1) * width * hidden : height * HRow(); }
  Index GradSize() const { return (height + 1) * GradRow(); }
  Index GateSize() const { return Cells() * 4 * hidden; }
  /// Cells whose c starts from c0: one per row (diagonal) or column (row).
  Index Lines() const { return row ? width : height; }
  Index PackedForward(int input_rows) const { return PackedSize((input_rows + Taps() * hidden) * 4, hidden); }
  Index PackedBackward() const { return PackedSize((Index)Taps() * 4 * hidden, hidden); }
};

/// The cells of wave t: `count` of them, beginning at (row, column); the next one is a row down and a column
/// left (diagonal) or a column right (row).
struct WaveCells {
  Index row, column;
  int count;
  WaveCells(const LstmGeometry& g, Index t) {
    row = g.row || t < g.width ? (g.row ? t : 0) : t - g.width + 1;
    column = g.row ? 0 : t - row;
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

/// What enters the cells from the image: ready pre-activations, or (x not null) a bias and the product with x
/// inside the wave.
struct LstmInput {
  const float* gates;  // [H, W, ...] with `gates_stride` per cell; or the bias [4 hidden]
  Index gates_stride;
  const float* x = nullptr;  // the first tap of cell (0, 0); `x_length` contiguous floats per cell
  Index x_row = 0, x_column = 0;
  int x_length = 0;
};

/// Borders of H and C.
static void SetInitialState(const LstmGeometry& g, const float* h0, const float* c0, float* h, float* c) {
  const Index units = g.hidden, line = g.HRow();
  if (!g.row) {
    Clear(h, line);
    for (Index r = 0; r < g.height; r++) {
      Copy(h + (r + 1) * line, h0, units);
      Copy(c + r * line, c0, units);
    }
    return;
  }
  for (Index r = 0; r <= g.height; r++) {
    Clear(h + r * line, units);
    Clear(h + r * line + (g.width + 1) * units, units);
  }
  for (Index column = 0; column < g.width; column++) {
    Copy(h + (column + 1) * units, h0, units);
    Copy(c + column * units, c0, units);
  }
}

/// Fills H and C; `saved` (activated gates) may be null. `packed` by PackForward: rows of x, then of the
/// taps.
static void ForwardImage(const LstmGeometry& g, bool mirror, const LstmInput& in, const float* packed,
                         const float* h0, const float* c0, float* h, float* c, float* saved) {
  const Index units = g.hidden, line = g.HRow();
  SetInitialState(g, h0, c0, h, c);
  ForwardWave a;
  a.hidden = g.hidden;
  const int first = in.x ? 1 : 0;
  a.runs = first + (g.row ? 1 : 2);
  // from a cell to the next of its wave, in the image: right, or down and left (right, seen in a mirror)
  const Index step = g.row ? 1 : mirror ? g.width + 1 : g.width - 1;
  a.gates_stride = in.gates_stride * step;
  a.lengths[0] = in.x_length;
  a.x_stride[0] = g.row ? in.x_column : mirror ? in.x_row + in.x_column : in.x_row - in.x_column;
  for (int i = first; i < a.runs; i++) a.lengths[i] = g.row ? 3 * units : units;
  for (Index t = 0; t < g.Waves(); t++) {
    const WaveCells w(g, t);
    const WaveState s(g, w);
    const Index column = mirror ? g.width - 1 - w.column : w.column;
    a.gates = in.gates + (w.row * g.width + column) * in.gates_stride;
    if (in.x) a.x[0] = in.x + w.row * in.x_row + column * in.x_column;
    a.x[first] = h + s.h - line - (g.row ? units : 0);  // row: the three cells above; diagonal: the one above
    if (!g.row) a.x[first + 1] = h + s.h - units;       // and the one to the left
    for (int i = first; i < a.runs; i++) a.x_stride[i] = s.stride;
    a.previous = c + s.previous;
    a.c = c + s.c;
    a.h = h + s.h;
    a.c_stride = a.h_stride = s.stride;
    a.saved = saved;
    WithLanes(g.hidden, [&](auto lanes) { RunForwardWave<decltype(lanes)::kValue>(a, w.count, packed); });
    if (saved) saved += w.count * 4 * units;
  }
}

template <int V, bool kPartial>
PIXELRNN_INLINE void RebuildUnits(const float* gates, const float* previous, float* c, float* h,
                                  float* tanh_c, int hidden, int lanes) {
  auto gate = [&](int k) { return LoadLanes<V, kPartial>(gates + k * hidden, lanes); };
  const Vec<V> value = gate(1) * LoadLanes<V, kPartial>(previous, lanes) + gate(2) * gate(3);
  const Vec<V> squashed = Tanh<V>(value);
  StoreLanes<V, kPartial>(c, value, lanes);
  StoreLanes<V, kPartial>(tanh_c, squashed, lanes);
  StoreLanes<V, kPartial>(h, gate(0) * squashed, lanes);
}
template <int V>
static void RebuildCell(const float* gates, const float* previous, float* c, float* h, float* tanh_c,
                        int hidden) {
  int j = 0;
  for (; j + V <= hidden; j += V)
    RebuildUnits<V, false>(gates + j, previous + j, c + j, h + j, tanh_c + j, hidden, V);
  if (j < hidden)
    RebuildUnits<V, true>(gates + j, previous + j, c + j, h + j, tanh_c + j, hidden, hidden - j);
}
/// H, C (padded) and tanh(C) (in the order of the waves) from the saved gates.
static void RebuildImage(const LstmGeometry& g, const float* gates, const float* h0, const float* c0,
                         float* h, float* c, float* tanh_c) {
  SetInitialState(g, h0, c0, h, c);
  WithLanes(g.hidden, [&](auto lanes) {
    for (Index t = 0; t < g.Waves(); t++) {
      const WaveCells w(g, t);
      WaveState s(g, w);
      for (int i = 0; i < w.count; i++) {
        RebuildCell<decltype(lanes)::kValue>(gates, c + s.previous, c + s.c, h + s.h, tanh_c, g.hidden);
        gates += 4 * g.hidden;
        tanh_c += g.hidden;
        s.previous += s.stride;
        s.c += s.stride;
        s.h += s.stride;
      }
    }
  });
}

/// What the backward pass of one image and direction reads and fills.
struct BackwardImageArguments {
  const float* dy;  // [n][m], logical coordinates
  Index dy_stride;
  const float* gates;
  const float *c, *tanh_c;  // from RebuildImage
  const float* packed;      // by PackBackward
  float* dgates;            // padded, see above
  float* dc;                // [Lines()][h]: on return the gradient of c0 by line
  float* dx;                // [n][m] in image coordinates, or null
  Index dx_stride;
};
static void ClearGradBorders(const LstmGeometry& g, float* dgates) {
  const Index four = 4 * g.hidden, line = g.GradRow();
  Clear(dgates + g.height * line, line);
  for (Index r = 0; r < g.height; r++) {
    if (g.row) Clear(dgates + r * line, four);
    Clear(dgates + r * line + (g.width + (g.row ? 1 : 0)) * four, four);
  }
}
static void BackwardImage(const LstmGeometry& g, bool mirror, const BackwardImageArguments& in) {
  const Index units = g.hidden, four = 4 * units, line = g.GradRow(), border = g.row ? four : 0;
  ClearGradBorders(g, in.dgates);
  Clear(in.dc, g.Lines() * units);
  BackwardWave a;
  a.hidden = g.hidden;
  a.runs = g.row ? 1 : 2;
  a.length = g.row ? 3 * four : four;
  a.x_stride = g.row ? four : line - four;
  a.dy_stride = g.row ? in.dy_stride : (g.width - 1) * in.dy_stride;
  a.dx_stride = (g.row ? 1 : mirror ? g.width + 1 : g.width - 1) * in.dx_stride;
  Index done = g.Cells();
  for (Index t = g.Waves() - 1; t >= 0; t--) {
    const WaveCells w(g, t);
    const WaveState s(g, w);
    done -= w.count;
    a.gates = in.gates + done * four;
    a.tanh_c = in.tanh_c + done * units;
    a.dy = in.dy + (w.row * g.width + w.column) * in.dy_stride;
    a.previous = in.c + s.previous;
    a.c_stride = s.stride;
    a.dgates = in.dgates + w.row * line + w.column * four + border;
    a.x[0] = a.dgates + line - border;  // the later cells: below (row: the three below)
    a.x[1] = a.dgates + four;           // and to the right
    a.dc = in.dc + (g.row ? 0 : w.row * units);
    const Index column = mirror ? g.width - 1 - w.column : w.column;
    a.dx = in.dx ? in.dx + (w.row * g.width + column) * in.dx_stride : nullptr;
    WithLanes(g.hidden, [&](auto lanes) { RunBackwardWave<decltype(lanes)::kValue>(a, w.count, in.packed); });
  }
}

/// out[k] += sum . w[k], w [hidden, 4 hidden]
static void AddRowProducts(const float* sum, const float* w, Index hidden, float* out) {
  for (Index k = 0; k < hidden; k++) {
    float dot = 0;
    for (Index q = 0; q < 4 * hidden; q++) dot += sum[q] * w[k * 4 * hidden + q];
    out[k] += dot;
  }
}

/// Adds the gradients of w [taps, h, 4h], h0, c0 that come from one image; `sum`: scratch of 4h floats.
static void AddScanWeightGradients(const LstmGeometry& g, const float* w, const float* h, const float* dgates,
                                   const float* dc, float* dw, float* dh0, float* dc0, float* sum) {
  const Index units = g.hidden, four = 4 * units, tap = units * four, h_row = g.HRow(), g_row = g.GradRow();
  const int k = g.hidden, n = 4 * g.hidden;
  for (Index i = 0; i < g.Lines(); i++) AddTo(dc0, dc + i * units, units);
  if (g.row) {
    AddOuterProducts({h, h_row, units, dgates + four, g_row, four, g.height, g.width, 3 * k, n, dw, four});
    for (int t = 0; t < 3; t++) {  // h0 stands above row 0, inside the image only
      Clear(sum, four);
      for (Index c = t == 0 ? 1 : 0; c < (t == 2 ? g.width - 1 : g.width); c++)
        AddTo(sum, dgates + (c + 1) * four, four);
      AddRowProducts(sum, w + t * tap, units, dh0);
    }
    return;
  }
  AddOuterProducts(
      {h + h_row + units, h_row, units, dgates + g_row, g_row, four, g.height - 1, g.width, k, n, dw, four});
  AddOuterProducts({h + h_row, h_row, units, dgates, g_row, four, g.height, g.width, k, n, dw + tap, four});
  Clear(sum, four);
  for (Index r = 0; r < g.height; r++) AddTo(sum, dgates + r * g_row, four);
  AddRowProducts(sum, w + tap, units, dh0);
}

/// y = H of the only direction; or H of the first + H of the second, mirrored back and moved down one row.
static void MergeDirections(const LstmGeometry& g, const float* left, const float* right, float* y,
                            Index y_stride) {
  const Index units = g.hidden, line = g.HRow();
  for (Index r = 0; r < g.height; r++)
    for (Index c = 0; c < g.width; c++, y += y_stride) {
      const float* first = left + (r + 1) * line + (c + 1) * units;
      if (right)
        Add(first, right + r * line + (g.width - c) * units, y, units);
      else
        Copy(y, first, units);
    }
}
/// H without its borders, in image coordinates.
static void CopyDirection(const LstmGeometry& g, bool mirror, const float* h, float* y, Index y_stride) {
  const Index units = g.hidden, line = g.HRow();
  for (Index r = 0; r < g.height; r++)
    for (Index c = 0; c < g.width; c++)
      Copy(y + (r * g.width + (mirror ? g.width - 1 - c : c)) * y_stride,
           h + (r + 1) * line + (c + 1) * units, units);
}
/// dy as one direction sees it, [n][m][h]; `shift`: the direction that was moved down one row.
static void UnmergeGradient(const LstmGeometry& g, bool mirror, bool shift, const float* dy, Index dy_stride,
                            float* out) {
  const Index units = g.hidden;
  for (Index r = shift ? 1 : 0; r < g.height + (shift ? 1 : 0); r++)
    for (Index c = 0; c < g.width; c++, out += units) {
      if (r < g.height)
        Copy(out, dy + (r * g.width + (mirror ? g.width - 1 - c : c)) * dy_stride, units);
      else
        Clear(out, units);
    }
}

}  // namespace pixelrnn::PIXELRNN_ISA
