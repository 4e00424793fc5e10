// SPDX-License-Identifier: MIT
// On two threads of OpenMP, by the clock on the wall and not the CPU's: how near to half the time, and from which size on?
// `halves` is a call a thread, without the library's bound below which it stays on one: is that bound right for this machine?
// Both cores have to be free: beside other programs these rows time those.
#include "directions.hpp"
#include "rows.hpp"

#include <rectify/kernels/parallel.hpp>
#include <rectify/rectify.hpp>

namespace rectify_bench {

#ifdef _OPENMP
namespace {

constexpr auto two_threads = [](std::size_t count, auto const& task) {
#pragma omp parallel for num_threads(2) schedule(dynamic)
  for (std::size_t i = 0; i < count; ++i) {
    task(i);
  }
};

struct forward {
  static constexpr std::string_view name = "parallel_forward";
  static constexpr std::size_t inputs = 1;

  template <class F, class... Executor>
  static void run(operands<float> const& data, Executor const&... executor) {
    rectify::forward(executor..., F{}, data.x, data.out);
  }
  static double exact(reference const& of, operands<float> const& data, std::size_t i) {
    return of.forward(static_cast<double>(data.x[i]));
  }
};

struct backward {
  static constexpr std::string_view name = "parallel_backward";
  static constexpr std::size_t inputs = 2;

  template <class F, class... Executor>
  static void run(operands<float> const& data, Executor const&... executor) {
    rectify::backward(executor..., F{}, data.x, data.dy, data.out);
  }
  static double exact(reference const& of, operands<float> const& data, std::size_t i) {
    return static_cast<double>(data.dy[i]) * of.derivative(static_cast<double>(data.x[i]));
  }
};

template <class Direction, class F>
void add_rows_of(buffers& memory, std::size_t size) {
  auto const halves = [](operands<float> const& data) {
    two_threads(2, [&](std::size_t i) {
      std::size_t const half = data.x.size() / 2;
      operands<float> part;
      part.x = data.x.subspan(i * half, half);
      part.dy = data.dy.empty() ? data.dy : data.dy.subspan(i * half, half);
      part.out = data.out.subspan(i * half, half);
      Direction::template run<F>(part);
    });
  };
  contender<float> const contenders[] = {
      {"one_thread", [](operands<float>& data) { Direction::template run<F>(data); }},
      {"two_threads", [](operands<float>& data) { Direction::template run<F>(data, two_threads); }},
      {"halves", halves}};
  for (contender<float> const& who : contenders) {
    row<float> added{row_name<float>(Direction::name, F::name, who.name, std::to_string(size)),
                     size,
                     Direction::inputs,
                     1,
                     who,
                     [](std::string const& name, operands<float> const& data) {
                       reference const of = reference_of<float>(F::name);
                       return check_elements<float>(name, data.out, [&](std::size_t i) { return Direction::exact(of, data, i); });
                     }};
    added.by_the_wall = true;
    add_row<float>(memory, std::move(added));
  }
}

} // namespace

void add_parallel_rows(buffers& memory) {
  for (std::size_t size = std::size_t{1} << 12; size <= std::size_t{1} << 24; size *= 2) {
    add_rows_of<forward, rectify::relu<float>>(memory, size);
    add_rows_of<forward, rectify::elu<float>>(memory, size);
    add_rows_of<backward, rectify::elu<float>>(memory, size);
  }
}
#else
void add_parallel_rows(buffers&) {}
#endif

} // namespace rectify_bench
