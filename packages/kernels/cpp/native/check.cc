// Checks the native tables against each other: every operation on every vector width this processor has, with
// its tasks run in order, and backwards as if on many threads. Widths must agree to 1e-5; orders to the bit;
// sigmoid and tanh with those of the C library, to 6e-7 relative.
// `check bench` also times them. `check write <file>` writes down what the narrowest gives instead, and
// `check against <file>` compares with that: a processor with one width has nothing else to compare with.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "drivers.h"

using namespace pixelrnn;

namespace {

struct TestHost {
  explicit TestHost(bool backwards) : backwards(backwards), host{this, backwards ? 8 : 1, Allocate, Run} {}
  static float* Allocate(void* self, size_t count) {
    auto& blocks = static_cast<TestHost*>(self)->blocks;
    blocks.emplace_back(static_cast<float*>(std::aligned_alloc(64, (count * 4 + 127) / 64 * 64)), std::free);
    std::memset(blocks.back().get(), 0xFF,
                count * 4);  // NaN: scratch that is read before it is written shows
    return blocks.back().get();
  }
  static void Run(void* self, int tasks, size_t count, void (*task)(const void*, int, float*),
                  const void* closure) {
    float* scratch = Allocate(self, count);
    for (int i = 0; i < tasks; i++)
      task(closure, static_cast<TestHost*>(self)->backwards ? tasks - 1 - i : i, scratch);
  }
  bool backwards;
  Host host;
  std::vector<std::unique_ptr<float, void (*)(void*)>> blocks;
};

/// Inputs are random, outputs NaN at first. After Rewind an operation gets the same buffers again.
struct Buffers {
  std::mt19937 generator{1};
  std::vector<std::vector<float>> inputs, outputs;
  size_t next_input = 0, next_output = 0;
  const float* In(size_t n, float scale = 1) {
    if (next_input == inputs.size()) {
      std::uniform_real_distribution<float> values(-scale, scale);
      inputs.emplace_back(n);
      for (float& v : inputs.back()) v = values(generator);
    }
    return inputs[next_input++].data();
  }
  float* Out(size_t n) {
    if (next_output == outputs.size()) outputs.emplace_back(n, NAN);
    return outputs[next_output++].data();
  }
  void Rewind() { next_input = next_output = 0; }
};

using Operation = std::function<void(const Drivers&, const Host&, Buffers&)>;

Buffers RunOn(const Drivers& drivers, bool backwards, const Operation& operation) {
  Buffers buffers;
  TestHost host(backwards);
  operation(drivers, host.host, buffers);
  return buffers;
}

double Difference(const Buffers& a, const Buffers& b) {
  double worst = 0;
  for (size_t k = 0; k < a.outputs.size(); k++) {
    // Inputs are of order 1: an output that is less than this is what a cancellation has left.
    double difference = 0, scale = 1e-3;
    for (size_t i = 0; i < a.outputs[k].size(); i++) {
      const double d = std::fabs((double)a.outputs[k][i] - b.outputs[k][i]);
      difference = d <= difference ? difference : std::isnan(d) ? INFINITY : d;
      scale = std::fmax(scale, std::fabs(a.outputs[k][i]));
    }
    worst = std::fmax(worst, difference / scale);
  }
  return worst;
}
bool SameBits(const Buffers& a, const Buffers& b) {
  for (size_t k = 0; k < a.outputs.size(); k++)
    if (std::memcmp(a.outputs[k].data(), b.outputs[k].data(), a.outputs[k].size() * 4)) return false;
  return true;
}

/// masked: the last tap shows no input to outputs before it, as a colour mask does.
Operation Convolution(Images images, int ci, int co, Taps taps, bool relu, bool masked = false) {
  return [=](const Drivers& d, const Host& host, Buffers& m) {
    const size_t pixels = images.batch * images.Pixels(), weights = (size_t)taps.Count() * ci * co;
    const float *x = m.In(pixels * ci), *given = m.In(weights), *b = m.In(co), *dy = m.In(pixels * co);
    std::vector<float> kept(given, given + weights);
    for (int k = 0; masked && k < ci; k++)
      for (int n = 0; n < co && n < k; n++) kept[((taps.Count() - 1) * ci + k) * co + n] = 0;
    const float* w = kept.data();
    d.masked_conv2d({images, ci, co, taps, relu, x, w, b, dy, m.Out(pixels * co)}, host);
    d.masked_conv2d_grad(
        {images, ci, co, taps, relu, dy, x, w, m.Out(pixels * ci), m.Out(weights), m.Out(co)}, host);
  };
}
Operation Scan(Images images, LstmKind kind, int directions, int h, bool merge) {
  return [=](const Drivers& d, const Host& host, Buffers& m) {
    const LstmShape s{images, kind, directions, h};
    const size_t pixels = images.batch * images.Pixels(), channels = merge ? h : directions * h;
    const size_t weights = (size_t)directions * s.Taps() * h * 4 * h, state = (size_t)directions * h;
    const float *x = m.In(pixels * directions * 4 * h, 2), *w = m.In(weights, 1 / std::sqrt((float)h));
    const float *h0 = m.In(state), *c0 = m.In(state), *dy = m.In(pixels * channels);
    float* gates = m.Out(s.SavedGates());
    d.lstm_scan({s, merge, x, w, h0, c0, m.Out(pixels * channels), gates}, host);
    d.lstm_scan_grad({s, merge, dy, w, h0, c0, gates, m.Out(pixels * directions * 4 * h), m.Out(weights),
                      m.Out(state), m.Out(state)},
                     host);
  };
}
Operation Layer(Images images, LstmKind kind, int directions, int h, int c) {
  return [=](const Drivers& d, const Host& host, Buffers& m) {
    const LstmShape s{images, kind, directions, h};
    const size_t pixels = images.batch * images.Pixels(), state = (size_t)directions * h, gate = 4 * state;
    const size_t in = (kind == LstmKind::kRow ? 2 : 1) * c * gate, weights = s.Taps() * h * gate,
                 out = (size_t)h * c;
    const float *x = m.In(pixels * c), *wi = m.In(in, 0.3f), *bi = m.In(gate), *ws = m.In(weights, 0.3f);
    const float *h0 = m.In(state), *c0 = m.In(state), *wo = m.In(out), *bo = m.In(c), *dy = m.In(pixels * c);
    float* gates = m.Out(s.SavedGates());
    d.lstm_layer({s, c, c, true, x, wi, bi, ws, h0, c0, wo, bo, m.Out(pixels * c), gates}, host);
    d.lstm_layer_grad({s,
                       c,
                       c,
                       true,
                       dy,
                       x,
                       wi,
                       ws,
                       h0,
                       c0,
                       wo,
                       gates,
                       m.Out(pixels * c),
                       m.Out(in),
                       m.Out(gate),
                       m.Out(weights),
                       m.Out(state),
                       m.Out(state),
                       m.Out(out),
                       m.Out(c)},
                      host);
  };
}
Operation Block(Images images, int c, int h, Taps taps) {
  return [=](const Drivers& d, const Host& host, Buffers& m) {
    const size_t pixels = images.batch * images.Pixels(), middle = (size_t)taps.Count() * h * h,
                 side = (size_t)c * h;
    const float *x = m.In(pixels * c), *w1 = m.In(side), *b1 = m.In(h), *w2 = m.In(middle), *b2 = m.In(h);
    const float *w3 = m.In(side), *b3 = m.In(c), *dy = m.In(pixels * c);
    float *s1 = m.Out(pixels * h), *s2 = m.Out(pixels * h);
    d.pixel_cnn_block({images, c, h, taps, x, w1, b1, w2, b2, w3, b3, m.Out(pixels * c), s1, s2}, host);
    d.pixel_cnn_block_grad({images, c, h, taps, dy, x, w1, w2, w3, s1, s2, m.Out(pixels * c), m.Out(side),
                            m.Out(h), m.Out(middle), m.Out(h), m.Out(side), m.Out(c)},
                           host);
  };
}
/// last: nothing is given for the vertical output, as in the last layer of a network.
Operation Gated(Images images, int p, int size, bool last = false) {
  return [=](const Drivers& d, const Host& host, Buffers& m) {
    const size_t pixels = images.batch * images.Pixels(), two = 2 * p, half = (size + 1) / 2,
                 image = images.batch * two;
    const size_t map = pixels * p;
    const float *xh = m.In(map), *xv = m.In(map), *wv = m.In(half * size * p * two, 0.3f);
    const float *bv = m.In(two), *wl = m.In(two * two, 0.3f), *wh = m.In(half * p * two, 0.3f),
                *bh = m.In(two);
    const float *wo = m.In(p * p), *bo = m.In(p), *cv = m.In(image), *ch = m.In(image), *dyh = m.In(map),
                *dyv = last ? nullptr : m.In(map);
    float *yh = m.Out(map), *yv = m.Out(map), *u = m.Out(2 * map), *v = m.Out(2 * map);
    d.gated_layer({images, p, size, true, xh, xv, wv, bv, wl, wh, bh, wo, bo, cv, ch, yh, yv, u, v}, host);
    d.gated_layer_grad({images,
                        p,
                        size,
                        true,
                        dyh,
                        dyv,
                        xh,
                        xv,
                        wv,
                        wl,
                        wh,
                        wo,
                        u,
                        v,
                        m.Out(map),
                        m.Out(map),
                        m.Out(half * size * p * two),
                        m.Out(two),
                        m.Out(two * two),
                        m.Out(half * p * two),
                        m.Out(two),
                        m.Out(p * p),
                        m.Out(p),
                        m.Out(image),
                        m.Out(image)},
                       host);
  };
}
Operation Gates(int pixels, int p) {
  return [=](const Drivers& d, const Host& host, Buffers& m) {
    const size_t size = (size_t)pixels * p;
    const float *z = m.In(2 * size, 4), *dy = m.In(size);
    d.gate({pixels, p, z, m.Out(size)}, host);
    d.gate_grad({pixels, p, dy, z, m.Out(2 * size)}, host);
  };
}
Operation Resnets(int pixels, int p) {
  return [=](const Drivers& d, const Host& host, Buffers& m) {
    const size_t size = (size_t)pixels * p;
    const float *x = m.In(size, 4), *z = m.In(2 * size, 4), *dy = m.In(size), *dz = m.In(2 * size);
    d.concat_elu({pixels, p, x, m.Out(2 * size)}, host);
    d.concat_elu_grad({pixels, p, dz, x, m.Out(size)}, host);
    d.gated_residual({pixels, p, z, x, m.Out(size)}, host);
    d.gated_residual_grad({pixels, p, dy, z, m.Out(2 * size)}, host);
  };
}
Operation CrossEntropies(int rows, int levels) {
  return [=](const Drivers& d, const Host& host, Buffers& m) {
    const std::vector<int32_t> labels(rows, levels - 1);
    const float *logits = m.In((size_t)rows * levels, 10), *dy = m.In(rows), *target = m.In(rows);
    float *loss = m.Out(rows), *lse = m.Out(rows);
    d.softmax_cross_entropy({rows, levels, logits, labels.data(), loss, lse}, host);
    d.softmax_cross_entropy_grad({rows, levels, dy, logits, labels.data(), lse, m.Out((size_t)rows * levels)},
                                 host);
    d.bernoulli_cross_entropy({rows, logits, target, m.Out(rows)}, host);
    d.bernoulli_cross_entropy_grad({rows, dy, logits, target, m.Out(rows)}, host);
  };
}
Operation Mixture(int rows, int components, int channels, int levels) {
  return [=](const Drivers& d, const Host& host, Buffers& m) {
    const size_t parameters = (size_t)rows * components * (channels == 1 ? 3 : 10);
    std::vector<float> pixels(rows * channels);
    for (size_t i = 0; i < pixels.size(); i++) pixels[i] = i * 7 % levels;
    const float *z = m.In(parameters, 2), *dy = m.In(rows);
    float *loss = m.Out(rows), *joint = m.Out((size_t)rows * components);
    const LogisticMixture mixture{components, channels, levels};
    d.logistic_mixture_cross_entropy({rows, mixture, z, pixels.data(), loss, joint}, host);
    d.logistic_mixture_cross_entropy_grad({rows, mixture, dy, z, pixels.data(), joint, m.Out(parameters)},
                                          host);
  };
}
Operation NormOf(int count) {
  return [=](const Drivers& d, const Host& host, Buffers& m) {
    const float* x = m.In(count);
    d.norm({count, x, m.Out(1)}, host);
  };
}

struct Case {
  const char* name;
  Operation operation;
};

std::vector<Case> Cases() {
  std::vector<Case> cases;
  const LstmKind row = LstmKind::kRow, diagonal = LstmKind::kDiagonal;
  for (int h : {1, 3, 4, 5, 8, 12, 16, 18, 33, 64})
    for (Images images : {Images{1, 1, 1}, Images{2, 5, 7}, Images{9, 6, 3}}) {
      cases.push_back({"scan diagonal", Scan(images, diagonal, 2, h, true)});
      cases.push_back({"scan apart", Scan(images, diagonal, 2, h, false)});
      cases.push_back({"scan row", Scan(images, row, 1, h, true)});
      cases.push_back({"layer diagonal", Layer(images, diagonal, 2, h, h + 1)});
      cases.push_back({"layer row", Layer(images, row, 1, h, h + 1)});
      cases.push_back({"convolution", Convolution(images, h, h + 2, {2, 3, 2}, true)});
      cases.push_back({"convolution", Convolution(images, h + 1, h, {4, 7, 3}, false)});
      cases.push_back({"convolution in pairs", Convolution(images, h, h + 2, {3, 3, 3}, true)});
      cases.push_back({"convolution, masked", Convolution(images, h, h + 2, {2, 3, 2}, true, true)});
      cases.push_back({"row of pairs", Convolution(images, h, h + 2, {1, 3, 2}, false)});
      cases.push_back({"pointwise", Convolution(images, h, 3 * h, {1, 1, 1}, false)});
      cases.push_back({"to one channel", Convolution(images, h, 1, {1, 1, 1}, true)});
      cases.push_back({"norm", NormOf(images.batch * 1000 * h + h)});
      cases.push_back({"block", Block(images, 2 * h, h, {2, 3, 2})});
      cases.push_back({"gated", Gated(images, h, 3)});
      cases.push_back({"gated, last", Gated(images, h, 3, true)});
      cases.push_back({"gate", Gates(images.batch * 7, h)});
      cases.push_back({"resnets", Resnets(images.batch * 7, h)});
      cases.push_back({"cross-entropies", CrossEntropies(images.batch * 7, h)});
      cases.push_back({"mixture grey", Mixture(images.batch * 7, h, 1, 2 + h)});
      cases.push_back({"mixture RGB", Mixture(images.batch * 7, h, 3, 256)});
    }
  return cases;
}

/// What every case gives, for `Check` on another machine.
int Write(const Drivers& drivers, std::FILE* file) {
  for (const Case& c : Cases())
    for (const std::vector<float>& output : RunOn(drivers, false, c.operation).outputs)
      std::fwrite(output.data(), 4, output.size(), file);
  return std::fclose(file);
}

/// Compares all tables with the last one, or with what another machine has written.
int Check(const std::vector<const Drivers*>& tables, std::FILE* written) {
  int failures = 0, count = 0;
  double worst = 0;
  for (const Case& c : Cases()) {
    Buffers wanted = RunOn(*tables.back(), false, c.operation);
    for (std::vector<float>& output : wanted.outputs)
      if (written && std::fread(output.data(), 4, output.size(), written) != output.size())
        std::fill(output.begin(), output.end(), NAN);
    for (const Drivers* table : tables) {
      const Buffers got = RunOn(*table, false, c.operation);
      const double difference = Difference(wanted, got);
      const bool same = SameBits(got, RunOn(*table, true, c.operation));
      worst = std::fmax(worst, difference);
      count++;
      if (difference < 1e-5 && same) continue;
      failures++;
      std::printf("%s, %d lanes: difference %.1e, orders agree: %d\n", c.name, table->lanes, difference,
                  same);
    }
  }
  std::printf("%d cases, worst difference %.1e, %d failures\n", count, worst, failures);
  return failures ? 1 : 0;
}

/// Whether the activated gates of a scan without weights are the sigmoid and tanh of its input, far tails
/// included.
bool CheckActivations(const Drivers& table) {
  const int hidden = 16, cells = 50000;
  const LstmShape shape{{1, 1, cells}, LstmKind::kRow, 1, hidden};
  std::vector<float> x(cells * 4 * hidden), saved(x.size()), y(cells * hidden);
  const std::vector<float> w(3 * hidden * 4 * hidden), state(hidden);
  std::mt19937 generator{1};
  std::uniform_real_distribution<float> wide(-86, 86), narrow(-9, 9);
  for (size_t i = 0; i < x.size(); i++) x[i] = i % 2 ? wide(generator) : narrow(generator);
  TestHost host(false);
  table.lstm_scan({shape, true, x.data(), w.data(), state.data(), state.data(), y.data(), saved.data()},
                  host.host);
  double sigmoid = 0, tanh = 0;
  for (size_t i = 0; i < x.size(); i++) {
    const bool gate = i / hidden % 4 < 3;
    const double wanted = gate ? 1 / (1 + std::exp(-double{x[i]})) : std::tanh(double{x[i]});
    double& worst = gate ? sigmoid : tanh;
    const double error = std::fabs(saved[i] / wanted - 1);
    worst = std::fmax(worst, std::isnan(error) ? INFINITY : error);
  }
  const bool close = sigmoid < 6e-7 && tanh < 6e-7;
  std::printf("%d lanes: sigmoid to %.1e, tanh to %.1e%s\n", table.lanes, sigmoid, tanh,
              close ? "" : ": too far");
  return close;
}

void Bench(const std::vector<const Drivers*>& tables) {
  const Images mnist{16, 28, 28}, cifar{16, 32, 32};
  const Case cases[] = {{"scan diagonal 28 x 28 h16", Scan(mnist, LstmKind::kDiagonal, 2, 16, true)},
                        {"scan row 28 x 28 h16", Scan(mnist, LstmKind::kRow, 1, 16, true)},
                        {"layer diagonal 28 x 28 h16", Layer(mnist, LstmKind::kDiagonal, 2, 16, 32)},
                        {"layer row 28 x 28 h16", Layer(mnist, LstmKind::kRow, 1, 16, 32)},
                        {"scan diagonal 32 x 32 h64", Scan(cifar, LstmKind::kDiagonal, 2, 64, true)},
                        {"block 28 x 28 32-16", Block(mnist, 32, 16, {2, 3, 2})},
                        {"gated 28 x 28 P32 size 5", Gated(mnist, 32, 5)}};
  for (const Case& c : cases)
    for (const Drivers* table : tables) {
      Buffers buffers;
      double best = INFINITY;
      for (int i = 0; i < 12; i++) {
        TestHost host(false);
        buffers.Rewind();
        const std::clock_t start = std::clock();  // time of the processor: others may be using it, too
        c.operation(*table, host.host, buffers);
        if (i > 0) best = std::fmin(best, 1e3 * (std::clock() - start) / CLOCKS_PER_SEC);
      }
      std::printf("%-28s %2d lanes: %.2f ms forward and backward\n", c.name, table->lanes, best);
    }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<const Drivers*> tables;
  for (int lanes : {16, 8, 4}) {
    const Drivers* table = &SelectDrivers(lanes);
    if (tables.empty() || tables.back() != table) tables.push_back(table);
  }
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "bench") Bench(tables);
  std::FILE* file = argc > 2 ? std::fopen(argv[2], mode == "write" ? "wb" : "rb") : nullptr;
  if (argc > 2 && !file) return std::perror(argv[2]), 2;
  if (mode == "write") return Write(*tables.back(), file);
  int failures = Check(tables, file);
  for (const Drivers* table : tables) failures += !CheckActivations(*table);
  return failures ? 1 : 0;
}
