// What the drivers of the arithmetic run in: the instruction set, the threads and the memory.
#pragma once
#include <mutex>
#include <vector>

#include "native/drivers.h"
#include "thread_pool.h"

namespace pixelrnn {

/// Memory that grows to the most that was ever asked of it and is kept: fresh pages cost more than what is
/// computed in them.
class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&&) = delete;
  ~Buffer();
  /// 64-byte aligned, with leftovers in it. Throws std::bad_alloc.
  float* Need(size_t count);

 private:
  float* data_ = nullptr;
  size_t capacity_ = 0;
};

class Engine {
 public:
  static Engine& Instance();

  void SetThreads(int threads);
  /// Takes the instructions with at most `lanes` floats and returns how many they have.
  int SetVector(int lanes);

  /// Runs a driver. One at a time: each uses all threads.
  template <typename Operation>
  void Run(void (*Drivers::*driver)(const Operation&, const Host&), const Operation& operation) {
    std::lock_guard<std::mutex> lock(mutex_);
    FlushDenormals flush;
    buffers_used_ = 0;
    const Host host = {this, pool_.threads(), Allocate, Parallel};
    (drivers_->*driver)(operation, host);
  }

 private:
  static float* Allocate(void* self, size_t count);
  static void Parallel(void* self, int tasks, size_t count, void (*task)(const void*, int, float*),
                       const void* closure);

  std::mutex mutex_;
  ThreadPool pool_;
  const Drivers* drivers_ = &SelectDrivers(16);
  std::vector<Buffer> buffers_;
  size_t buffers_used_ = 0;
};

}  // namespace pixelrnn
