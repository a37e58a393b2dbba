// The native builds of the drivers. Compile each of avx512.cc, avx2.cc and base.cc with the flags named at
// its top (the first two on x86-64 only) and choose a table when the program starts:
//
//     using namespace pixelrnn;
//     const Drivers& d = __builtin_cpu_supports("avx512f") ? avx512::kDrivers : ...;
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
extern const Drivers kDrivers;  // 4 lanes: SSE2, NEON
}

/// The fastest table this processor runs with registers of at most `lanes` floats (16, 8 or 4).
const Drivers& SelectDrivers(int lanes = 16);

}  // namespace pixelrnn
