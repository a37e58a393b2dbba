#include "thread_pool.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace pixelrnn {
namespace {

// A worker spins so many times before it sleeps, about 2 milliseconds: waking one takes about 50
// microseconds, as long as a small operation, and a training step has a pause of up to a millisecond between
// operations.
constexpr int kSpins = 40000;

void Pause() {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

}  // namespace

#if defined(__x86_64__)
FlushDenormals::FlushDenormals() : saved_(_mm_getcsr()) { _mm_setcsr(saved_ | 0x8040); }
FlushDenormals::~FlushDenormals() { _mm_setcsr(saved_); }
#else
FlushDenormals::FlushDenormals() : saved_(0) {}
FlushDenormals::~FlushDenormals() = default;
#endif

ThreadPool::~ThreadPool() { Resize(1); }

void ThreadPool::Resize(int threads) {
  if (threads == this->threads()) return;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
  workers_.clear();
  stop_ = false;
  for (int i = 1; i < threads; i++) workers_.emplace_back([this, seen = job_.load()] { WorkerLoop(seen); });
}

void ThreadPool::Run(int tasks, const Task& task) {
  if (workers_.empty() || tasks <= 1) {
    for (int i = 0; i < tasks; i++) task(i);
    return;
  }
  task_ = &task;
  tasks_ = tasks;
  next_ = 0;
  busy_ = static_cast<int>(workers_.size());
  failure_ = nullptr;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    job_++;
  }
  wake_.notify_all();
  TakeTasks();
  for (int spins = 0; busy_.load(std::memory_order_acquire) > 0; spins++) {
    if (spins < kSpins)
      Pause();
    else
      std::this_thread::yield();
  }
  if (failure_) std::rethrow_exception(failure_);
}

void ThreadPool::WorkerLoop(int seen) {
  FlushDenormals flush;
  for (;;) {
    WaitForJob(seen);
    if (stop_) return;
    seen = job_.load(std::memory_order_acquire);
    TakeTasks();
    busy_.fetch_sub(1, std::memory_order_release);
  }
}

void ThreadPool::WaitForJob(int seen) {
  const auto ready = [&] { return stop_.load() || job_.load(std::memory_order_acquire) != seen; };
  for (int spins = 0; spins < kSpins; spins++) {
    if (ready()) return;
    Pause();
  }
  std::unique_lock<std::mutex> lock(mutex_);
  wake_.wait(lock, ready);
}

void ThreadPool::TakeTasks() {
  try {
    for (int i = next_.fetch_add(1); i < tasks_; i = next_.fetch_add(1)) (*task_)(i);
  } catch (...) {
    std::lock_guard<std::mutex> lock(mutex_);
    failure_ = std::current_exception();
    next_ = tasks_;
  }
}

}  // namespace pixelrnn
