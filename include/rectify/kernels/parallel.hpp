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

/// Elements from which on work is divided, and the least that a chunk has. On two cores of Zen 3 with AVX2 two threads that are
/// awake pay for elu from 16384 elements on (3.4 us for 5.5) and for relu from 65536 (3.6 us for 5.9); one that sleeps has to be
/// woken first. In chunks, on two threads, elu takes 0.58 of its time over 65536, 0.56 over 131072 and 0.55 over 262144. (Least
/// times of the rows parallel_* of the bench.)
inline constexpr std::size_t least_parallel_size = std::size_t{1} << 16;
inline constexpr std::size_t least_chunk_size = std::size_t{1} << 14;
inline constexpr std::size_t most_chunks = 256;

/// Chunks of whole blocks of a slope gradient's sum, a power of two of them: so each chunk's sum is one that the pairwise sum
/// over all has.
[[nodiscard, gnu::always_inline]] constexpr std::size_t chunk_size(std::size_t size, std::size_t most = most_chunks) noexcept {
  static_assert(least_chunk_size % summation_block == 0);
  std::size_t chunk = least_chunk_size;
  while (chunk * most < size) {
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
  std::size_t const count = size <= first ? 1 : 1 + chunks_in(size - first, chunk);
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
[[nodiscard, gnu::always_inline]] inline std::span<T> part(named_range<T> const& range, std::size_t begin,
                                                           std::size_t size) noexcept {
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
  std::size_t const count = chunks_in(xs.size, chunk);
  T sums[most_chunks];
  auto const task = [&](std::size_t index) noexcept {
    std::size_t const begin = index * chunk;
    std::size_t const size = std::min(chunk, xs.size - begin);
    rectify::backward<Arch>(f, part(xs, begin, size), part(dys, begin, size), part(dxs, begin, size), sums[index], chunks);
  };
  run(count, task);
  pairwise_sum<Arch, T> total;
  for (std::size_t i = 0; i < count; ++i) { // the last, of what is left, meets what its blocks would meet
    total.add(sums[i]);
  }
  dslope = total.total();
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

/// visit(begin, channel, layout) for the parts of [begin, begin + size) that are a layout of their own, from that channel on: at
/// most a run, channels, rows, channels and a run.
template <class Visitor>
void for_each_layout(channel_layout const& layout, std::size_t begin, std::size_t size, Visitor const& visit) noexcept {
  std::size_t const row = layout.channels * layout.inner;
  for (std::size_t const end = begin + size; begin != end;) {
    std::size_t const in_row = begin % row;
    std::size_t const in_run = in_row % layout.inner;
    std::size_t const channel = in_row / layout.inner;
    std::size_t const left = end - begin;
    channel_layout part{left / row, layout.channels, layout.inner};
    if (in_run != 0 || left < layout.inner) {
      part = {1, 1, std::min(layout.inner - in_run, left)};
    } else if (in_row != 0 || left < row) {
      part = {1, std::min(layout.channels - channel, left / layout.inner), layout.inner};
    }
    visit(begin, channel, part);
    begin += part.outer * part.channels * part.inner;
  }
}

/// forward(f, x, y) with one slope a channel, on the executor's threads.
template <class Arch = default_arch, executor Executor, class T, kink K, class X, class Y>
void forward(Executor&& run, channelwise_prelu<T, K> const& f, X const& x, Y&& y, streaming how = {}) {
  using E = element_of<T, Y>;
  auto const ranges = check_channels_of<Arch>(f, x, y);
  bool const streams = is_streamed<Arch>(2 * ranges.x.bytes(), how);
  for_each_chunk(run, ranges.y.data, ranges.y.size, [&](std::size_t begin, std::size_t size) {
    for_each_layout(f.layout, begin, size, [&](std::size_t at, std::size_t channel, channel_layout const& layout) {
      run_kernel<Arch, in_storage<channelwise_prelu<T, K>, E>, forward_channelwise_kernel<T, E>>(
          f.slopes.data() + channel, layout, ranges.x.data + at, ranges.y.data + at, streams);
    });
    if (streams) {
      end_streaming<Arch>();
    }
  });
}

/// Chunks of shorter runs leave tables to be added up, with so many numbers together: they lie on the stack. Parts of rows take
/// longer than whole ones, outside the caches twice as long: rows are divided, by channels, only where there are few chunks of
/// whole ones, and not into smaller parts than these.
template <class T>
inline constexpr std::size_t chunk_tables_size = 131072 / sizeof(T);
inline constexpr std::size_t most_table_chunks = 32;
inline constexpr std::size_t few_table_chunks = 8;
template <class T>
inline constexpr std::size_t least_part_of_row = 4096 / sizeof(T);

/// Fewer rows of shorter runs are not divided among threads: their channels are.
inline constexpr std::size_t least_divided_rows = 8;

/// How much of a layout a thread takes in the backward pass: channels, of one channel with long runs so many rows as are a power
/// of two, or so much of a run as is a power of two of blocks; of tables so many blocks of rows, of other runs so many rows.
/// Each sum is then one that one thread has on its way.
template <class T>
[[nodiscard, gnu::always_inline]] inline channel_layout channel_chunk(channel_layout const& layout) noexcept {
  auto const& [outer, channels, inner] = layout;
  std::size_t const chunk = chunk_size(outer * channels * inner, most_chunks / 4); // parts may be half of it
  if (backward_way_of<T>(layout) == backward_way::long_runs) {
    if (inner > chunk) {
      return {1, 1, chunk};
    }
    if (outer * inner > chunk) {
      std::size_t rows = 1;
      while (2 * rows * inner <= chunk) {
        rows *= 2;
      }
      return {rows, 1, inner};
    }
  } else if (outer >= least_divided_rows) {
    std::size_t const rows_of_one = backward_rows<T>(layout);
    std::size_t const table_size = sums_of_group<T>(layout, {0, channels, rows_of_one});
    std::size_t rows = rows_of_sum<T>(layout);
    bool const adds_in_pairs = chunks_in(outer, rows) >> most_levels == 0;
    while (rows < outer &&
           (chunks_in(outer, rows) > most_table_chunks || chunks_in(outer, rows) * table_size > chunk_tables_size<T>)) {
      rows *= 2;
    }
    if (rows < outer && adds_in_pairs) {
      std::size_t const groups =
          std::min(chunks_in(few_table_chunks, chunks_in(outer, rows)), chunks_in(channels * inner, least_part_of_row<T>));
      channel_group const most = first_backward_group<T>(layout, backward_tables<T>(layout, rows).size);
      return {rows, std::min(channels_of_groups(layout, groups), most.channels), inner};
    }
    if (rows_of_one != 1) { // rows that share a table are whole
      return layout;
    }
  }
  return {outer, std::max<std::size_t>(1, chunk / (outer * inner)), inner};
}

/// backward(f, x, dy, dx, dslopes) with one slope a channel, on the executor's threads.
template <class Arch = default_arch, executor Executor, class T, kink K, class X, class DY, class DX, class DSlopes>
void backward(Executor&& run, channelwise_prelu<T, K> const& f, X const& x, DY const& dy, DX&& dx, DSlopes&& dslopes,
              streaming how = {}) {
  using E = element_of<T, DX>;
  auto const ranges = check_channel_gradients_of<Arch>(f, x, dy, dx, dslopes);
  channel_layout const& layout = f.layout;
  if (ranges.x.size < least_parallel_size) {
    rectify::backward<Arch>(f, x, dy, dx, dslopes, how);
    return;
  }
  bool const streams = is_streamed<Arch>(3 * ranges.x.bytes(), how);
  channel_layout const size = channel_chunk<T>(layout);
  channel_layout const count{chunks_in(layout.outer, size.outer), chunks_in(layout.channels, size.channels),
                             chunks_in(layout.inner, size.inner)};
  // the parts of a channel lie side by side
  auto const run_parts = [&](auto const& sums_of) {
    auto const task = [&](std::size_t index) noexcept {
      channel_layout const begin{index / count.inner % count.outer * size.outer,
                                 index / count.inner / count.outer * size.channels, index % count.inner * size.inner};
      channel_part const part{begin,
                              {std::min(size.outer, layout.outer - begin.outer),
                               std::min(size.channels, layout.channels - begin.channels),
                               std::min(size.inner, layout.inner - begin.inner)}};
      run_kernel<Arch, in_storage<channelwise_prelu<T, K>, E>, backward_channelwise_kernel<T, K, E>>(
          ranges.slopes.data, layout, part, ranges.x.data, ranges.dy.data, ranges.dx.data, sums_of(index, begin.channels),
          streams);
      if (streams) {
        end_streaming<Arch>();
      }
    };
    run(count.outer * count.channels * count.inner, task);
  };
  if (count.outer * count.inner == 1) {
    run_parts([&](std::size_t, std::size_t channel) { return ranges.dslopes.data + channel; });
  } else if (backward_way_of<T>(layout) == backward_way::long_runs) {
    T sums[most_chunks];
    run_parts([&](std::size_t index, std::size_t) { return sums + index; });
    T const* sum = sums;
    for (std::size_t channel = 0; channel < layout.channels; ++channel) {
      pairwise_sum<Arch, T> total;
      for (std::size_t outer = 0; outer < count.outer; ++outer) {
        pairwise_sum<Arch, T> run_total;
        for (std::size_t inner = 0; inner < count.inner; ++inner) {
          run_total.add(*sum++);
        }
        total.add(run_total.total());
      }
      ranges.dslopes.data[channel] = total.total();
    }
  } else {
    alignas(64) T tables[chunk_tables_size<T>];
    auto const group_at = [&, rows = backward_rows<T>(layout)](std::size_t channel) {
      return channel_group{channel, std::min(size.channels, layout.channels - channel), rows};
    };
    auto const tables_of = [&](channel_group const& group) {
      return tables + count.outer * sums_of_group<T>(layout, {0, group.first, group.rows});
    };
    run_parts([&](std::size_t index, std::size_t channel) {
      channel_group const group = group_at(channel);
      return tables_of(group) + index % count.outer * sums_of_group<T>(layout, group);
    });
    for (std::size_t first = 0; first < layout.channels; first += size.channels) {
      channel_group const group = group_at(first);
      std::size_t const table_size = sums_of_group<T>(layout, group);
      T* const sums = tables_of(group);
      for (std::size_t step = 1; step < count.outer; step *= 2) {
        for (std::size_t i = 0; i + step < count.outer; i += 2 * step) {
          add_numbers<Arch>(sums + i * table_size, static_cast<T const*>(sums + (i + step) * table_size), table_size);
        }
      }
      if (backward_way_of<T>(layout) == backward_way::runs) {
        copy_numbers(static_cast<T const*>(sums), group.channels, ranges.dslopes.data + first);
      } else {
        fold_table<Arch>(sums, layout, group, ranges.dslopes.data + first);
      }
    }
  }
}

/// visit(begin, size) for chunks of whole rows.
template <executor Executor, class Visitor>
void for_each_chunk_of_rows(Executor& run, std::size_t size, std::size_t row, Visitor const& visit) {
  if (size < least_parallel_size) {
    visit(std::size_t{0}, size);
    return;
  }
  std::size_t const chunk = chunks_in(chunk_size(size), row) * row;
  auto const task = [&](std::size_t index) noexcept { visit(index * chunk, std::min(chunk, size - index * chunk)); };
  run(chunks_in(size, chunk), task);
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
