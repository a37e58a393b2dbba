// Flags: -mavx2 -mfma
#define PIXELRNN_ISA avx2
#define PIXELRNN_LANES 8
#define PIXELRNN_REGISTERS 16
#include "../drivers/table.h"
