// SPDX-License-Identifier: MIT
// For ThreadSanitizer: threads that all make the first call, of the choice of an instruction set and of the question how large
// the caches are, many times over; and executors on threads of their own.
#include "dispatch/fast_sigmoid.hpp"

#include <rectify/dispatch/choice.hpp> // in place of the library's: compiled with the sanitizer
#include <rectify/functions/relu.hpp>
#include <rectify/kernels/parallel.hpp>

#include <barrier>
#include <cstdio>
#include <thread>
#include <vector>

using namespace rectify;

namespace {

constexpr std::size_t size = 200'000; // with its output more than least_streaming_bytes
constexpr std::size_t thread_count = 8;

/// Calls task(i) for each i < thread_count on a thread of its own.
template <class Task>
void on_threads(Task const& task) {
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < thread_count; ++i) {
    threads.emplace_back([&task, i] { task(i); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

} // namespace

int main() {
  std::vector<float> x(size);
  for (std::size_t i = 0; i < size; ++i) {
    x[i] = static_cast<float>(i % 2001) - 1000;
  }
  my::fast_sigmoid<float> const f;
  bool good = true;
  for (int round = 0; round < 20; ++round) {
    chosen_arch = 0;
    machine_streaming_bytes<default_arch>.store(0);
    std::vector<std::vector<float>> ys(thread_count, std::vector<float>(size));
    std::vector<char const*> names(thread_count);
    std::barrier start(static_cast<std::ptrdiff_t>(thread_count));
    on_threads([&](std::size_t i) {
      start.arrive_and_wait();
      if (i % 2 == 0) {
        names[i] = runtime_arch_name();
        forward(f, x, ys[i]);
      } else {
        forward(f, x, ys[i]);
        names[i] = runtime_arch_name();
      }
    });
    for (std::size_t i = 0; i < thread_count; ++i) {
      good = good && ys[i] == ys[0] && names[i] == names[0];
    }
    std::vector<float> y(size);
    chosen_arch = 0;
    forward(
        [](std::size_t count, auto const& task) {
          on_threads([&](std::size_t i) {
            for (; i < count; i += thread_count) {
              task(i);
            }
          });
        },
        f, x, y);
    good = good && y == ys[0];
    if (round == 0) {
      std::printf("%s\n", names[0]);
    }
  }
  return good ? 0 : 1;
}
