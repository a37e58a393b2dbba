#include "engine.h"

#include <cstdlib>
#include <new>
#include <utility>

#include "huge_pages.h"

namespace pixelrnn {

Buffer::Buffer(Buffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), capacity_(std::exchange(other.capacity_, 0)) {}

Buffer::~Buffer() { free(data_); }

float* Buffer::Need(size_t count) {
  if (count <= capacity_) return data_;
  free(data_);
  data_ = nullptr;
  capacity_ = 0;
  const size_t bytes = (count * sizeof(float) + 63) / 64 * 64;
  data_ = static_cast<float*>(aligned_alloc(64, bytes));
  if (!data_) throw std::bad_alloc();
  PreferHugePages(data_, bytes);
  capacity_ = count;
  return data_;
}

Engine& Engine::Instance() {
  // Never destroyed: its threads may be waiting when the process ends.
  static Engine* const engine = new Engine;
  return *engine;
}

void Engine::SetThreads(int threads) {
  std::lock_guard<std::mutex> lock(mutex_);
  pool_.Resize(threads < 1 ? 1 : threads);
}

int Engine::SetVector(int lanes) {
  std::lock_guard<std::mutex> lock(mutex_);
  drivers_ = &SelectDrivers(lanes);
  return drivers_->lanes;
}

float* Engine::Allocate(void* self, size_t count) {
  Engine& engine = *static_cast<Engine*>(self);
  if (engine.buffers_used_ == engine.buffers_.size()) engine.buffers_.emplace_back();
  return engine.buffers_[engine.buffers_used_++].Need(count);
}

void Engine::Parallel(void* self, int tasks, size_t count, void (*task)(const void*, int, float*),
                      const void* closure) {
  static_cast<Engine*>(self)->pool_.Run(tasks, [=](int index) {
    static thread_local Buffer scratch;
    task(closure, index, scratch.Need(count));
  });
}

}  // namespace pixelrnn
