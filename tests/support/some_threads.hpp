// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace rectify::test {

/// Threads that take tasks as they come, the last first.
struct some_threads {
  std::size_t* tasks_run; // in all calls
  int threads_run = 4;

  void operator()(std::size_t count, auto const& task) const {
    std::atomic<std::size_t> left = count;
    std::vector<std::thread> threads;
    for (int i = 0; i < threads_run; ++i) {
      threads.emplace_back([&] {
        for (std::size_t next = left--; next != 0 && next <= count; next = left--) {
          task(next - 1);
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    *tasks_run += count;
  }
};

} // namespace rectify::test
