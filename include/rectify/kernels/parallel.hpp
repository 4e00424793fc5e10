// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/backward.hpp>
#include <rectify/kernels/channelwise_prelu.hpp>
#include <rectify/kernels/derivative.hpp>
#include <rectify/kernels/forward.hpp>
#include <rectify/kernels/gated.hpp>
#include <rectify/kernels/softmax.hpp>
#include <rectify/kernels/softmax_backward.hpp>

#include <algorithm>
#include <concepts>

/// The kernels on more than one core, by whatever already runs a program's tasks: each takes an executor before its other
/// arguments. The results have the bits that one thread gives, the gradients for slopes too.
namespace rectify {

/// A task as executors meet it.
struct chunk_task {
  void operator()(std::size_t index) const noexcept;
};

/// executor(count, task) calls task(i) once for each i < count, on any threads and in any order, and returns when all have
/// returned. The tasks throw nothing. oneTBB's parallel_for, an OpenMP loop or a game's job system, in a line of a lambda each.
template <class Executor>
concept executor = requires(Executor& run, chunk_task const& task) {
  run(std::size_t{1}, task);
};

/// Elements from which on work is divided, and the least that a chunk has: below, waking a thread takes as long as the work.
inline constexpr std::size_t least_parallel_size = std::size_t{1} << 16;
inline constexpr std::size_t least_chunk_size = std::size_t{1} << 14;
inline constexpr std::size_t most_chunks = 256;

/// Chunks of whole blocks of a slope gradient's sum, a power of two of them: so each chunk's sum is one that the pairwise sum
/// over all has.
[[nodiscard]] constexpr std::size_t chunk_size(std::size_t size) noexcept {
  static_assert(least_chunk_size % summation_block == 0);
  std::size_t chunk = least_chunk_size;
  while (chunk * most_chunks < size) {
    chunk *= 2;
  }
  return chunk;
}

/// visit(begin, size) for each chunk of [0, size). `data` is where the output begins: chunks meet at the pages of its memory, so
/// that no two threads write to one page, nor to one register's worth.
template <class T, executor Executor, class Visitor>
void for_each_chunk(Executor& run, T const* data, std::size_t size, Visitor const& visit) {
  if (size < least_parallel_size) {
    visit(std::size_t{0}, size);
    return;
  }
  constexpr std::size_t page = 4096;
  std::size_t const chunk = chunk_size(size);
  std::size_t const to_page = (page - reinterpret_cast<std::uintptr_t>(data) % page) % page / sizeof(T);
  std::size_t const first = chunk + to_page; // of whole pages, since chunks are
  std::size_t const count = size <= first ? 1 : 1 + (size - first + chunk - 1) / chunk;
  auto const task = [&](std::size_t index) noexcept {
    std::size_t const begin = index == 0 ? 0 : first + (index - 1) * chunk;
    std::size_t const end = std::min(size, first + index * chunk);
    visit(begin, end - begin);
  };
  run(count, task);
}

/// What a whole call would do, said to each of its chunks.
template <class Arch>
[[nodiscard]] streaming for_chunks(std::size_t bytes, streaming how) noexcept {
  return {is_streamed<Arch>(bytes, how) ? std::size_t{1} : streaming::never};
}

template <class T>
[[nodiscard]] std::span<T> part(named_range<T> const& range, std::size_t begin, std::size_t size) noexcept {
  return {range.data + begin, size};
}

/// forward(f, x, y) on the executor's threads. Shapes, aliasing and errors are those of the kernel without an executor, here and
/// below; in place, x is given twice.
template <class Arch = default_arch, executor Executor, class F, class X, class Y>
requires activation<F>
void forward(Executor&& run, F const& f, X const& x, Y&& y, streaming how = {}) {
  using E = element_of<typename F::value_type, Y>;
  auto const xs = name_input<E>("x", x);
  auto const ys = name_output<E>("y", y);
  check_ranges<Arch>("forward", ys, xs);
  check_parameters<Arch>("forward", f);
  streaming const chunks = for_chunks<Arch>(2 * xs.bytes(), how);
  for_each_chunk(run, ys.data, ys.size, [&](std::size_t begin, std::size_t size) {
    rectify::forward<Arch>(f, part(xs, begin, size), part(ys, begin, size), chunks);
  });
}

/// derivative(f, x, d) on the executor's threads.
template <class Arch = default_arch, executor Executor, class F, class X, class D>
requires differentiable_activation<F>
void derivative(Executor&& run, F const& f, X const& x, D&& d, streaming how = {}) {
  using E = element_of<typename F::value_type, D>;
  auto const xs = name_input<E>("x", x);
  auto const ds = name_output<E>("d", d);
  check_ranges<Arch>("derivative", ds, xs);
  check_parameters<Arch>("derivative", f);
  streaming const chunks = for_chunks<Arch>(2 * xs.bytes(), how);
  for_each_chunk(run, ds.data, ds.size, [&](std::size_t begin, std::size_t size) {
    rectify::derivative<Arch>(f, part(xs, begin, size), part(ds, begin, size), chunks);
  });
}

/// backward(f, x, dy, dx) on the executor's threads.
template <class Arch = default_arch, executor Executor, class F, class X, class DY, class DX>
requires differentiable_activation<F>
void backward(Executor&& run, F const& f, X const& x, DY const& dy, DX&& dx, streaming how = {}) {
  using E = element_of<typename F::value_type, DX>;
  auto const xs = name_input<E>("x", x);
  auto const dys = name_input<E>("dy", dy);
  auto const dxs = name_output<E>("dx", dx);
  check_ranges<Arch>("backward", dxs, xs, dys);
  check_parameters<Arch>("backward", f);
  streaming const chunks = for_chunks<Arch>(3 * xs.bytes(), how);
  for_each_chunk(run, dxs.data, dxs.size, [&](std::size_t begin, std::size_t size) {
    rectify::backward<Arch>(f, part(xs, begin, size), part(dys, begin, size), part(dxs, begin, size), chunks);
  });
}

/// backward(f, x, dy, dx, dslope) on the executor's threads.
template <class Arch = default_arch, executor Executor, class F, class X, class DY, class DX>
requires trainable_activation<F>
void backward(Executor&& run, F const& f, X const& x, DY const& dy, DX&& dx, typename F::value_type& dslope, streaming how = {}) {
  using E = element_of<typename F::value_type, DX>;
  auto const xs = name_input<E>("x", x);
  auto const dys = name_input<E>("dy", dy);
  auto const dxs = name_output<E>("dx", dx);
  if (xs.size < least_parallel_size) {
    rectify::backward<Arch>(f, x, dy, dx, dslope, how);
    return;
  }
  check_ranges<Arch>("backward", dxs, xs, dys);
  using T = typename F::value_type;
  named_range<T> const dslopes{"dslope", &dslope, 1};
  check_overlap<Arch>("backward", dslopes, xs);
  check_overlap<Arch>("backward", dslopes, dys);
  check_disjoint<Arch>("backward", dslopes, dxs);
  check_parameters<Arch>("backward", f);
  streaming const chunks = for_chunks<Arch>(3 * xs.bytes(), how);
  // from the beginning, whatever the pages: the sums are those of the blocks of one thread
  std::size_t const chunk = chunk_size(xs.size);
  std::size_t const count = (xs.size + chunk - 1) / chunk;
  T sums[most_chunks];
  auto const task = [&](std::size_t index) noexcept {
    std::size_t const begin = index * chunk;
    std::size_t const size = std::min(chunk, xs.size - begin);
    rectify::backward<Arch>(f, part(xs, begin, size), part(dys, begin, size), part(dxs, begin, size), sums[index], chunks);
  };
  run(count, task);
  pairwise_sum<Arch, T> total;
  std::size_t const whole = xs.size / chunk;
  for (std::size_t i = 0; i < whole; ++i) {
    total.add(sums[i]);
  }
  dslope = whole == count ? total.total() : total.total_with_rest(sums[whole]);
}

/// backward_from_output(f, y, dy, dx) on the executor's threads.
template <class Arch = default_arch, executor Executor, class F, class Y, class DY, class DX>
requires output_differentiable_activation<F>
void backward_from_output(Executor&& run, F const& f, Y const& y, DY const& dy, DX&& dx, streaming how = {}) {
  using E = element_of<typename F::value_type, DX>;
  auto const ys = name_input<E>("y", y);
  auto const dys = name_input<E>("dy", dy);
  auto const dxs = name_output<E>("dx", dx);
  check_ranges<Arch>("backward_from_output", dxs, ys, dys);
  check_parameters<Arch>("backward_from_output", f);
  check_parameters_from_output<Arch>("backward_from_output", f);
  streaming const chunks = for_chunks<Arch>(3 * ys.bytes(), how);
  for_each_chunk(run, dxs.data, dxs.size, [&](std::size_t begin, std::size_t size) {
    rectify::backward_from_output<Arch>(f, part(ys, begin, size), part(dys, begin, size), part(dxs, begin, size), chunks);
  });
}

/// forward(unit, a, b, y) on the executor's threads.
template <class Arch = default_arch, executor Executor, class F, class A, class B, class Y>
void forward(Executor&& run, gated<F> const& unit, A const& a, B const& b, Y&& y, streaming how = {}) {
  using E = element_of<typename F::value_type, Y>;
  auto const as = name_input<E>("a", a);
  auto const bs = name_input<E>("b", b);
  auto const ys = name_output<E>("y", y);
  check_ranges<Arch>("forward", ys, as, bs);
  check_parameters<Arch>("forward", unit.f);
  streaming const chunks = for_chunks<Arch>(3 * as.bytes(), how);
  for_each_chunk(run, ys.data, ys.size, [&](std::size_t begin, std::size_t size) {
    rectify::forward<Arch>(unit, part(as, begin, size), part(bs, begin, size), part(ys, begin, size), chunks);
  });
}

/// backward(unit, a, b, dy, da, db) on the executor's threads.
template <class Arch = default_arch, executor Executor, class F, class A, class B, class DY, class DA, class DB>
void backward(Executor&& run, gated<F> const& unit, A const& a, B const& b, DY const& dy, DA&& da, DB&& db, streaming how = {}) {
  using E = element_of<typename F::value_type, DA>;
  auto const as = name_input<E>("a", a);
  auto const bs = name_input<E>("b", b);
  auto const dys = name_input<E>("dy", dy);
  auto const das = name_output<E>("da", da);
  auto const dbs = name_output<E>("db", db);
  check_ranges<Arch>("backward", das, as, bs, dys);
  check_ranges<Arch>("backward", dbs, as, bs, dys);
  check_disjoint<Arch>("backward", das, dbs);
  check_parameters<Arch>("backward", unit.f);
  streaming const chunks = for_chunks<Arch>(5 * as.bytes(), how);
  for_each_chunk(run, das.data, das.size, [&](std::size_t begin, std::size_t size) {
    rectify::backward<Arch>(unit, part(as, begin, size), part(bs, begin, size), part(dys, begin, size), part(das, begin, size),
                            part(dbs, begin, size), chunks);
  });
}

/// visit(begin, size) for chunks of whole rows.
template <executor Executor, class Visitor>
void for_each_chunk_of_rows(Executor& run, std::size_t size, std::size_t row, Visitor const& visit) {
  if (size < least_parallel_size) {
    visit(std::size_t{0}, size);
    return;
  }
  std::size_t const chunk = (chunk_size(size) + row - 1) / row * row;
  auto const task = [&](std::size_t index) noexcept { visit(index * chunk, std::min(chunk, size - index * chunk)); };
  run((size + chunk - 1) / chunk, task);
}

/// softmax(x, y, row) on the executor's threads.
template <class Arch = default_arch, executor Executor, class X, class Y>
void softmax(Executor&& run, X const& x, Y&& y, std::size_t row) {
  auto const [xs, ys] = check_rows_of<Arch>("softmax", x, y, row);
  for_each_chunk_of_rows(run, xs.size, row, [&, xs = xs, ys = ys](std::size_t begin, std::size_t size) {
    rectify::softmax<Arch>(part(xs, begin, size), part(ys, begin, size), row);
  });
}

/// log_softmax(x, y, row) on the executor's threads.
template <class Arch = default_arch, executor Executor, class X, class Y>
void log_softmax(Executor&& run, X const& x, Y&& y, std::size_t row) {
  auto const [xs, ys] = check_rows_of<Arch>("log_softmax", x, y, row);
  for_each_chunk_of_rows(run, xs.size, row, [&, xs = xs, ys = ys](std::size_t begin, std::size_t size) {
    rectify::log_softmax<Arch>(part(xs, begin, size), part(ys, begin, size), row);
  });
}

/// softmax_backward(y, dy, dx, row) on the executor's threads.
template <class Arch = default_arch, executor Executor, class Y, class DY, class DX>
void softmax_backward(Executor&& run, Y const& y, DY const& dy, DX&& dx, std::size_t row) {
  auto const [ys, dys, dxs] = check_gradient_rows_of<Arch>("softmax_backward", y, dy, dx, row);
  for_each_chunk_of_rows(run, ys.size, row, [&, ys = ys, dys = dys, dxs = dxs](std::size_t begin, std::size_t size) {
    rectify::softmax_backward<Arch>(part(ys, begin, size), part(dys, begin, size), part(dxs, begin, size), row);
  });
}

/// log_softmax_backward(y, dy, dx, row) on the executor's threads.
template <class Arch = default_arch, executor Executor, class Y, class DY, class DX>
void log_softmax_backward(Executor&& run, Y const& y, DY const& dy, DX&& dx, std::size_t row) {
  auto const [ys, dys, dxs] = check_gradient_rows_of<Arch>("log_softmax_backward", y, dy, dx, row);
  for_each_chunk_of_rows(run, ys.size, row, [&, ys = ys, dys = dys, dxs = dxs](std::size_t begin, std::size_t size) {
    rectify::log_softmax_backward<Arch>(part(ys, begin, size), part(dys, begin, size), part(dxs, begin, size), row);
  });
}

} // namespace rectify
