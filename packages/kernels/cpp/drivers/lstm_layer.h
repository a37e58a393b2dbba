// Input-to-state product, scan, merge and output projection, image by image inside the cache. The
// input-to-state product is one more run of the scan's own inner loop, so the pre-activations never exist as
// a tensor.
#pragma once
#include "../masked_conv_image.h"
#include "lstm_scan.h"

namespace pixelrnn::PIXELRNN_ISA {

/// Shapes of the three parts; `in` is the convolution of one direction.
struct LayerGeometry {
  LstmGeometry scan;
  int directions;
  ConvShape in, out;
  template <class Operation>
  explicit LayerGeometry(const Operation& a)
      : scan(a.shape),
        directions(a.shape.directions),
        in{scan.height, scan.width, a.inputs, 4 * scan.hidden, scan.row ? Taps{1, 3, 2} : Taps{1, 1, 1},
           false},
        out{scan.height, scan.width, scan.hidden, a.outputs, {1, 1, 1}, false} {}
  Index InputRow() const { return (in.width + in.taps.width - 1) * in.inputs; }
  Index Columns() const { return (Index)directions * 4 * scan.hidden; }  // of wi
};

struct LayerForwardScratch {
  float *input, *merged, *h, *bias;
  ScanLines lines;
  LayerForwardScratch(const LayerGeometry& g, Arena& arena)
      : input(arena.Take(g.in.Padded() * g.in.inputs)),
        merged(arena.Take(g.scan.Cells() * g.scan.hidden)),
        h(arena.Take(g.directions * g.scan.HSize())),
        bias(arena.Take(g.Columns())),
        lines(g.scan, arena) {}
};

static void RunLstmLayer(const LstmLayer& a, const Host& host) {
  const LayerGeometry g(a);
  const LstmGeometry& scan = g.scan;
  const Index units = scan.hidden, four = 4 * units;
  const Index packed_size = scan.PackedForward(g.in.Rows());
  float* packed = host.allocate(host.self, g.directions * packed_size + g.out.PackedForward());
  float* packed_out = packed + g.directions * packed_size;
  for (int d = 0; d < g.directions; d++)
    PackForward(
        g.in.Rows(), [&](int k) { return a.wi + k * g.Columns() + d * four; }, a.ws + d * scan.Weights(),
        scan.Taps(), scan.hidden, packed + d * packed_size);
  PackConvForward(g.out, a.wo, packed_out);
  Parallel(host, a.shape.images.batch, ScratchSize<LayerForwardScratch>(g), [&](int image, float* scratch) {
    Arena arena{scratch};
    const LayerForwardScratch s(g, arena);
    const float* x = a.x + image * scan.Cells() * a.inputs;
    const float* input = ConvInput(g.in, x, s.input);
    const float* bias = ImageBias(a.bi, a.ci, image, g.Columns(), s.bias);
    for (int d = 0; d < g.directions; d++) {
      const LstmInput in = {bias + d * four, 0, input, g.InputRow(), a.inputs};
      float* gates = a.gates ? a.gates + (image * g.directions + d) * scan.GateSize() : nullptr;
      ForwardImage(scan, d == 1, in, packed + d * packed_size, a.h0 + d * units, a.c0 + d * units, s.lines,
                   s.h + d * scan.HSize(), gates);
    }
    MergeDirections(scan, s.h, g.directions == 2 ? s.h + scan.HSize() : nullptr, s.merged, units);
    const Addend residual = {a.residual ? x : nullptr, a.inputs};
    ConvForwardImage(g.out, s.merged, nullptr, packed_out, a.bo, residual,
                     a.y + image * scan.Cells() * a.outputs);
  });
}

struct LayerBackwardScratch {
  float *input, *merged, *dmerged, *h, *dgates;
  BackwardScratch scan;
  LayerBackwardScratch(const LayerGeometry& g, Arena& arena)
      : input(arena.Take(g.in.Padded() * g.in.inputs)),
        merged(arena.Take(g.scan.Cells() * g.scan.hidden)),
        dmerged(arena.Take(g.scan.Cells() * g.scan.hidden)),
        h(arena.Take(g.directions * g.scan.HSize())),
        dgates(arena.Take(g.scan.GradSize())),
        scan(g.scan, arena) {}
};
/// The sums of one chunk, in the shapes of the weights.
struct LayerSums {
  float *dwi, *dbi, *dws, *dg0, *dc0, *dwo, *dbo;
  LayerSums(const LayerGeometry& g, Arena& arena)
      : dwi(arena.Take(g.in.Rows() * g.Columns())),
        dbi(arena.Take(g.Columns())),
        dws(arena.Take(g.directions * g.scan.PairWeights())),
        dg0(arena.Take(g.directions * g.scan.InitialTaps() * 4 * g.scan.hidden)),
        dc0(arena.Take(g.directions * g.scan.hidden)),
        dwo(arena.Take((Index)g.out.Rows() * g.out.outputs)),
        dbo(arena.Take(g.out.outputs)) {}
};

struct LayerPackedBackward {
  float *in[2], *scan[2], *out;
  LayerPackedBackward(const LayerGeometry& g, const LstmLayerGrad& a, const Host& host) {
    const Index each = g.in.PackedTransposed() + g.scan.PackedBackward();
    float* packed = host.allocate(host.self, g.directions * each + g.out.PackedBackward());
    for (int d = 0; d < g.directions; d++, packed += each) {
      in[d] = packed;
      scan[d] = packed + g.in.PackedTransposed();
      PackTransposed(g.in, a.wi + d * 4 * g.scan.hidden, g.Columns(), in[d]);
      PackBackward(a.ws + d * g.scan.Weights(), g.scan.Taps(), g.scan.hidden, scan[d]);
    }
    out = packed;
    PackConvBackward(g.out, a.wo, out);
  }
};

/// One direction, from dmerged: adds to the sums and to dx.
static void LayerDirectionGradient(const LayerGeometry& g, const LstmLayerGrad& a,
                                   const LayerPackedBackward& packed, int image, int d, const float* input,
                                   const LayerBackwardScratch& s, const LayerSums& sum) {
  const LstmGeometry& scan = g.scan;
  const Index units = scan.hidden, four = 4 * units;
  const BackwardScratch& b = s.scan;
  float* h = s.h + d * scan.HSize();
  const float* gates = a.gates + (image * g.directions + d) * scan.GateSize();
  const float* dh = s.dmerged;
  if (d == 1) {
    UnmergeGradient(scan, true, true, s.dmerged, units, b.dy);
    dh = b.dy;
  }
  RebuildImage(scan, gates, a.h0 + d * units, a.c0 + d * units, h, b.c, b.tanh_c, b.weight_factors);
  const GateGradients logical = {s.dgates, scan.GradRow(), four};
  if (scan.row)
    for (Index r = 0; r < scan.height; r++) Clear(s.dgates + r * logical.row + scan.width * four, four);
  Ahead next = NextGates(scan, gates);
  BackwardImage(scan, {dh, units, gates, h, b.c, b.tanh_c, packed.scan[d], b.lines, b.factors,
                       b.weight_factors, logical, sum.dws + d * scan.PairWeights(), b.dc, &next});
  AddInitialGradients(scan, logical, b.dc, sum.dg0 + d * scan.InitialTaps() * four, sum.dc0 + d * units);

  // as the image sees them
  const auto [dgates, line, stride] = d == 1 ? logical.Mirrored(scan.width) : logical;
  AddOuterProducts({input, g.InputRow(), a.inputs, dgates, line, stride, scan.height, scan.width, g.in.Rows(),
                    4 * scan.hidden, sum.dwi + d * four, g.Columns(), &next});
  float* dci = a.dci + image * g.Columns() + d * four;
  Clear(dci, four);
  for (Index r = 0; r < scan.height; r++) AddColumnSums(dgates + r * line, scan.width, stride, four, dci);
  AddTo(sum.dbi + d * four, dci, four);
  Product p = {};
  p.x = dgates;
  p.x_row = line;
  p.x_column = stride;
  p.rows = scan.height;
  p.columns = scan.width;
  p.runs = 1;
  p.lengths[0] = g.in.taps.last * 4 * scan.hidden;
  p.packed = packed.in[d];
  p.outputs = a.inputs;
  p.y = a.dx + image * scan.Cells() * a.inputs;
  p.y_row = scan.width * a.inputs;
  p.y_column = a.inputs;
  const float* dy = a.dy + image * scan.Cells() * a.outputs;
  p.add = {d == 1 ? p.y : a.residual ? dy : nullptr, a.inputs};
  RunProduct(p);
}

static void RunLstmLayerGrad(const LstmLayerGrad& a, const Host& host) {
  const LayerGeometry g(a);
  const LstmGeometry& scan = g.scan;
  const LayerPackedBackward packed(g, a, host);
  const PartialSums sums = MakePartialSums(host, a.shape.images.batch, ScratchSize<LayerSums>(g));
  ForEachImage(
      host, sums, 1, ScratchSize<LayerBackwardScratch>(g), [&](int image, int, float* sum, float* scratch) {
        Arena sum_arena{sum}, arena{scratch};
        const LayerSums total(g, sum_arena);
        const LayerBackwardScratch s(g, arena);
        const float* dy = a.dy + image * scan.Cells() * a.outputs;
        ConvInputGradient(g.out, dy, packed.out, nullptr, {}, s.dmerged, nullptr);
        const float* input = ConvInput(g.in, a.x + image * scan.Cells() * a.inputs, s.input);
        for (int d = 0; d < g.directions; d++)
          LayerDirectionGradient(g, a, packed, image, d, input, s, total);
        MergeDirections(scan, s.h, g.directions == 2 ? s.h + scan.HSize() : nullptr, s.merged, scan.hidden);
        AddConvWeightGradients(g.out, s.merged, dy, total.dwo, total.dbo, nullptr);
      });
  Arena offsets{sums.data};
  const LayerSums first(g, offsets);
  auto reduce = [&](const float* at, Index n, float* out) { ReduceSums(sums, at - sums.data, n, out); };
  reduce(first.dwi, g.in.Rows() * g.Columns(), a.dwi);
  reduce(first.dbi, g.Columns(), a.dbi);
  ReducePairGradients(host, scan, sums, first.dws - sums.data, g.directions, a.dws);
  ReduceInitialGradients(host, scan, sums, first.dg0 - sums.data, g.directions, a.ws, a.dh0);
  reduce(first.dc0, g.directions * scan.hidden, a.dc0);
  reduce(first.dwo, (Index)g.out.Rows() * g.out.outputs, a.dwo);
  reduce(first.dbo, g.out.outputs, a.dbo);
}

}  // namespace pixelrnn::PIXELRNN_ISA
