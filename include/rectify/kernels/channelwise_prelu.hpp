// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/functions/prelu.hpp>
#include <rectify/kernels/backward.hpp>
#include <rectify/kernels/forward.hpp>

#include <algorithm>
#include <span>

namespace rectify {

/// The shape x[outer][channels][inner], row-major: NCHW is {N, C, H · W}, NHWC is {N · H · W, C, 1}, a vector of features a
/// sample is {N, C, 1}.
struct channel_layout {
  std::size_t outer = 1;
  std::size_t channels = 1;
  std::size_t inner = 1;

  friend constexpr bool operator==(channel_layout const&, channel_layout const&) = default;
};

/// prelu with one slope a channel. It refers to the slopes and does not copy them.
///
/// forward         y[o][c][i] = x[o][c][i] < 0 ? slopes[c] · x[o][c][i] : x[o][c][i]; else as prelu
/// parameters      slopes: one finite number a channel; layout: its product is the size of x
template <std::floating_point T = float, kink K = kink::zero>
struct channelwise_prelu {
  using value_type = T;
  static constexpr std::string_view name = "channelwise_prelu";

  std::span<T const> slopes;
  channel_layout layout;
};

/// y = prelu(x, slope) with a slope for each element.
template <class Prelu>
struct forward_with_slopes_operation {
  static constexpr std::size_t inputs = 2;
  static constexpr std::size_t outputs = 1;
  static constexpr bool accumulates = false;

  template <std::size_t Register, class V>
  [[gnu::always_inline]] constexpr std::array<V, 1> operator()(std::array<V, 2> const& x_slope) const noexcept {
    return {Prelu::forward(x_slope[0], x_slope[1])};
  }
};

/// dx = dy · prelu'(x, slope), and the running sum of the slope gradient, for each element.
template <class Prelu>
struct backward_with_slopes_operation {
  static constexpr std::size_t inputs = 4;
  static constexpr std::size_t outputs = 2;
  static constexpr bool accumulates = false;         // not in lanes: the sums are data
  static constexpr std::size_t streamed_outputs = 1; // the sums come again

  template <std::size_t Register, class V>
  [[gnu::always_inline]] constexpr std::array<V, 2> operator()(std::array<V, 4> const& x_dy_slope_sum) const noexcept {
    auto const& [x, dy, slope, sum] = x_dy_slope_sum;
    return {Prelu::backward(x, dy, slope), Prelu::add_slope_gradient(sum, x, dy)};
  }
};

/// What one thread takes of a layout: `size` rows, channels and elements of each run, from `begin` on.
struct channel_part {
  channel_layout begin;
  channel_layout size;
};

/// All of it.
[[nodiscard, gnu::always_inline]] constexpr channel_part whole(channel_layout const& layout) noexcept {
  return {{0, 0, 0}, layout};
}

/// Short runs take their slopes from a table of one slope an element (of a group of channels, and of several rows where a row is
/// short); long runs have one slope each. The bounds are part of what the order of the sums depends on.
template <class T>
inline constexpr std::size_t forward_table_size = 8192 / sizeof(T);
template <class T>
inline constexpr std::size_t backward_table_size = 4096 / sizeof(T);
template <class T>
inline constexpr std::size_t backward_rows_size = 2048 / sizeof(T); // of rows that share a table
inline constexpr std::size_t forward_run_bytes = 128;
inline constexpr std::size_t backward_run_bytes = 640;

/// Bytes of each input, as floats of T, in a step across the end of a run: no run without a table is shorter.
inline constexpr std::size_t run_step_bytes = 64;

/// Is a run long enough to go without a table? A table that serves few rows does not pay.
template <class T>
[[nodiscard, gnu::always_inline]] constexpr bool is_long_run(channel_layout const& layout, std::size_t bytes) noexcept {
  std::size_t const run = layout.inner * sizeof(T);
  return run >= bytes || (layout.outer < 4 && run >= run_step_bytes);
}

/// The channels [first, first + channels) of `rows` rows on top of each other: a table with one slope for each of their elements.
struct channel_group {
  std::size_t first;
  std::size_t channels;
  std::size_t rows; // rows of the layout in one row of the table; above 1 only where the group is all channels
};

/// Groups of several times so many channels end where a line of the cache does, if the row begins so.
inline constexpr std::size_t aligned_channels = 16;

/// The groups of a layout have so many channels and rows (the last may have fewer channels), in tables of at most `table_size`
/// elements, or `rows_size` where they have several rows; needs inner <= table_size.
[[nodiscard, gnu::always_inline]] constexpr channel_group first_group(channel_layout const& layout, std::size_t table_size,
                                                                      std::size_t rows_size) noexcept {
  std::size_t const row = layout.channels * layout.inner;
  if (row <= table_size) {
    return {0, layout.channels, std::clamp(rows_size / row, std::size_t{1}, layout.outer)};
  }
  std::size_t const channels = table_size / layout.inner;
  return {0, channels - (channels < aligned_channels ? 0 : channels % aligned_channels), 1};
}

template <class T>
[[nodiscard, gnu::always_inline]] constexpr channel_group first_backward_group(channel_layout const& layout) noexcept {
  return first_group(layout, backward_table_size<T>, backward_rows_size<T>);
}

/// visit(group) for the groups of a part's channels, each like the first one. Where they begin changes no sum: each element of a
/// table has its own.
template <class Arch, class Visitor>
[[gnu::always_inline]] inline void for_each_group(channel_part const& part, channel_group const& group, Visitor const& visit) {
  std::size_t const end = part.begin.channels + part.size.channels;
  for (std::size_t first = part.begin.channels; first < end; first += group.channels) {
    visit(channel_group{first, std::min(group.channels, end - first), group.rows});
  }
}

/// visit(offset, size) for each table row of the group: where it begins in x, and how much of it is there (the last may be cut).
template <class Arch, class Visitor>
[[gnu::always_inline]] inline void for_each_row(channel_layout const& layout, channel_part const& part,
                                                channel_group const& group, Visitor const& visit) {
  std::size_t const end = part.begin.outer + part.size.outer;
  for (std::size_t outer = part.begin.outer; outer < end; outer += group.rows) {
    visit((outer * layout.channels + group.first) * layout.inner,
          std::min(group.rows, end - outer) * group.channels * layout.inner);
  }
}

template <class Arch, class T>
void fill_table(T* table, T const* slopes, channel_layout const& layout, channel_group const& group) noexcept {
  T* to = table;
  if (layout.inner == 1) {
    to = copy_numbers(slopes + group.first, group.channels, to);
  } else {
    for (std::size_t channel = 0; channel < group.channels; ++channel) {
      to = fill_numbers(to, layout.inner, slopes[group.first + channel]);
    }
  }
  for (std::size_t row = 1; row < group.rows; ++row) {
    to = copy_numbers(table, group.channels * layout.inner, to);
  }
}

/// y = prelu(x) for runs of a register or more, one behind the other: the register across the end of a run has the slopes of two.
/// From `begin` on, which lies in the first run, it is written in whole registers.
template <class Arch, bool Streams, class T, class E>
void forward_runs(T const* slopes, channel_layout const& layout, E const* x, E* y, std::size_t begin) noexcept {
  using V = register_of<T, Arch>;
  using operation_of_run = forward_operation<prelu<T>>;
  std::array const inputs{x};
  std::array const outputs{y};
  std::size_t const size = layout.outer * layout.channels * layout.inner;
  operation_of_run first{{slopes[0]}};
  rectify::run<Arch, T>(first, inputs, outputs, begin);
  std::size_t i = begin;
  std::size_t end = 0;
  for (std::size_t row = 0; row < layout.outer; ++row) {
    for (std::size_t channel = 0; channel < layout.channels; ++channel) {
      end += layout.inner;
      operation_of_run operation{{slopes[channel]}};
      i = run_steps<V, values_per_step<operation_of_run, V>, Streams>(operation, inputs, outputs, i, end);
      i = run_steps<V, 1, Streams>(operation, inputs, outputs, i, end);
      if (i < end) {
        if (size - i < lanes<V>) {
          rectify::run<Arch, T>(operation, std::array{x + i}, std::array{y + i}, size - i);
          return;
        }
        V const next(slopes[channel + 1 == layout.channels ? 0 : channel + 1]);
        V const both = math::select(first_lanes<V>(end - i), V(slopes[channel]), next);
        write_at<Streams ? 1 : 0>(outputs, i, std::array{prelu<T>::forward(rectify::load<V>(x + i), both)});
        i += lanes<V>;
      }
    }
  }
}

template <class Arch, class T, class E>
void forward_channelwise(T const* slopes, channel_layout const& layout, E const* x, E* y, bool streams) noexcept {
  using V = register_of<T, Arch>;
  if (layout.inner >= lanes<V> && is_long_run<T>(layout, forward_run_bytes)) {
    using operation_of_run = forward_operation<prelu<T>>;
    std::size_t const size = layout.outer * layout.channels * layout.inner;
    if constexpr (has_streamed_outputs<V, operation_of_run, std::array<E*, 1>>) {
      if (streams && is_streamable<V, operation_of_run>(std::array{x}, std::array{y}, size)) {
        forward_runs<Arch, true>(slopes, layout, x, y, elements_to_alignment<V>(y));
        return;
      }
    }
    bool const is_aligned = size >= least_aligned_registers * lanes<V>;
    forward_runs<Arch, false>(slopes, layout, x, y, is_aligned ? elements_to_alignment<V>(y) : 0);
    return;
  }
  alignas(64) T table[forward_table_size<T>];
  channel_group const like = first_group(layout, forward_table_size<T>, forward_table_size<T>);
  for_each_group<Arch>(whole(layout), like, [&](channel_group const& group) noexcept {
    fill_table<Arch>(table, slopes, layout, group);
    forward_with_slopes_operation<prelu<T>> operation;
    for_each_row<Arch>(layout, whole(layout), group, [&](std::size_t offset, std::size_t size) noexcept {
      run<Arch, T>(operation, std::tuple{x + offset, static_cast<T const*>(table)}, std::tuple{y + offset}, size, streams);
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

struct add_operation {
  static constexpr std::size_t inputs = 2;
  static constexpr std::size_t outputs = 1;
  static constexpr bool accumulates = false;

  template <std::size_t Register, class V>
  [[gnu::always_inline]] constexpr std::array<V, 1> operator()(std::array<V, 2> const& numbers) const noexcept {
    return {V(numbers[0] + numbers[1])};
  }
};

/// sums[i] += numbers[i] for i < size.
template <class Arch, class T>
void add_numbers(T* sums, T const* numbers, std::size_t size) noexcept {
  add_operation add;
  run<Arch, T>(add, std::array<T const*, 2>{sums, numbers}, std::array{sums}, size);
}

/// The levels of a pairwise sum of tables.
inline constexpr std::size_t table_levels = 12;

/// Pairwise sums of whole tables, as pairwise_sum has them of numbers. Above 2^table_levels tables the last level adds up in
/// order.
template <class Arch, class T, std::size_t Size>
class pairwise_table_sum {
public:
  explicit pairwise_table_sum(std::size_t size) noexcept : size_(size) {}

  /// Adds a table, whose content is lost.
  void add(T* table) noexcept {
    std::size_t level = 0;
    for (; level < table_levels - 1 && ((count_ >> level) & 1U) != 0; ++level) {
      add_numbers<Arch>(table, partial_[level], size_);
    }
    if (level == table_levels - 1 && (count_ >> level) != 0) {
      add_numbers<Arch>(partial_[level], static_cast<T const*>(table), size_);
    } else {
      copy_numbers(table, size_, partial_[level]);
    }
    ++count_;
  }

  /// The sum of all tables, into one.
  void total(T* table) const noexcept {
    fill_numbers(table, size_, T(0));
    for (std::size_t level = 0; level < table_levels && (count_ >> level) != 0; ++level) {
      if (level == table_levels - 1 || ((count_ >> level) & 1U) != 0) {
        add_numbers<Arch>(table, partial_[level], size_);
      }
    }
  }

private:
  alignas(64) T partial_[table_levels][Size];
  std::uint64_t count_ = 0;
  std::size_t size_;
};

/// The rows of the table that are added up in order before they enter the pairwise sum.
inline constexpr std::size_t summation_rows = 128;

/// The slope gradients of a group, from the sums in its table, which are lost: the rows of the table onto its first, then the run
/// of each channel onto its first element.
template <class Arch, class T>
void fold_table(T* sums, channel_layout const& layout, channel_group const& group, T* gradients) noexcept {
  std::size_t const row_size = group.channels * layout.inner;
  for (std::size_t rows = group.rows; rows > 1;) {
    std::size_t const half = (rows + 1) / 2;
    add_numbers<Arch>(sums, static_cast<T const*>(sums + half * row_size), (rows - half) * row_size);
    rows = half;
  }
  if (layout.inner == 1) {
    copy_numbers(static_cast<T const*>(sums), group.channels, gradients);
    return;
  }
  for (std::size_t channel = 0; channel < group.channels; ++channel) {
    gradients[channel] = fold<Arch>(sums + channel * layout.inner, layout.inner);
  }
}

/// Long runs of so many channels, one behind the other, are walked through row by row: memory is read ahead within what follows
/// each other.
inline constexpr std::size_t channels_side_by_side = 16;

/// dx of runs of a step or more, one behind the other, and the slope gradient of each in `sums`: the step across the end of a run
/// has the slopes of two. Where a run begins within a step changes no sum: what stands a step apart is added up first, and the
/// halves of a step meet the same halves, however they are turned.
template <class Arch, bool Streams, class T, kink K, class E>
void backward_runs(T const* slopes, std::size_t channels, std::size_t inner, E const* x, E const* dy, E* dx, T* sums) noexcept {
  using F = prelu<T, K>;
  using V = std::conditional_t<sizeof(register_of<T, Arch>) <= run_step_bytes, register_of<T, Arch>, T>;
  constexpr std::size_t registers = run_step_bytes / sizeof(V);
  constexpr std::size_t step = registers * lanes<V>;
  std::array const inputs{x, dy};
  std::array const outputs{dx};
  std::size_t const size = channels * inner;
  auto const start = sums_of_step<run_step_bytes>(plain_sum<V>{V(T(0))});
  backward_with_slope_operation<F, V, run_step_bytes> operation{F{slopes[0]}, start};
  std::size_t i = 0;
  std::size_t end = 0;
  for (std::size_t channel = 0; channel < channels; ++channel) {
    end += inner;
    operation.f = F{slopes[channel]};
    i = run_steps<V, registers, Streams>(operation, inputs, outputs, i, end);
    auto sums_of_next = start;
    if (size - i < step) {
      run_registers<V>(operation, std::array{x + i, dy + i}, std::array{dx + i}, size - i, false);
    } else if (i < end) {
      V const slope(slopes[channel]);
      V const next(slopes[channel + 1]);
      auto const run_register = [&]<std::size_t Register>() __attribute__((always_inline)) {
        std::size_t const at = i + Register * lanes<V>;
        auto const is_here = first_lanes<V, Register>(end - i);
        V const xs = in_register(rectify::load<V>(x + at));
        V const dys = in_register(rectify::load<V>(dy + at));
        V& here = operation.sums[Register].value;
        V const both = F::add_slope_gradient(math::keep_where(is_here, here), xs, dys);
        here = math::select(is_here, both, here);
        sums_of_next[Register].value = math::zero_where(is_here, both);
        write_at<Streams ? 1 : 0>(outputs, at, std::array{F::backward(xs, dys, math::select(is_here, slope, next))});
      };
      [&]<std::size_t... R>(std::index_sequence<R...>) __attribute__((always_inline)) {
        (run_register.template operator()<R>(), ...);
      }
      (std::make_index_sequence<registers>{});
      i += step;
    }
    fold_registers<registers, V, plain_sum>(operation.sums);
    sums[channel] = first_lane(operation.sums[0].value);
    operation.sums = sums_of_next;
  }
}

/// The part's elements of dx. `sums` gets a number for each of its channels: the slope gradient, or of long runs, where the part
/// is less than the channel, the sum of what is there. Of short runs it gets in that case the table of the part's one group.
template <class Arch, class T, kink K, class E>
void backward_channelwise(T const* slopes, channel_layout const& layout, channel_part const& part, E const* x, E const* dy, E* dx,
                          T* sums, bool streams) noexcept {
  if (is_long_run<T>(layout, backward_run_bytes)) {
    auto const run_row = [&](std::size_t row, std::size_t first, std::size_t channels, T* sums_of_row) {
      std::size_t const channel = part.begin.channels + first;
      std::size_t offset = ((part.begin.outer + row) * layout.channels + channel) * layout.inner + part.begin.inner;
      if (layout.inner * sizeof(T) < backward_run_bytes) {
        using V = register_of<T, Arch>;
        using operation = backward_operation<prelu<T, K>>;
        constexpr bool has_streams = has_streamed_outputs<V, operation, std::array<E*, 1>>;
        E* const to = dx + offset;
        bool const is_streamed =
            has_streams && streams && elements_to_alignment<V>(to) == 0 &&
            is_streamable<V, operation>(std::array{x + offset, dy + offset}, std::array{to}, channels * layout.inner);
        auto const run_runs = is_streamed ? &backward_runs<Arch, has_streams, T, K, E> : &backward_runs<Arch, false, T, K, E>;
        run_runs(slopes + channel, channels, layout.inner, x + offset, dy + offset, to, sums_of_row);
        return;
      }
      for (std::size_t i = 0; i < channels; ++i, offset += layout.inner) {
        prelu<T, K> const f{slopes[channel + i]};
        sums_of_row[i] =
            backward_with_slope<Arch, prelu<T, K>, E>(f, x + offset, dy + offset, dx + offset, part.size.inner, streams);
      }
    };
    if (part.size.outer == 1) { // for short runs the pairwise sum of one number counts
      run_row(0, 0, part.size.channels, sums);
      return;
    }
    for (std::size_t first = 0; first < part.size.channels; first += channels_side_by_side) {
      std::size_t const channels = std::min(channels_side_by_side, part.size.channels - first);
      std::array<pairwise_sum<Arch, T>, channels_side_by_side> totals;
      for (std::size_t row = 0; row < part.size.outer; ++row) {
        T sums_of_row[channels_side_by_side];
        run_row(row, first, channels, sums_of_row);
        for (std::size_t i = 0; i < channels; ++i) {
          totals[i].add(sums_of_row[i]);
        }
      }
      for (std::size_t i = 0; i < channels; ++i) {
        sums[first + i] = totals[i].total();
      }
    }
    return;
  }
  constexpr std::size_t table_size = backward_table_size<T>;
  alignas(64) T table[table_size];
  alignas(64) T running[table_size];
  for_each_group<Arch>(part, first_backward_group<T>(layout), [&](channel_group const& group) noexcept {
    std::size_t const size_of_table = group.channels * layout.inner * group.rows;
    fill_table<Arch>(table, slopes, layout, group);
    pairwise_table_sum<Arch, T, table_size> total(size_of_table);
    std::size_t row = 0;
    fill_numbers(running, size_of_table, T(0));
    backward_with_slopes_operation<prelu<T, K>> operation;
    for_each_row<Arch>(layout, part, group, [&](std::size_t offset, std::size_t size) noexcept {
      auto const inputs = std::tuple{x + offset, dy + offset, static_cast<T const*>(table), static_cast<T const*>(running)};
      run<Arch, T>(operation, inputs, std::tuple{dx + offset, static_cast<T*>(running)}, size, streams);
      if (++row % summation_rows == 0) {
        total.add(running);
        fill_numbers(running, size_of_table, T(0));
      }
    });
    if (row >= summation_rows) {
      total.add(running);
      total.total(running);
    }
    if (part.size.outer == layout.outer) {
      fold_table<Arch>(running, layout, group, sums + (group.first - part.begin.channels));
    } else {
      copy_numbers(running, size_of_table, sums);
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
/// The sums are pairwise over blocks of rows, in an order that depends on the layout alone.
/// shapes    x, dy and dx as in forward; dslopes: channels elements
/// aliasing  dx is exactly x or exactly dy, or disjoint from them; dslopes may be exactly the slopes, else disjoint from all
/// throws    as forward
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
