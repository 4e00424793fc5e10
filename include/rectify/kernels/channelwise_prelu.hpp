// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/channelwise_runs.hpp>
#include <rectify/kernels/channelwise_tables.hpp>

#include <algorithm>
#include <span>

namespace rectify {

template <class Arch, class T, class E>
void forward_channelwise(T const* slopes, channel_layout const& layout, E const* x, E* y, bool streams) noexcept {
  if (layout.inner >= lanes<register_of<T, Arch>> && has_runs<T>(layout, forward_run_bytes)) {
    forward_runs<Arch>(slopes, layout, x, y, streams);
    return;
  }
  alignas(64) T memory[elements_of_line<E> + forward_table_size<T>];
  T* const table = memory + elements_of_line<E>;
  for_each_group<Arch>(whole(layout), first_forward_group<T>(layout, streams), [&](channel_group const& group) noexcept {
    range_writing const writing = writing_of_rows(layout, whole(layout), group, y, streams);
    T const* const slopes_of_group = slopes_of_rows<Arch>(table, slopes, layout, group, writing.begin);
    forward_with_slopes_operation<prelu<T>> operation;
    for_each_row<Arch>(layout, 0, layout.outer, group, writing.begin,
                       [&](std::size_t offset, std::size_t at, std::size_t size) noexcept {
                         std::tuple const inputs{x + offset, slopes_of_group + at};
                         run<Arch, T>(operation, inputs, std::tuple{y + offset}, size, writing.streams);
                       });
  });
}

template <class T, class E = T>
struct forward_channelwise_kernel {
  using signature = void(T const*, channel_layout const&, E const*, E*, bool);

  template <class Arch>
  [[gnu::always_inline]] static void run(T const* slopes, channel_layout const& layout, E const* x, E* y, bool streams) noexcept {
    forward_channelwise<Arch, T, E>(slopes, layout, x, y, streams);
  }
};

/// Long runs of so many channels, one behind the other, are walked through row by row: memory is read ahead within what follows
/// each other.
inline constexpr std::size_t channels_side_by_side = 16;

/// The part's elements of dx. `sums` gets a number for each of its channels: the slope gradient, or where the part is less than
/// the channel, the sum of what is there. With tables it gets in that case the table of the part's one group.
template <class Arch, class T, kink K, class E>
void backward_channelwise(T const* slopes, channel_layout const& layout, channel_part const& part, E const* x, E const* dy, E* dx,
                          T* sums, bool streams) noexcept {
  backward_way const way = backward_way_of<T>(layout);
  if (way == backward_way::long_runs) {
    bool const streams_runs = streams && are_streamable_one_by_one<E>(part.size.inner, layout.inner);
    auto const sum_of_run = [&](std::size_t row, std::size_t i) __attribute__((always_inline)) {
      std::size_t const channel = part.begin.channels + i;
      std::size_t const offset = ((part.begin.outer + row) * layout.channels + channel) * layout.inner + part.begin.inner;
      prelu<T, K> const f{slopes[channel]};
      return backward_with_slope<Arch, prelu<T, K>, E>(f, x + offset, dy + offset, dx + offset, part.size.inner, streams_runs);
    };
    if (part.size.outer == 1) { // the pairwise sum of one number would count
      for (std::size_t i = 0; i < part.size.channels; ++i) {
        sums[i] = sum_of_run(0, i);
      }
      return;
    }
    for (std::size_t first = 0; first < part.size.channels; first += channels_side_by_side) {
      std::size_t const end = std::min(first + channels_side_by_side, part.size.channels);
      std::array<pairwise_sum<Arch, T>, channels_side_by_side> totals;
      for (std::size_t row = 0; row < part.size.outer; ++row) {
        for (std::size_t i = first; i < end; ++i) {
          totals[i - first].add(sum_of_run(row, i));
        }
      }
      for (std::size_t i = first; i < end; ++i) {
        sums[i] = totals[i - first].total();
      }
    }
    return;
  }
  group_tables const tables = backward_tables<T>(layout, part.size.outer);
  channel_group const like = first_backward_group<T>(layout, tables.size);
  constexpr std::size_t line = elements_of_line<E>;
  alignas(64) T memory[2 * line + backward_tables_size<T>];
  T* const table = memory + line;
  T* const running = table + tables.size + line;
  T* const partial = running + tables.size;
  if (way == backward_way::runs) {
    for_each_group<Arch>(part, like, [&](channel_group const& group) noexcept {
      bool const streams_rows =
          streams && are_streamable_one_by_one<E>(group.channels * layout.inner, layout.channels * layout.inner);
      T* const to = sums + (group.first - part.begin.channels);
      T const* const slopes_of_group = slopes + group.first;
      auto* const backward_row = for_form_of_slopes<Arch, K>(slopes_of_group, group.channels,
                                                             []<class Form>() { return &backward_runs<Arch, Form, T, E>; });
      auto const run_row = [&](std::size_t row, T* sums_of_row) {
        std::size_t const offset = ((part.begin.outer + row) * layout.channels + group.first) * layout.inner;
        backward_row(slopes_of_group, group.channels, layout.inner, x + offset, dy + offset, dx + offset, sums_of_row,
                     streams_rows);
      };
      pairwise_table_sum<Arch, T> total(partial, group.channels, tables.levels);
      for (std::size_t row = 0; row < part.size.outer - 1; ++row) {
        run_row(row, running);
        total.add(running);
      }
      run_row(part.size.outer - 1, to);
      total.add_last(to);
    });
    return;
  }
  for_each_group<Arch>(part, like, [&](channel_group const& group) noexcept {
    std::size_t const size_of_table = sums_of_group<T>(layout, group);
    range_writing const writing = writing_of_rows(layout, part, group, dx, streams);
    T const* const slopes_of_group = slopes_of_rows<Arch>(table, slopes, layout, group, writing.begin);
    auto* const backward_row = for_form_of_slopes<Arch, K>(slopes + group.first, group.channels,
                                                           []<class Form>() { return &backward_with_table<Arch, Form, T, E>; });
    pairwise_table_sum<Arch, T> total(partial, size_of_table, tables.levels);
    std::size_t const rows_of_block = rows_of_sum<T>(layout);
    std::size_t const end = part.begin.outer + part.size.outer;
    for (std::size_t outer = part.begin.outer; outer < end; outer += rows_of_block) {
      fill_numbers(running, size_of_table, T(0));
      for_each_row<Arch>(layout, outer, std::min(outer + rows_of_block, end), group, writing.begin,
                         [&](std::size_t offset, std::size_t at, std::size_t size) noexcept {
                           backward_row(slopes_of_group + at, x + offset, dy + offset, dx + offset, running + at, size,
                                        writing.streams);
                         });
      if (end - outer > rows_of_block) {
        total.add(running);
      }
    }
    total.add_last(running);
    T* const sums_of_table = running - writing.begin;
    copy_numbers(running + size_of_table - writing.begin, writing.begin, sums_of_table);
    if (part.size.outer == layout.outer) {
      fold_table<Arch>(sums_of_table, layout, group, sums + (group.first - part.begin.channels));
    } else {
      copy_numbers(sums_of_table, size_of_table, sums);
    }
  });
}

template <class T, kink K, class E = T>
struct backward_channelwise_kernel {
  using signature = void(T const*, channel_layout const&, channel_part const&, E const*, E const*, E*, T*, bool);

  template <class Arch>
  [[gnu::always_inline]] static void run(T const* slopes, channel_layout const& layout, channel_part const& part, E const* x,
                                         E const* dy, E* dx, T* sums, bool streams) noexcept {
    backward_channelwise<Arch, T, K, E>(slopes, layout, part, x, dy, dx, sums, streams);
  }
};

/// Adds up x - x: 0 where all numbers are finite, else NaN.
template <class V>
struct finite_operation {
  static constexpr std::size_t inputs = 1;
  static constexpr std::size_t outputs = 0;
  static constexpr bool accumulates = true;
  std::array<plain_sum<V>, accumulating_step_bytes / sizeof(V)> sums;

  template <std::size_t Register>
  [[gnu::always_inline]] constexpr std::array<V, 0> operator()(std::array<V, 1> const& x) noexcept {
    sums[Register].value = sums[Register].value + V(x[0] - x[0]);
    return {};
  }
};

template <class Arch, class T>
[[nodiscard]] bool are_finite(std::span<T const> numbers) noexcept {
  using V = register_of<T, Arch>;
  finite_operation<V> operation{sums_of_step(plain_sum<V>{V(T(0))})};
  run<Arch, T>(operation, std::array{numbers.data()}, std::array<T*, 0>{}, numbers.size());
  fold_registers<accumulating_step_bytes / sizeof(V), V, plain_sum>(operation.sums);
  return first_lane(operation.sums[0].value) == T(0);
}

/// The slopes and the layout fit together and to x.
template <class Arch, class T, kink K>
void check_channels(char const* function, channelwise_prelu<T, K> const& f, std::size_t size) {
  auto const& [outer, channels, inner] = f.layout;
  if (f.slopes.size() != channels) {
    fail<Arch>("rectify::%s: slopes has %zu elements, but the layout has %zu channels; they must be equal", function,
               f.slopes.size(), channels);
  }
  std::size_t row = 0;
  std::size_t product = 0;
  if (__builtin_mul_overflow(channels, inner, &row) || __builtin_mul_overflow(outer, row, &product) || product != size) {
    fail<Arch>("rectify::%s: layout {outer = %zu, channels = %zu, inner = %zu} does not multiply to the size of x, %zu", function,
               outer, channels, inner, size);
  }
  constexpr std::size_t few = 8; // one by one they take less time
  if (channels > few && are_finite<Arch>(f.slopes)) [[likely]] {
    return;
  }
  for (std::size_t channel = 0; channel < channels; ++channel) {
    if (auto const error = check_finite("slopes", f.slopes[channel])) {
      fail<Arch>("rectify::%s: parameter slopes[%zu] = %.9g %s", function, channel, error.value, error.requirement);
    }
  }
}

template <class E>
struct checked_channels {
  named_range<E const> x;
  named_range<E> y;
};

/// The ranges of a call, found to be what it may have.
template <class Arch, class T, kink K, class X, class Y>
[[nodiscard, gnu::always_inline]] inline auto check_channels_of(channelwise_prelu<T, K> const& f, X const& x, Y& y) {
  using E = element_of<T, Y>;
  checked_channels<E> const ranges{name_input<E>("x", x), name_output<E>("y", y)};
  check_ranges<Arch>("forward", ranges.y, ranges.x);
  check_overlap<Arch>("forward", ranges.y, name_input<T>("slopes", f.slopes));
  check_channels<Arch>("forward", f, ranges.x.size);
  return ranges;
}

/// y = f(x) with one slope a channel.
///
/// shapes    x and y: contiguous ranges of T, or for float of numbers stored in 16 bits, of outer · channels · inner elements, of
///           any alignment; empty ones are fine; the slopes are of T
/// aliasing  y is exactly x, or disjoint from it, and likewise for the slopes
/// throws    std::invalid_argument if sizes differ, if the layout does not multiply to the size of x or has not one channel a
///           slope, if y overlaps in part, or if a slope is not finite, before anything is written
template <class Arch = default_arch, class T, kink K, class X, class Y>
void forward(channelwise_prelu<T, K> const& f, X const& x, Y&& y, streaming how = {}) {
  using E = element_of<T, Y>;
  auto const [xs, ys] = check_channels_of<Arch>(f, x, y);
  if (xs.size != 0) {
    bool const streams = is_streamed<Arch>(2 * xs.bytes(), how);
    run_kernel<Arch, in_storage<channelwise_prelu<T, K>, E>, forward_channelwise_kernel<T, E>>(f.slopes.data(), f.layout, xs.data,
                                                                                               ys.data, streams);
    if (streams) {
      end_streaming<Arch>();
    }
  }
}

/// xy = f(xy), in place.
template <class Arch = default_arch, class T, kink K, class XY>
void forward(channelwise_prelu<T, K> const& f, XY&& xy) {
  rectify::forward<Arch>(f, xy, xy);
}

template <class T, class E>
struct checked_channel_gradients {
  named_range<E const> x;
  named_range<E const> dy;
  named_range<E> dx;
  named_range<T const> slopes;
  named_range<T> dslopes;
};

template <class Arch, class T, kink K, class X, class DY, class DX, class DSlopes>
[[nodiscard, gnu::always_inline]] inline auto check_channel_gradients_of(channelwise_prelu<T, K> const& f, X const& x,
                                                                         DY const& dy, DX& dx, DSlopes& dslopes) {
  using E = element_of<T, DX>;
  checked_channel_gradients<T, E> const ranges{name_input<E>("x", x), name_input<E>("dy", dy), name_output<E>("dx", dx),
                                               name_input<T>("slopes", f.slopes), name_output<T>("dslopes", dslopes)};
  check_ranges<Arch>("backward", ranges.dx, ranges.x, ranges.dy);
  check_same_size<Arch>("backward", ranges.dslopes, ranges.slopes);
  check_overlap<Arch>("backward", ranges.dslopes, ranges.slopes);
  check_overlap<Arch>("backward", ranges.dslopes, ranges.x);
  check_overlap<Arch>("backward", ranges.dslopes, ranges.dy);
  check_disjoint<Arch>("backward", ranges.dslopes, ranges.dx);
  check_overlap<Arch>("backward", ranges.dx, ranges.slopes);
  check_channels<Arch>("backward", f, ranges.x.size);
  return ranges;
}

/// dx = dy · f'(x), and dslopes[c] = sum over outer and inner of x · dy where x < 0. dslopes is overwritten.
///
/// The sums are pairwise over rows or blocks of them, in an order that depends on the layout alone.
/// shapes    x, dy and dx as in forward; dslopes: channels elements
/// aliasing  dx is exactly x or exactly dy, or disjoint from them; dslopes may be exactly the slopes, else disjoint from all
/// throws    as forward
/// stack     about 113 KiB
template <class Arch = default_arch, class T, kink K, class X, class DY, class DX, class DSlopes>
void backward(channelwise_prelu<T, K> const& f, X const& x, DY const& dy, DX&& dx, DSlopes&& dslopes, streaming how = {}) {
  using E = element_of<T, DX>;
  auto const [xs, dys, dxs, slopes, gradients] = check_channel_gradients_of<Arch>(f, x, dy, dx, dslopes);
  if (xs.size == 0) {
    fill_numbers(gradients.data, gradients.size, T(0));
  } else {
    bool const streams = is_streamed<Arch>(3 * xs.bytes(), how);
    run_kernel<Arch, in_storage<channelwise_prelu<T, K>, E>, backward_channelwise_kernel<T, K, E>>(
        slopes.data, f.layout, whole(f.layout), xs.data, dys.data, dxs.data, gradients.data, streams);
    if (streams) {
      end_streaming<Arch>();
    }
  }
}

} // namespace rectify
