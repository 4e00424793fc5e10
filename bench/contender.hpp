// SPDX-License-Identifier: MIT
#pragma once

#include "buffers.hpp"

#include <benchmark/benchmark.h>

#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// Who takes part, behind one type: rows are made of contenders by code that is compiled once, and a kernel costs the compiler
/// its own instantiation and no more. With a row a template, two of these files took a minute and were the dearest of the build.
namespace rectify_bench {

/// Rows in double double what the compiler has to do, so a build may leave them out (RECTIFY_BENCH_DOUBLE).
template <class T>
inline constexpr bool has_rows = std::is_same_v<T, float> || RECTIFY_BENCH_DOUBLE != 0;

/// One call of whatever is timed: by way of two jumps that the processor predicts, for every contender alike (1 to 2 ns).
template <class T>
using task = std::function<void(operands<T>&)>;

/// Fails where the operands do not hold what they should; else the largest error, in ULP.
template <class T>
using judgement = std::function<double(std::string const& row, operands<T> const& data)>;

template <class T>
struct contender {
  std::string name;
  task<T> call;
  std::function<void(benchmark::State&, operands<T>&)> loop = {}; ///< of calls; where empty, of `call`
};

/// What is timed: call(data), again and again. By value, so that what is called lies in registers or on the stack: read from
/// elsewhere it would wait for a store to the same place of a page, in some builds and for some contenders.
template <class Operands, class Call>
void time_calls(benchmark::State& state, Operands& data, Call call) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(data);
    call(data);
    benchmark::ClobberMemory();
  }
}

/// With a loop of its own, which calls `call` without the jump of a task.
template <class T, class Call>
[[nodiscard]] contender<T> contender_with_loop(std::string name, Call const& call) {
  return {std::move(name), call, [call](benchmark::State& state, operands<T>& data) { time_calls(state, data, call); }};
}

/// A kernel of the library for one function.
template <class T>
struct kernel {
  std::string_view function;
  void (*run)(void const* functor, operands<T>& data);
  void const* functor; // behind a pointer that no compiler sees through: parameters are known when the program runs

  void operator()(operands<T>& data) const { run(functor, data); }
};

/// The formula in double that a function is compared with: the library's own, which the tests hold to the exact values. For
/// numbers of T its parameters are those that T has: the nearest float to 0.01 is not 0.01.
struct reference {
  double (*forward)(double x);
  double (*derivative)(double x);
  double (*derivative_bound)(double x); ///< the absolute bound that holds around the zero of a derivative; elsewhere 0
};

/// A functor that may be applied to its own output without end: with a slope of 1 the numbers stay what they are. The default
/// 0.01 makes subnormals of all negative numbers within 18 calls, and subnormals cost ten times as much.
template <class F>
[[nodiscard]] constexpr F steady(F f) {
  if constexpr (requires { f.negative_slope = 1; }) {
    f.negative_slope = 1;
  } else if constexpr (requires { f.slope = 1; }) {
    f.slope = 1;
  }
  return f;
}

/// What each direction has for each function of the catalogue, each in a file of its own. `steady`: as above.
template <class T>
[[nodiscard]] std::vector<kernel<T>> forward_kernels(bool steady = false);
template <class T>
[[nodiscard]] std::vector<kernel<T>> derivative_kernels();
template <class T>
[[nodiscard]] std::vector<kernel<T>> backward_kernels();
template <class T>
[[nodiscard]] std::vector<kernel<T>> backward_from_output_kernels();
template <class T>
[[nodiscard]] std::vector<kernel<T>> backward_with_slope_kernels();

template <class T>
[[nodiscard]] reference reference_of(std::string_view function, bool steady = false);

/// What one would write without the library.
template <class T>
[[nodiscard]] std::vector<contender<T>> rivals_of(std::string_view direction, std::string_view function);

/// Other libraries, where the build has them: `forward`, `backward` or `backward_from_output`.
[[nodiscard]] std::vector<contender<float>> peers_of(std::string_view direction, std::string_view function);

/// The same of softmax and log_softmax over rows, `forward` or `backward_from_output`.
[[nodiscard]] std::vector<contender<float>> peers_of_rows(std::string_view direction, std::string_view function, std::size_t row);

/// Name and version of each.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> peer_versions();

} // namespace rectify_bench
