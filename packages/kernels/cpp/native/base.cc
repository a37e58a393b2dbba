// No flags: what every processor of the architecture has, SSE2 or NEON.
#define PIXELRNN_ISA base
#define PIXELRNN_LANES 4
#if defined(__aarch64__)
#define PIXELRNN_REGISTERS 32
#else
#define PIXELRNN_REGISTERS 16
#endif
#include "../drivers/table.h"
