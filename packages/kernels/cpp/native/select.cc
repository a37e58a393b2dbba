#include "drivers.h"

namespace pixelrnn {

const Drivers& SelectDrivers(int lanes) {
#if defined(__x86_64__)
  const bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                          __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
  if (lanes >= 16 && has_avx512) return avx512::kDrivers;
  if (lanes >= 8 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2::kDrivers;
#endif
  (void)lanes;
  return base::kDrivers;
}

}  // namespace pixelrnn
