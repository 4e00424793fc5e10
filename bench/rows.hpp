// SPDX-License-Identifier: MIT
#pragma once

#include "buffers.hpp"
#include "rivals.hpp"

#include <benchmark/benchmark.h>
#include <rectify/rectify.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

/// A row: its name, what is timed, and the check that runs once before the clock does.
/// Names are direction/function/type/contender/elements. The function of a limit, which is what moving the same data costs
/// without a function, is `any`.
namespace rectify_bench {

template <class T>
inline constexpr std::string_view type_name = "f32";
template <>
inline constexpr std::string_view type_name<double> = "f64";

template <class T>
[[nodiscard]] std::string row_name(std::string_view direction, std::string_view function, std::string_view contender,
                                   std::string_view elements) {
  std::string name;
  for (std::string_view const part : {direction, function, type_name<T>, contender}) {
    name.append(part).push_back('/');
  }
  return name.append(elements);
}

/// visit(size) for 16 elements, 64, 256 ... and 256 MiB.
template <class T, class Visitor>
void for_each_size(Visitor&& visit) {
  constexpr std::size_t largest = (std::size_t{256} << 20) / sizeof(T);
  for (std::size_t size = 16; size < largest; size *= 4) {
    visit(size);
  }
  visit(largest);
}

/// Loose: it is to find a contender that computes something else. The tests measure errors.
inline constexpr double tolerance = 1e-4;

inline void require(std::string const& row, char const* what, std::size_t index, double actual, double expected, double scale) {
  if (!(std::abs(actual - expected) <= tolerance * scale)) {
    std::fprintf(stderr, "%s: %s[%zu] is %.9g where the reference in double has %.9g; nothing is timed\n", row.c_str(), what,
                 index, actual, expected);
    std::exit(EXIT_FAILURE);
  }
}

/// All elements of a short range, 65536 and the last 64 of a long one.
template <class T, class Expected>
void check_elements(std::string const& row, std::span<T const> actual, Expected const& expected) {
  auto const check = [&](std::size_t i) {
    double const value = expected(i);
    require(row, "element ", i, static_cast<double>(actual[i]), value, std::max(1.0, std::abs(value)));
  };
  std::size_t const stride = std::max<std::size_t>(1, actual.size() / 65536) | 1U;
  for (std::size_t i = 0; i < actual.size(); i += stride) {
    check(i);
  }
  for (std::size_t i = actual.size() - std::min<std::size_t>(actual.size(), 64); i < actual.size(); ++i) {
    check(i);
  }
}

/// `arrays`: how many of `size` elements each iteration reads and writes.
template <class T>
void set_counters(benchmark::State& state, std::size_t size, std::size_t arrays) {
  auto const elements = state.iterations() * static_cast<benchmark::IterationCount>(size);
  state.SetItemsProcessed(elements);
  state.SetBytesProcessed(elements * static_cast<benchmark::IterationCount>(arrays * sizeof(T)));
  state.counters["ns_per_1024"] =
      benchmark::Counter(static_cast<double>(elements) / 1024 * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// Times call(operands) on x (and dy) -> out; before, check(name, operands) what it wrote over NaNs.
template <class T, class Call, class Check>
void add_row(std::string const& name, buffers& memory, std::size_t size, std::size_t inputs, Call call, Check check) {
  benchmark::RegisterBenchmark(name, [=, &memory, checked = false](benchmark::State& state) mutable {
    operands<T> data = memory.get<T>(size, inputs);
    if (!checked) {
      std::fill(data.out.begin(), data.out.end(), std::numeric_limits<T>::quiet_NaN());
      data.slope = std::numeric_limits<T>::quiet_NaN();
      call(data);
      check(name, std::as_const(data));
      checked = true;
    }
    for (auto _ : state) {
      benchmark::DoNotOptimize(data); // else the checks of sizes and overlap would leave the loop
      call(data);
      benchmark::ClobberMemory();
    }
    set_counters<T>(state, size, inputs + 1);
  });
}

/// The library's own functor for a number, as a reference for functions that have no `std_formula`.
template <class F>
struct functor_formula {
  using T = typename F::value_type;
  F f;

  [[nodiscard]] double forward(double x) const noexcept { return static_cast<double>(f.forward(T(x))); }
  [[nodiscard]] double derivative(double x) const noexcept { return static_cast<double>(f.derivative(T(x))); }
  [[nodiscard]] double backward(double x, double dy) const noexcept {
    return static_cast<double>(rectify::chain(f, T(x), T(dy)));
  }
  [[nodiscard]] double backward_from_output(double y, double dy) const noexcept {
    return static_cast<double>(rectify::chain_from_output(f, T(y), T(dy)));
  }
  [[nodiscard]] double slope(double x, double dy) const noexcept { return static_cast<double>(f.slope_derivative(T(x)) * T(dy)); }
};

template <class F>
[[nodiscard]] auto reference(F const& f) {
  if constexpr (has_std_formula<F>) {
    return std_formula<F>{f};
  } else {
    return functor_formula<F>{f};
  }
}

template <class Direction, class Formula, class T>
void std_loop(Formula const& formula, operands<T> const& data) {
  T const* const x = data.x.data();
  T const* const dy = Direction::inputs == 2 ? data.dy.data() : x;
  T* const out = data.out.data();
  std::size_t const size = data.x.size();
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = Direction::apply(formula, x[i], dy[i]);
  }
}

template <class Direction, class Formula, class Tail, class T>
void xsimd_loop(Formula const& formula, Tail const& tail, operands<T> const& data) {
  using B = xsimd::batch<T>;
  T const* const x = data.x.data();
  T const* const dy = Direction::inputs == 2 ? data.dy.data() : x;
  T* const out = data.out.data();
  std::size_t const size = data.x.size();
  std::size_t i = 0;
  for (; i + B::size <= size; i += B::size) {
    Direction::apply(formula, B::load_unaligned(x + i), B::load_unaligned(dy + i)).store_unaligned(out + i);
  }
  for (; i < size; ++i) {
    out[i] = Direction::apply(tail, x[i], dy[i]);
  }
}

/// out = operation(x, dy), or of (x, x) where there is no dy: what the cheapest function costs. Unrolled as the library's loop.
template <class Operation, class T>
void limit_loop(Operation const& operation, operands<T> const& data) {
  using V = rectify::register_of<T, rectify::default_arch>;
  T const* const x = data.x.data();
  T const* const dy = data.dy.empty() ? x : data.dy.data();
  T* const out = data.out.data();
  std::size_t const size = data.x.size();
  std::size_t i = 0;
#pragma GCC unroll 4
  for (; i + rectify::lanes<V> <= size; i += rectify::lanes<V>) {
    rectify::store<V>(out + i, operation(rectify::load<V>(x + i), rectify::load<V>(dy + i)));
  }
  for (; i < size; ++i) {
    out[i] = operation(x[i], dy[i]);
  }
}

template <class Direction, class T>
void add_limit_row(buffers& memory, std::size_t size, std::string_view elements) {
  if constexpr (Direction::inputs == 1) {
    add_row<T>(
        row_name<T>(Direction::name, "any", "memcpy", elements), memory, size, 1,
        [](operands<T>& data) { std::memcpy(data.out.data(), data.x.data(), data.x.size_bytes()); },
        [](std::string const& row, operands<T> const& data) {
          check_elements<T>(row, data.out, [&](std::size_t i) { return static_cast<double>(data.x[i]); });
        });
  } else {
    add_row<T>(
        row_name<T>(Direction::name, "any", "multiply", elements), memory, size, 2,
        [](operands<T>& data) { limit_loop([](auto const& x, auto const& dy) { return x * dy; }, data); },
        [](std::string const& row, operands<T> const& data) {
          check_elements<T>(row, data.out,
                            [&](std::size_t i) { return static_cast<double>(data.x[i]) * static_cast<double>(data.dy[i]); });
        });
  }
}

/// The rows of one function in one direction: rectify, and the rivals that have the formula.
template <class Direction, class F>
void add_function_rows(buffers& memory, F const& f, std::size_t size) {
  using T = typename F::value_type;
  if constexpr (Direction::template has<F>) {
    auto const check = [f](std::string const& row, operands<T> const& data) { Direction::check(row, reference(f), data); };
    auto const add = [&](std::string_view contender, auto const& call) {
      add_row<T>(row_name<T>(Direction::name, F::name, contender, std::to_string(size)), memory, size, Direction::inputs, call,
                 check);
    };
    add("rectify", [f](operands<T>& data) { Direction::library(f, data); });
    if constexpr (has_std_formula<F>) {
      add("std_loop", [formula = std_formula<F>{f}](operands<T>& data) { Direction::std_loop(formula, data); });
    }
    if constexpr (has_std_formula<F> && has_xsimd_formula<F> && rectify::has_register<T, rectify::default_arch>) {
      add("xsimd", [formula = xsimd_formula<F>{f}, tail = std_formula<F>{f}](operands<T>& data) {
        Direction::xsimd_loop(formula, tail, data);
      });
    }
  }
}

/// Size by size, since rows that are compared should run close to each other.
template <class Direction, class T>
void add_rows(buffers& memory) {
  for_each_size<T>([&](std::size_t size) {
    add_limit_row<Direction, T>(memory, size, std::to_string(size));
    rectify::for_each_function(rectify::catalogue<T>{}, [&](auto const& f) { add_function_rows<Direction>(memory, f, size); });
  });
}

/// What the directions that give one number an element share.
template <class Direction>
struct elementwise {
  template <class Formula, class T>
  static void std_loop(Formula const& formula, operands<T> const& data) {
    rectify_bench::std_loop<Direction>(formula, data);
  }
  template <class Formula, class Tail, class T>
  static void xsimd_loop(Formula const& formula, Tail const& tail, operands<T> const& data) {
    rectify_bench::xsimd_loop<Direction>(formula, tail, data);
  }
  template <class Reference, class T>
  static void check(std::string const& row, Reference const& reference, operands<T> const& data) {
    check_elements<T>(row, data.out, [&](std::size_t i) {
      double const x = static_cast<double>(data.x[i]);
      return Direction::apply(reference, x, Direction::inputs == 2 ? static_cast<double>(data.dy[i]) : x);
    });
  }
};

} // namespace rectify_bench
