// e^x by a table that lies in two registers. Only AVX-512 reads 32 numbers in one instruction; it spares
// three of the 19 operations of a sigmoid.
#pragma once
#include "simd.h"

namespace pixelrnn::PIXELRNN_ISA {
#ifdef __AVX512F__

/// The bits of 2^(k/32), less k << 18: n << 18 with n = 32 m + k added to them gives those of 2^(n/32).
alignas(64) constexpr uint32_t kPowers[32] = {
    0x3F800000, 0x3F7ECD87, 0x3F7DAAC3, 0x3F7C980F, 0x3F7B95C2, 0x3F7AA43A, 0x3F79C3D3, 0x3F78F4F0,
    0x3F7837F0, 0x3F778D3A, 0x3F76F532, 0x3F767043, 0x3F75FED7, 0x3F75A15B, 0x3F75583F, 0x3F7523F6,
    0x3F7504F3, 0x3F74FBAF, 0x3F7508A4, 0x3F752C4D, 0x3F75672A, 0x3F75B9BE, 0x3F76248C, 0x3F76A81E,
    0x3F7744FD, 0x3F77FBB8, 0x3F78CCDF, 0x3F79B907, 0x3F7AC0C7, 0x3F7BE4BA, 0x3F7D257D, 0x3F7E83B3};

/// x = n ln 2 / 32 + r with |r| <= ln 2 / 64; e^r = 1 + (1 + R^2 / 8) r + r^2 / 2 to 5e-8 with R the largest
/// |r|: the cubic term's share that a line can take. The product with ln 2 / 32 is exact before it is rounded
/// with the sum, and ln 2 in single precision is off by 3e-9 only, so one step reduces all |x| <= 88.
PIXELRNN_INLINE Vec<16> ExpByTable(Vec<16> x) {
  const Vec<16> shifted = x * 46.1662413f + 12582912.0f;  // rounds, as in ReduceExp
  const Vec<16> r = x - (shifted - 12582912.0f) * 0.0216608494f;
  const IntVec<16> power = (IntVec<16>)_mm512_permutex2var_ps(_mm512_load_ps(kPowers), (__m512i)shifted,
                                                              _mm512_load_ps(kPowers + 16));
  const Vec<16> scale = (Vec<16>)(((IntVec<16>)shifted << 18) + power);
  return ((r * 0.5f + 1.00001466f) * r + 1.0f) * scale;
}

#endif
}  // namespace pixelrnn::PIXELRNN_ISA
