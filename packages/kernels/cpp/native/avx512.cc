// Flags: -mavx512f -mavx512vl -mavx512dq -mavx512bw -mavx2 -mfma
#define PIXELRNN_ISA avx512
#define PIXELRNN_LANES 16
#define PIXELRNN_REGISTERS 32
#include "../drivers/table.h"
