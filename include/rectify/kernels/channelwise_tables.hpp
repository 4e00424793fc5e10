// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/channelwise_layout.hpp>
#include <rectify/kernels/loop.hpp>
#include <rectify/kernels/pairwise_sum.hpp>

#include <algorithm>

/// Runs so short that they take their slopes from a table, and add up their gradients in one: a number for each element of a
/// group of channels, and of several rows where a row is short.
namespace rectify {

template <class T>
inline constexpr std::size_t forward_table_size = 8192 / sizeof(T);
template <class T>
inline constexpr std::size_t backward_table_size = 4096 / sizeof(T);
template <class T>
inline constexpr std::size_t backward_rows_size = 2048 / sizeof(T); // of rows that share a table

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

/// dx = dy · prelu'(x, slope), which has this form, and the running sum of the slope gradient, for each element.
template <class Prelu, class Form>
struct backward_with_slopes_operation {
  static constexpr std::size_t inputs = 4;
  static constexpr std::size_t outputs = 2;
  static constexpr bool accumulates = false;         // not in lanes: the sums are data
  static constexpr std::size_t streamed_outputs = 1; // the sums come again

  template <std::size_t Register, class V>
  [[gnu::always_inline]] constexpr std::array<V, 2> operator()(std::array<V, 4> const& x_dy_slope_sum) const noexcept {
    auto const& [x_loaded, dy_loaded, slope, sum] = x_dy_slope_sum;
    V const x = math::held_in_register(x_loaded); // g++ loads them for each of their uses
    V const dy = math::held_in_register(dy_loaded);
    return {Form::backward(x, dy, slope), Prelu::add_slope_gradient(sum, x, dy)};
  }
};

/// Numbers that follow each other in x, dy, dx, the table of slopes and that of running sums.
template <class Arch, class Form, class T, class E>
void backward_with_table(T const* table, E const* x, E const* dy, E* dx, T* running, std::size_t size, bool streams) noexcept {
  backward_with_slopes_operation<prelu<T>, Form> operation;
  std::tuple const inputs{x, dy, table, static_cast<T const*>(running)};
  run<Arch, T>(operation, inputs, std::tuple{dx, running}, size, streams);
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

/// The same for the backward pass, where runs that need no table of slopes have one of their sums.
template <class T>
[[nodiscard, gnu::always_inline]] constexpr channel_group first_backward_group(channel_layout const& layout) noexcept {
  if (backward_way_of<T>(layout) == backward_way::runs) {
    return {0, backward_table_size<T>, 1};
  }
  return first_group(layout, backward_table_size<T>, backward_rows_size<T>);
}

/// The numbers in a group's table of sums: one for each element, or for each run.
template <class T>
[[nodiscard, gnu::always_inline]] constexpr std::size_t sums_of_group(channel_layout const& layout,
                                                                      channel_group const& group) noexcept {
  return backward_way_of<T>(layout) == backward_way::runs ? group.channels : group.channels * layout.inner * group.rows;
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

/// Rows from which on it pays to turn their table.
inline constexpr std::size_t least_rows_of_turned_table = 8;

/// How the rows of a group are written. Rows of whole lines that follow each other are walked through from where a line begins;
/// others go past the caches where they do begin one.
template <class E>
[[nodiscard, gnu::always_inline]] inline range_writing writing_of_rows(channel_layout const& layout, channel_part const& part,
                                                                       channel_group const& group, E const* output,
                                                                       bool streams) noexcept {
  std::size_t const pitch = layout.channels * layout.inner;
  std::size_t const row_size = group.channels * layout.inner * group.rows;
  if (!are_streamable_one_by_one<E>(row_size, group.rows * pitch)) {
    return {false, 0};
  }
  std::size_t const begin = elements_to_line(output + part.begin.outer * pitch + group.first * layout.inner);
  if (group.channels == layout.channels && part.size.outer >= least_rows_of_turned_table * group.rows) {
    return {streams, begin};
  }
  return {streams && begin == 0, 0};
}

/// visit(offset, at, size) for each row that is walked through, of the rows [begin, end) of the layout: where it begins in x and
/// in the table, and how much of it is there (the first and the last may be cut).
template <class Arch, class Visitor>
[[gnu::always_inline]] inline void for_each_row(channel_layout const& layout, std::size_t begin, std::size_t end,
                                                channel_group const& group, std::size_t shift, Visitor const& visit) {
  std::size_t const pitch = layout.channels * layout.inner;
  std::size_t const row_size = group.channels * layout.inner * group.rows;
  std::size_t const stop = end * pitch;
  std::size_t i = begin * pitch + group.first * layout.inner;
  if (shift != 0) {
    visit(i, row_size - shift, std::min(shift, stop - i));
  }
  for (i += shift; i < stop; i += group.rows * pitch) {
    visit(i, std::size_t{0}, std::min(row_size, stop - i));
  }
}

/// The numbers of a table from place `begin` on, then those before it.
template <class T>
[[gnu::always_inline]] inline void turn_table(T* table, std::size_t size, std::size_t begin) noexcept {
  T turned[forward_table_size<T>];
  copy_numbers(table, begin, copy_numbers(table + begin, size - begin, turned));
  copy_numbers(turned, size, table);
}

/// The table of slopes for rows that are walked through `shift` elements later.
template <class Arch, class T>
void fill_table(T* table, T const* slopes, channel_layout const& layout, channel_group const& group, std::size_t shift) noexcept {
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
  if (shift != 0) {
    turn_table(table, static_cast<std::size_t>(to - table), shift);
  }
}

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

/// The rows of the table that are added up in order before they enter the pairwise sum. Sums of runs enter it at once.
inline constexpr std::size_t summation_rows = 128;

/// The rows of a layout whose sums enter the pairwise sum as one.
template <class T>
[[nodiscard, gnu::always_inline]] constexpr std::size_t rows_of_sum(channel_layout const& layout) noexcept {
  return backward_way_of<T>(layout) == backward_way::runs ? 1 : first_backward_group<T>(layout).rows * summation_rows;
}

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

} // namespace rectify
