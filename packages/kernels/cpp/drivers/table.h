// The table of one instruction set. The translation unit that includes this has defined PIXELRNN_ISA and its
// companions.
#pragma once
#include "cross_entropy.h"
#include "gate.h"
#include "gated_layer.h"
#include "lstm_layer.h"
#include "masked_conv2d.h"
#include "norm.h"
#include "optimizers.h"
#include "pixel_cnn_block.h"
#include "resnet.h"

namespace pixelrnn::PIXELRNN_ISA {

extern const Drivers kDrivers;
const Drivers kDrivers = {
    PIXELRNN_LANES,
    RunMaskedConv2d,
    RunMaskedConv2dGrad,
    RunLstmScan,
    RunLstmScanGrad,
    RunLstmLayer,
    RunLstmLayerGrad,
    RunPixelCnnBlock,
    RunPixelCnnBlockGrad,
    RunGatedLayer,
    RunGatedLayerGrad,
    RunGate,
    RunGateGrad,
    RunConcatElu,
    RunConcatEluGrad,
    RunGatedResidual,
    RunGatedResidualGrad,
    RunSoftmaxCrossEntropy,
    RunSoftmaxCrossEntropyGrad,
    RunBernoulliCrossEntropy,
    RunBernoulliCrossEntropyGrad,
    RunLogisticMixtureCrossEntropy,
    RunLogisticMixtureCrossEntropyGrad,
    RunAdam,
    RunRmsprop,
    RunNorm,
};

}  // namespace pixelrnn::PIXELRNN_ISA
