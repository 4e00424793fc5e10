// SPDX-License-Identifier: MIT
#pragma once

#include "buffers.hpp"
#include "contender.hpp"

#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <string_view>

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

/// Loose: it is to find a contender that computes something else, and gelu is 4.7e-4 from gelu_tanh. A contender that is inexact,
/// as most are far out, is timed all the same: its error, over the numbers timed, stands with its time.
inline constexpr double tolerance = 1e-4;

/// Ends the program, with the row's name, where |actual - expected| > tolerance · scale.
void require(std::string const& row, char const* what, std::size_t index, double actual, double expected, double scale);

/// All elements of a short range, 65536 and the last 64 of a long one. `unit`: what an element is of the order of, at least.
/// The largest error among them, in ULP of T, or in units of absolute_bound(i) where that is more.
template <class T>
double check_elements(std::string const& row, std::span<T const> actual, std::function<double(std::size_t)> const& expected,
                      double unit = 1, std::function<double(std::size_t)> const& absolute_bound = {});

/// `arrays`: how many of `size` elements each iteration reads and writes.
template <class T>
void set_counters(benchmark::State& state, std::size_t size, std::size_t arrays);

/// Times call(operands); before, checks what it wrote over NaNs. The counter max_ulp, of floats, is the largest error
/// that the check saw.
template <class T>
struct row {
  std::string name;
  std::size_t size;
  std::size_t inputs;
  std::size_t outputs;
  contender<T> who;
  judgement<T> check;
  task<T> output_of_x = {}; ///< where x is to be an output: writes it to `out` from `x`
  bool by_the_wall = false; ///< whether other threads take part, whose time the CPU's clock of this one does not have
};

/// Size by size, since rows that are compared should run close to each other.
template <class T>
void add_row(buffers& memory, row<T> added);

/// What moving the same data costs: memcpy (of one input), the cheapest loop of loads and stores, and the same loop with stores
/// past the caches.
template <class T>
void add_limit_rows(buffers& memory, std::string_view direction, std::size_t inputs, std::size_t outputs, std::size_t size,
                    std::string_view elements);

} // namespace rectify_bench
