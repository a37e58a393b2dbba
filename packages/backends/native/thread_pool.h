// TensorFlow's C API does not lend an operation the threads of its own pool; hence this one.
#pragma once
#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace pixelrnn {

/// Takes denormal numbers for zero while it lives: they are up to a hundred times slower, and vanish anyway.
class FlushDenormals {
 public:
  FlushDenormals();
  ~FlushDenormals();

 private:
  unsigned saved_;
};

/// Threads that run the tasks of one job at a time, together with the caller's. Which thread runs which task
/// is up to chance, so no result may depend on it.
class ThreadPool {
 public:
  using Task = std::function<void(int)>;

  ~ThreadPool();
  int threads() const { return static_cast<int>(workers_.size()) + 1; }
  void Resize(int threads);
  /// Runs task(i) for every i in [0, tasks) and returns when all are done. Throws what a task has thrown.
  void Run(int tasks, const Task& task);

 private:
  void WorkerLoop(int seen);
  void WaitForJob(int seen);
  void TakeTasks();

  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<int> job_{0};  // counts jobs, so that a worker knows a new one
  std::atomic<int> next_{0}, busy_{0};
  std::atomic<bool> stop_{false};
  const Task* task_ = nullptr;
  int tasks_ = 0;
  std::exception_ptr failure_;
};

}  // namespace pixelrnn
