// Products over windows three pixels wide, for two neighbouring pixels at once (pairs.h).
//
// Each run of a window, one of its rows, adds to the sums of both pixels:
//
//                     first pixel                  second pixel
//     three taps      s + d - (l_{i+2} - l_i) W0   s - d + (l_{i+3} - l_{i+1}) W2
//     two taps        s - (l_{i+1} - l_i) W0       s + (l_{i+2} - l_{i+1}) W1
//     not in pairs    its taps W                   its taps W
//
// A tile sums these one after the other, each over all runs: s, d, the first pixels, the second pixels.
#pragma once
#include "pairs.h"
#include "product.h"

namespace pixelrnn::PIXELRNN_ISA {

/// The runs of a window: how many taps each has, and which are in pairs.
struct PairWindow {
  int runs = 0;
  int taps[kMaxRuns];
  bool paired[kMaxRuns];
  bool Any(int count) const {
    bool any = false;
    for (int i = 0; i < runs; i++) any = any || (paired[i] && taps[i] == count);
    return any;
  }
  /// Rows of `channels` weights each, for one column of outputs.
  int Matrices() const {
    int count = 0;
    for (int i = 0; i < runs; i++) count += paired[i] ? PairMatrices(taps[i]) : taps[i];
    return count;
  }
};

/// The sums of a tile.
enum PairSum { kShared, kOpposite, kFirst, kSecond };
/// The matrix of a pair (pairs.h) that counts in a sum; -1: none.
constexpr int MatrixOf(PairSum sum, int taps) {
  if (sum == kShared) return 0;
  if (sum == kOpposite) return taps == 3 ? 1 : -1;
  return sum == kFirst ? taps - 1 : taps;
}

PIXELRNN_INLINE Index PackedPairsSize(const PairWindow& window, Index channels, Index columns) {
  return window.runs * PackedSize(0, columns) + PackedSize(window.Matrices() * channels, columns);
}
/// For each strip of columns: the matrices of s and of d, run by run; the weights of the runs that are not in
/// pairs, each after its RowRange; the matrices of the first and of the second pixels. weight(run, tap,
/// channel) gives a function of the column.
template <class Weight>
PIXELRNN_INLINE void PackPairs(const PairWindow& window, int channels, int columns, float* packed,
                               Weight weight) {
  const auto pack_matrix = [&](int run, int matrix, int column, int width) {
    for (int k = 0; k < channels; k++, packed += width) {
      const auto element = [&](int n) {
        return PairWeight(window.taps[run], matrix, [&](int t) { return weight(run, t, k)(n); });
      };
      PackRow(element, column, width, columns, packed);
    }
  };
  const auto pack_paired = [&](PairSum sum, int column, int width) {
    for (int run = 0; run < window.runs; run++) {
      const int matrix = MatrixOf(sum, window.taps[run]);
      if (window.paired[run] && matrix >= 0) pack_matrix(run, matrix, column, width);
    }
  };
  const auto pack_unpaired = [&](int column, int width) {
    for (int run = 0; run < window.runs; run++) {
      if (window.paired[run]) continue;
      packed = PackRange(window.taps[run] * channels, width, packed, [&](int k, float* to) {
        return PackRow(weight(run, k / channels, k % channels), column, width, columns, to);
      });
    }
  };
  WithLanes(columns, [&](auto lanes) {
    constexpr int V = decltype(lanes)::kValue;
    ForEachStrip<V>(columns, [&](int column, int, auto vectors, auto) {
      constexpr int kWidth = decltype(vectors)::kValue * V;
      pack_paired(kShared, column, kWidth);
      pack_paired(kOpposite, column, kWidth);
      pack_unpaired(column, kWidth);
      pack_paired(kFirst, column, kWidth);
      pack_paired(kSecond, column, kWidth);
    });
  });
}

/// What one run reads for a row of outputs: its first tap; or in pairs, for each sum in which it counts, what
/// its matrix is multiplied with, `column` floats from pair to pair.
struct PairRun {
  bool paired;
  const float* line;
  struct Factor {
    const float* data;  // null: does not count
    Index column;
  } factors[4];
};

/// Scratch of RunPairs: the factors of the rows of one window, that of image row r at r % runs.
struct ProductPairs {
  PairWindow window;
  RowFactors three, two;
  ProductPairs(const PairWindow& window, Index width, Index channels, Arena& arena)
      : window(window),
        three(3, window.Any(3) ? window.runs : 0, width, channels, arena),
        two(2, window.Any(2) ? window.runs : 0, width, channels, arena) {}

  const float* Line(const Product& a, Index r, int run) const { return a.x + r * a.x_row + a.offsets[run]; }
  /// Row r of the image, which comes into the window as its last run.
  void Read(const Product& a, Index r) const {
    if (window.Any(3)) three.Read(r % window.runs, a.x + r * a.x_row);
    for (int run = 0; run < window.runs; run++)
      if (window.paired[run] && window.taps[run] == 2) two.Read(r % window.runs, Line(a, r, run));
  }
  PairRun Run(const Product& a, Index r, int run) const {
    const bool has_three = window.taps[run] == 3;
    const RowFactors& f = has_three ? three : two;
    const Index slot = (r + run) % window.runs, c = a.x_column;
    const float *line = Line(a, r + run, run), *differences = f.differences + slot * f.DifferencesRow();
    PairRun result = {window.paired[run], line, {{}, {}, {differences, 2 * c}, {differences + c, 2 * c}}};
    result.factors[kShared] = {line + c, 2 * c};
    for (int m = 0; has_three && m < 2; m++) result.factors[m] = {f.middle[m] + slot * f.MiddleRow(), c};
    return result;
  }
};

/// A strip of columns of one row of outputs.
struct PairStrip {
  const Product& product;
  const PairRun* runs;
  Index r;
  int column, lanes;
};

/// sum += what the runs in pairs add to it, for kTile pairs from `pair`. Returns the end of their weights.
template <int V, int kTile, int kVectors>
PIXELRNN_INLINE const float* AddPaired(PairSum of, const PairStrip& s, Index pair, const float* w,
                                       Vec<V> (&sum)[kTile][kVectors]) {
  for (int i = 0; i < s.product.runs; i++) {
    const PairRun::Factor factor = s.runs[i].factors[of];
    if (s.runs[i].paired && factor.data)
      w = AddProducts<V>(factor.data + pair * factor.column, factor.column, s.product.x_column, w, sum);
  }
  return w;
}
/// sum += what the other runs add to it, for the pixels from `pixel`, two apart.
template <int V, int kTile, int kVectors>
PIXELRNN_INLINE void AddUnpaired(const PairStrip& s, Index pixel, const float* w,
                                 Vec<V> (&sum)[kTile][kVectors]) {
  const Index c = s.product.x_column;
  for (int i = 0; i < s.product.runs; i++) {
    if (s.runs[i].paired) continue;
    const RowRange range = LoadRange(w);
    const float* x = s.runs[i].line + pixel * c + range.first;
    w = AddProducts<V>(x, 2 * c, range.Count(), w + kRangeSize, sum);
  }
}
/// Where the weights of these runs end, in a strip of `width` columns.
PIXELRNN_INLINE const float* EndOfUnpaired(const PairStrip& s, Index width, const float* w) {
  for (int i = 0; i < s.product.runs; i++)
    if (!s.runs[i].paired) w += kRangeSize + LoadRange(w).Count() * width;
  return w;
}

/// What kTile pairs from `pair` share: s + d for their first pixels, s - d for their second, with the bias.
/// Returns the end of the weights.
template <int V, int kTile, int kVectors, bool kPartial>
PIXELRNN_APART const float* SharePairs(const PairStrip& s, Index pair, const float* w, float* first,
                                       float* second) {
  Vec<V> sum[kTile][kVectors];
  PIXELRNN_UNROLL
  for (int v = 0; v < kVectors; v++) {
    const Vec<V> bias = BiasOf<V, kVectors, kPartial>(s.product, s.column, s.lanes, v);
    PIXELRNN_UNROLL
    for (int i = 0; i < kTile; i++) sum[i][v] = bias;
  }
  w = AddPaired<V>(kShared, s, pair, w, sum);
  PIXELRNN_UNROLL
  for (int i = 0; i < kTile * kVectors; i++) {
    Store<V>(first + i * V, sum[i / kVectors][i % kVectors]);
    sum[i / kVectors][i % kVectors] = Splat<V>(0.0f);
  }
  w = AddPaired<V>(kOpposite, s, pair, w, sum);
  PIXELRNN_UNROLL
  for (int i = 0; i < kTile * kVectors; i++) {
    const Vec<V> shared = Load<V>(first + i * V), opposite = sum[i / kVectors][i % kVectors];
    Store<V>(first + i * V, shared + opposite);
    Store<V>(second + i * V, shared - opposite);
  }
  return w;
}

/// The first or the second pixels of kTile pairs, from what they share. The last pixel of a row may have no
/// second. Returns the end of the weights in pairs.
template <int V, int kTile, int kVectors, bool kPartial>
PIXELRNN_APART const float* FinishPairs(PairSum of, const PairStrip& s, Index pair, const float* unpaired,
                                        const float* w, const float* shared) {
  const Product& a = s.product;
  const Index pixel = 2 * pair + (of == kSecond);
  Vec<V> sum[kTile][kVectors];
  PIXELRNN_UNROLL
  for (int i = 0; i < kTile * kVectors; i++) sum[i / kVectors][i % kVectors] = Load<V>(shared + i * V);
  AddUnpaired<V>(s, pixel, unpaired, sum);
  w = AddPaired<V>(of, s, pair, w, sum);
  PIXELRNN_UNROLL
  for (int i = 0; i < kTile; i++)
    if (pixel + 2 * i < a.columns)
      FinishPixel<V, kVectors, kPartial>(a, s.r, pixel + 2 * i, s.column, s.lanes, sum[i]);
  return w;
}

/// kTile pairs of a row, the first of them `pair`. Returns the end of the strip's weights.
template <int V, int kTile, int kVectors, bool kPartial>
static const float* PairTile(const PairStrip& s, Index pair, const float* w) {
  float first[kTile * kVectors * V], second[kTile * kVectors * V];
  const float* unpaired = SharePairs<V, kTile, kVectors, kPartial>(s, pair, w, first, second);
  w = EndOfUnpaired(s, kVectors * V, unpaired);
  w = FinishPairs<V, kTile, kVectors, kPartial>(kFirst, s, pair, unpaired, w, first);
  return FinishPairs<V, kTile, kVectors, kPartial>(kSecond, s, pair, unpaired, w, second);
}

/// RunProduct for windows three pixels wide; a.packed by PackPairs.
static void RunPairs(const Product& a, const ProductPairs& s) {
  const int pairs = (int)s.three.Pairs();
  for (Index r = 0; r < a.runs - 1; r++) s.Read(a, r);
  WithLanes(a.outputs, [&](auto width) {
    constexpr int V = decltype(width)::kValue;
    for (Index r = 0; r < a.rows; r++) {
      s.Read(a, r + a.runs - 1);
      PairRun runs[kMaxRuns];
      for (int run = 0; run < a.runs; run++) runs[run] = s.Run(a, r, run);
      const float* w = a.packed;
      ForEachStrip<V>(a.outputs, [&](int column, int lanes, auto vectors, auto partial) {
        constexpr int kVectors = decltype(vectors)::kValue;
        constexpr bool kPartial = decltype(partial)::kValue;
        const PairStrip strip = {a, runs, r, column, lanes};
        const float* end = w;
        ForEachTile<kTileRows<kVectors>>(pairs, [&](int pair, auto size) {
          FetchLines(a.ahead, 2 * kLinesInTile);
          end = PairTile<V, decltype(size)::kValue, kVectors, kPartial>(strip, pair, w);
        });
        w = end;
      });
    }
  });
}

}  // namespace pixelrnn::PIXELRNN_ISA
