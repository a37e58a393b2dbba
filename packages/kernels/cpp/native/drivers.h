// The native builds of the drivers: select.cc and base.cc, and on x86-64 avx2.cc and avx512.cc with the flags
// named at their tops, besides -std=c++17 -O3 -fno-math-errno -fno-trapping-math. GCC's contraction to fused
// multiply-adds (on by default in its gnu++17 mode: say -std=gnu++17 or -ffp-contract=fast) is what makes
// them fast.
//
//     const pixelrnn::Drivers& d = pixelrnn::SelectDrivers();
//     d.masked_conv2d(arguments, host);
#pragma once
#include "../api.h"

namespace pixelrnn {

namespace avx512 {
extern const Drivers kDrivers;
}
namespace avx2 {
extern const Drivers kDrivers;
}
namespace base {
extern const Drivers kDrivers;
}

/// The fastest table this processor can run with registers of at most `lanes` floats: 16, 8 or 4.
const Drivers& SelectDrivers(int lanes = 16);

}  // namespace pixelrnn
