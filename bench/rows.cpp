// SPDX-License-Identifier: MIT
#include "rows.hpp"

#include <rectify/kernels/storage.hpp>

#include <support/ulp.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <type_traits>
#include <utility>

namespace rectify_bench {

void require(std::string const& row, char const* what, std::size_t index, double actual, double expected, double scale) {
  if (!(std::abs(actual - expected) <= tolerance * scale)) {
    std::fprintf(stderr, "%s: %s[%zu] is %.9g where the reference in double has %.9g; nothing more is timed\n", row.c_str(), what,
                 index, actual, expected);
    std::exit(EXIT_FAILURE);
  }
}

template <class T>
double check_elements(std::string const& row, std::span<T const> actual, std::function<double(std::size_t)> const& expected,
                      double unit, std::function<double(std::size_t)> const& absolute_bound) {
  double largest_error = 0;
  auto const check = [&](std::size_t i) {
    double const value = expected(i);
    require(row, "element ", i, static_cast<double>(actual[i]), value, std::max(unit, std::abs(value)));
    double error = rectify::test::ulp_error(actual[i], value);
    if (double const bound = absolute_bound ? absolute_bound(i) : 0; bound > 0) {
      error = std::min(error, std::abs(static_cast<double>(actual[i]) - value) / bound);
    }
    largest_error = std::max(largest_error, error);
  };
  std::size_t const stride = std::max<std::size_t>(1, actual.size() / 65536) | 1U;
  for (std::size_t i = 0; i < actual.size(); i += stride) {
    check(i);
  }
  for (std::size_t i = actual.size() - std::min<std::size_t>(actual.size(), 64); i < actual.size(); ++i) {
    check(i);
  }
  return largest_error;
}

template <class T>
void set_counters(benchmark::State& state, std::size_t size, std::size_t arrays) {
  auto const elements = state.iterations() * static_cast<benchmark::IterationCount>(size);
  state.SetItemsProcessed(elements);
  state.SetBytesProcessed(elements * static_cast<benchmark::IterationCount>(arrays * sizeof(T)));
  state.counters["ns_per_1024"] =
      benchmark::Counter(static_cast<double>(elements) / 1024 * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

template <class T>
void add_row(buffers& memory, row<T> added) {
  std::string const name = added.name;
  bool const by_the_wall = added.by_the_wall;
  auto run = [kept = std::move(added), &memory, checked = false, largest_error = 0.0](benchmark::State& state) mutable {
    operands<T> data = memory.get<T>(kept.size, kept.inputs, kept.outputs);
    if (kept.output_of_x) {
      operands<T> made;
      made.x = data.x;
      made.out = memory.output_of_x<T>(kept.size);
      kept.output_of_x(made);
      data.source = std::exchange(data.x, made.out);
    }
    if (!checked) {
      for (std::span<T> const out : {data.out, data.second}) {
        std::fill(out.begin(), out.end(), std::numeric_limits<T>::quiet_NaN());
      }
      data.slope = std::numeric_limits<T>::quiet_NaN();
    }
    kept.who.call(data); // also before each later run: libraries set up what is new to them
    if (!checked) {
      largest_error = kept.check(kept.name, std::as_const(data));
      checked = true;
    }
    if (kept.who.loop) {
      kept.who.loop(state, data);
    } else {
      time_calls(state, data, kept.who.call);
    }
    set_counters<T>(state, kept.size, kept.inputs + kept.outputs);
    if constexpr (std::is_same_v<T, float>) { // numbers in double have no reference that is more exact
      state.counters["max_ulp"] = largest_error;
    }
  };
  auto* const registered = benchmark::RegisterBenchmark(name, std::move(run));
  if (by_the_wall) {
    registered->UseRealTime();
  }
}

template double check_elements(std::string const&, std::span<float const>, std::function<double(std::size_t)> const&, double,
                               std::function<double(std::size_t)> const&);
template double check_elements(std::string const&, std::span<double const>, std::function<double(std::size_t)> const&, double,
                               std::function<double(std::size_t)> const&);
template void set_counters<float>(benchmark::State&, std::size_t, std::size_t);
template void set_counters<double>(benchmark::State&, std::size_t, std::size_t);
template void set_counters<rectify::bfloat16>(benchmark::State&, std::size_t, std::size_t);
template void set_counters<rectify::float16>(benchmark::State&, std::size_t, std::size_t);
template void add_row(buffers&, row<float>);
template void add_row(buffers&, row<double>);

} // namespace rectify_bench
