// SPDX-License-Identifier: MIT
#include "directions.hpp"

#include "rows.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <type_traits>
#include <utility>

namespace rectify_bench {
namespace {

template <class T>
[[nodiscard]] double number(T x) {
  return static_cast<double>(x);
}

/// The library's contender, then its rivals, then those of other libraries; of two with one name, the first.
template <class T>
[[nodiscard]] std::vector<contender<T>> contenders_of(std::string_view direction, kernel<T> const& library) {
  std::vector<contender<T>> all;
  all.push_back(contender_with_loop<T>("rectify", library));
  if constexpr (std::is_same_v<T, float>) {
    std::vector<contender<T>> peers = peers_of(direction, library.function);
    std::move(peers.begin(), peers.end(), std::back_inserter(all));
  }
  for (contender<T>& rival : rivals_of<T>(direction, library.function)) {
    if (std::none_of(all.begin(), all.end(), [&](contender<T> const& other) { return other.name == rival.name; })) {
      all.push_back(std::move(rival));
    }
  }
  return all;
}

template <class T>
[[nodiscard]] judgement<T> judgement_of(std::string_view direction, std::string_view function) {
  reference const exact = reference_of<T>(function);
  if (direction == "forward") {
    return [exact](std::string const& row, operands<T> const& data) {
      return check_elements<T>(row, data.out, [&](std::size_t i) { return exact.forward(number(data.x[i])); });
    };
  }
  if (direction == "derivative") {
    return [exact](std::string const& row, operands<T> const& data) {
      return check_elements<T>(
          row, data.out, [&](std::size_t i) { return exact.derivative(number(data.x[i])); }, 1,
          [&](std::size_t i) { return exact.derivative_bound(number(data.x[i])); });
    };
  }
  if (direction == "backward_from_output") { // from the input all the same: whatever an output has lost, the gradient is that one
    return [exact](std::string const& row, operands<T> const& data) {
      return check_elements<T>(row, data.out,
                               [&](std::size_t i) { return number(data.dy[i]) * exact.derivative(number(data.source[i])); });
    };
  }
  judgement<T> const backward = [exact](std::string const& row, operands<T> const& data) {
    return check_elements<T>(
        row, data.out, [&](std::size_t i) { return number(data.dy[i]) * exact.derivative(number(data.x[i])); }, 1,
        [&](std::size_t i) { return std::abs(number(data.dy[i])) * exact.derivative_bound(number(data.x[i])); });
  };
  if (direction == "backward") {
    return backward;
  }
  return [backward](std::string const& row, operands<T> const& data) { // with the slope gradient of x < 0 ? slope · x : x
    double const largest_error = backward(row, data);
    double sum = 0;
    double scale = 1;
    for (std::size_t i = 0; i < data.x.size(); ++i) {
      double const term = number(data.x[i]) < 0 ? number(data.x[i]) * number(data.dy[i]) : 0;
      sum += term;
      scale += std::abs(term);
    }
    require(row, "slope gradient ", 0, number(data.slope), sum, scale);
    return largest_error;
  };
}

template <class T>
void add_rows(buffers& memory, std::string_view direction, std::size_t inputs, std::vector<kernel<T>> const& kernels) {
  if constexpr (!has_rows<T>) {
    return;
  }
  std::vector<kernel<T>> const forward = forward_kernels<T>();
  for_each_size<T>([&](std::size_t size) {
    add_limit_rows<T>(memory, direction, inputs, 1, size, std::to_string(size));
    for (kernel<T> const& library : kernels) {
      judgement<T> const check = judgement_of<T>(direction, library.function);
      task<T> output_of_x;
      if (direction == "backward_from_output") {
        output_of_x =
            *std::find_if(forward.begin(), forward.end(), [&](kernel<T> const& k) { return k.function == library.function; });
      }
      for (contender<T>& who : contenders_of(direction, library)) {
        std::string const name = row_name<T>(direction, library.function, who.name, std::to_string(size));
        add_row<T>(memory, {name, size, inputs, 1, std::move(who), check, output_of_x});
      }
    }
  });
}

/// How often f may be applied to its own output before the numbers leave the comfortable range.
[[nodiscard]] std::size_t steady_calls(double (*forward)(double), std::size_t most) {
  double negative = -1;
  double positive = 1;
  auto const comfortable = [](double x) { return x == 0 || (std::abs(x) > 1e-24 && std::abs(x) < 1e24); };
  std::size_t calls = 0;
  while (calls < most && comfortable(negative) && comfortable(positive)) {
    negative = forward(negative);
    positive = forward(positive);
    ++calls;
  }
  return std::max<std::size_t>(1, calls);
}

/// Times call(operands), x and out being one and the same. The numbers are restored, off the clock, after so many calls that
/// the clock's own cost (0.3 us) does not show. Short ranges take turns in 16 KiB: a call that reads what the call before it
/// has just written would wait for those stores.
template <class T, class Call>
void add_in_place_row(std::string const& name, buffers& memory, double (*exact)(double), std::size_t size, Call const& call) {
  constexpr std::size_t turns_bytes = std::size_t{16} << 10;
  constexpr std::size_t batch_bytes = std::size_t{8} << 20;
  std::size_t const turns = std::max<std::size_t>(1, turns_bytes / (size * sizeof(T)));
  std::size_t const whole = turns * size;
  std::size_t const rounds = std::max<std::size_t>(1, std::min(steady_calls(exact, 256), batch_bytes / (whole * sizeof(T))));
  benchmark::RegisterBenchmark(name, [=, &memory, checked = false](benchmark::State& state) mutable {
    operands<T> const all = memory.get<T>(whole, 1);
    auto const part = [&](std::size_t turn) {
      operands<T> data;
      data.out = all.out.subspan(turn * size, size);
      data.x = data.out;
      return data;
    };
    auto const restore = [&] { std::copy_n(all.x.data(), whole, all.out.data()); };
    if (!checked) {
      restore();
      operands<T> first = part(0);
      call(first);
      check_elements<T>(name, first.out, [&](std::size_t i) { return exact(number(all.x[i])); });
      checked = true;
    }
    while (state.KeepRunningBatch(static_cast<benchmark::IterationCount>(rounds * turns))) {
      state.PauseTiming();
      restore();
      state.ResumeTiming();
      for (std::size_t round = 0; round < rounds; ++round) {
        for (std::size_t turn = 0; turn < turns; ++turn) {
          operands<T> data = part(turn);
          benchmark::DoNotOptimize(data);
          call(data);
          benchmark::ClobberMemory();
        }
      }
    }
    set_counters<T>(state, size, 2);
  });
}

/// The cheapest thing to do in place.
template <class T>
void negate(operands<T>& data) {
  for (T& x : data.out) {
    x = -x;
  }
}

template <class T>
void add_in_place_rows_of(buffers& memory) {
  if constexpr (!has_rows<T>) {
    return;
  }
  for_each_size<T>([&](std::size_t size) {
    auto const add = [&](std::string_view function, std::string_view who, double (*exact)(double), auto const& call) {
      add_in_place_row<T>(row_name<T>("in_place", function, who, std::to_string(size)), memory, exact, size, call);
    };
    add(
        "any", "negate", [](double x) { return -x; }, negate<T>);
    for (kernel<T> const& library : forward_kernels<T>(true)) {
      double (*const exact)(double) = reference_of<T>(library.function, true).forward;
      add(library.function, "rectify", exact, library);
      for (contender<T> const& rival : rivals_of<T>("in_place", library.function)) {
        add(library.function, rival.name, exact, rival.call);
      }
    }
  });
}

} // namespace

void add_forward_rows(buffers& memory) {
  add_rows(memory, "forward", 1, forward_kernels<float>());
  add_rows(memory, "forward", 1, forward_kernels<double>());
}

void add_in_place_rows(buffers& memory) {
  add_in_place_rows_of<float>(memory);
  add_in_place_rows_of<double>(memory);
}

void add_derivative_rows(buffers& memory) {
  add_rows(memory, "derivative", 1, derivative_kernels<float>());
  add_rows(memory, "derivative", 1, derivative_kernels<double>());
}

void add_backward_rows(buffers& memory) {
  add_rows(memory, "backward", 2, backward_kernels<float>());
  add_rows(memory, "backward", 2, backward_kernels<double>());
}

void add_backward_from_output_rows(buffers& memory) {
  add_rows(memory, "backward_from_output", 2, backward_from_output_kernels<float>());
  add_rows(memory, "backward_from_output", 2, backward_from_output_kernels<double>());
}

void add_backward_with_slope_rows(buffers& memory) {
  add_rows(memory, "backward_with_slope", 2, backward_with_slope_kernels<float>());
  add_rows(memory, "backward_with_slope", 2, backward_with_slope_kernels<double>());
}

} // namespace rectify_bench
