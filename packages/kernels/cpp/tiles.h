// Tile shapes: how many sums a micro-kernel keeps in registers at once. They change the speed, and the
// results in the last bits only through the order of the lanes.
#pragma once
#include "simd.h"

namespace pixelrnn::PIXELRNN_ISA {

#if PIXELRNN_REGISTERS >= 32     // AVX-512, NEON
constexpr int kPairs = 6;        // LSTM: pairs of cells at once, one cell of each times 4 vectors
constexpr int kCells = 7;        // LSTM backward, one vector of units: cells, times their taps
constexpr int kUnitVectors = 4;  // LSTM backward: vectors of units per tile
constexpr int kStripVectors = 4;
constexpr int kRows = 6;         // times kStripVectors
constexpr int kRowsNarrow = 14;  // times 1 or 2 vectors
constexpr int kOuterRows = 6, kOuterRowsNarrow = 16;
#elif defined(__FMA__)  // AVX2
constexpr int kPairs = 3;
constexpr int kCells = 3;
constexpr int kUnitVectors = 2;
constexpr int kStripVectors = 2;
constexpr int kRows = 6;
constexpr int kRowsNarrow = 8;
constexpr int kOuterRows = 6, kOuterRowsNarrow = 6;
#else                   // WebAssembly, SSE2: the product needs a register of its own
constexpr int kPairs = 2;
constexpr int kCells = 2;
constexpr int kUnitVectors = 4;
constexpr int kStripVectors = 2;
constexpr int kRows = 4;
constexpr int kRowsNarrow = 4;
constexpr int kOuterRows = 4, kOuterRowsNarrow = 4;
#endif

/// Which rows of a strip of weights are not all zero: [first, last). Stands before the packed strip, which
/// has only these. A colour mask makes whole ends of strips zero, and nothing is computed for them.
struct RowRange {
  int first, last;
  int Count() const { return last - first; }
  void Include(int row) {
    if (last == 0) first = row;
    last = row + 1;
  }
};
constexpr Index kRangeSize = 16;  // in floats, to keep the rows aligned
PIXELRNN_INLINE RowRange LoadRange(const float* p) {
  RowRange range = {};
  __builtin_memcpy(&range, p, sizeof range);
  return range;
}
PIXELRNN_INLINE void StoreRange(float* p, RowRange range) { __builtin_memcpy(p, &range, sizeof range); }

/// Packs a strip: its RowRange, then the rows in it, `width` floats each. fill(k, to) writes row k and says
/// whether it has anything but zeros. Returns the end.
template <class Fill>
PIXELRNN_INLINE float* PackRange(int rows, Index width, float* packed, Fill fill) {
  float *to = packed + kRangeSize, *end = to;
  RowRange range = {};
  PIXELRNN_ROLLED
  for (int k = 0; k < rows; k++) {
    const bool counts = fill(k, to);
    if (counts) range.Include(k);
    if (range.last > 0) to += width;
    if (counts) end = to;
  }
  StoreRange(packed, range);
  return end;
}

/// Upper bound of the floats that packing `rows` x `columns` weights takes, for every vector width.
PIXELRNN_INLINE Index PackedSize(Index rows, Index columns) {
  return rows * ((columns + 15) / 16 * 16) + (columns + 3) / 4 * kRangeSize;
}

/// The same element of kCount rows, `stride` floats apart. One base for three rows: x86 addresses base +
/// {0, 1, 2} stride, and a pointer for each row would not fit the registers.
template <int kCount>
struct StridedRows {
  const float* base[(kCount + 2) / 3];
  Index stride;
  PIXELRNN_METHOD StridedRows(const float* first, Index stride) : stride(stride) {
    PIXELRNN_UNROLL
    for (int i = 0; i < (kCount + 2) / 3; i++) base[i] = first + 3 * i * stride;
  }
  PIXELRNN_METHOD float operator[](int row) const { return base[row / 3][(row % 3) * stride]; }
  PIXELRNN_METHOD void Next() {
    PIXELRNN_UNROLL
    for (int i = 0; i < (kCount + 2) / 3; i++) base[i]++;
  }
};

/// Rows of the tiles of a product whose strip is kVectors wide.
template <int kVectors>
constexpr int kTileRows = kVectors == kStripVectors ? kRows : kRowsNarrow;

/// Calls f(column, lanes, Constant<vectors>, Constant<partial>) for the strips that cover `columns` columns:
/// 4, 2 or 1 vectors wide; in a partial strip the last vector has only `lanes` columns.
template <int V, class F>
PIXELRNN_INLINE void ForEachStrip(int columns, F f) {
  for (int column = 0; column < columns;) {
    const int left = columns - column;
    int vectors = (left + V - 1) / V < kStripVectors ? (left + V - 1) / V : kStripVectors;
    if (vectors == 3) vectors = 2;
    const bool partial = vectors * V > left;
    const int lanes = partial ? left - (vectors - 1) * V : V;
    auto call = [&](auto count) {
      if (partial)
        f(column, lanes, count, Constant<1>{});
      else
        f(column, lanes, count, Constant<0>{});
    };
    if (vectors == 1) call(Constant<1>{});
    if (vectors == 2) call(Constant<2>{});
    if constexpr (kStripVectors == 4)
      if (vectors == 4) call(Constant<4>{});
    column += vectors * V;
  }
}

/// Calls f(Constant<size>) for 1 <= size <= kMax.
template <int kMax, class F>
PIXELRNN_INLINE void WithSize(int size, F f) {
  if constexpr (kMax > 1)
    if (size < kMax) return WithSize<kMax - 1>(size, f);
  f(Constant<kMax>{});
}
/// Calls f(first, Constant<size>) for the fewest tiles of at most kMax that cover [0, n), of nearly equal
/// size: a tile of one or two would wait for its own few sums.
template <int kMax, class F>
PIXELRNN_INLINE void ForEachTile(int n, F f) {
  const int tiles = (n + kMax - 1) / kMax;
  if (tiles == 0) return;
  const int size = n / tiles, longer = n % tiles;
  for (int i = 0, first = 0; i < tiles; i++) {
    const int here = size + (i < longer ? 1 : 0);
    WithSize<kMax>(here, [&](auto constant) { f(first, constant); });
    first += here;
  }
}

}  // namespace pixelrnn::PIXELRNN_ISA
