// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/channelwise_layout.hpp>
#include <rectify/kernels/loop.hpp>
#include <rectify/kernels/pairwise_sum.hpp>

#include <algorithm>

/// Runs so short that they take their slopes from a table, and add up their gradients in one: a number for each element of a
/// group of channels, and of several rows where a row is short.
namespace rectify {

/// Numbers of a table in the forward pass, and of one that several rows share. Whole rows are worth a large one: what is read and
/// written in part of each row takes twice the time outside the caches.
template <class T>
inline constexpr std::size_t forward_table_size = 65536 / sizeof(T);
template <class T>
inline constexpr std::size_t forward_rows_size = 8192 / sizeof(T);

/// Numbers of all the tables that a group has in the backward pass, and of one that several rows share. They lie on the stack, of
/// which some threads have 128 KiB.
template <class T>
inline constexpr std::size_t backward_tables_size = 114688 / sizeof(T);
template <class T>
inline constexpr std::size_t backward_rows_size = 2048 / sizeof(T);

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

/// The rows of a layout for which there is one table, of at most `most` numbers if they are several.
[[nodiscard, gnu::always_inline]] constexpr std::size_t rows_of_table(channel_layout const& layout, std::size_t most) noexcept {
  return std::clamp(most / (layout.channels * layout.inner), std::size_t{1}, layout.outer);
}

/// The channels of each of so many groups; the last may have fewer.
[[nodiscard, gnu::always_inline]] constexpr std::size_t channels_of_groups(channel_layout const& layout,
                                                                           std::size_t groups) noexcept {
  std::size_t const channels = chunks_in(layout.channels, groups);
  return groups == 1 ? channels : chunks_in(channels, aligned_channels) * aligned_channels;
}

/// The channels of groups whose tables have at most so many numbers, and so many for each channel.
[[nodiscard, gnu::always_inline]] constexpr std::size_t channels_of_group(channel_layout const& layout, std::size_t table_size,
                                                                          std::size_t of_channel) noexcept {
  if (layout.channels * of_channel <= table_size) {
    return layout.channels;
  }
  std::size_t const most = table_size / of_channel;
  return most < aligned_channels ? most : channels_of_groups(layout, chunks_in(layout.channels, most - most % aligned_channels));
}

/// The first group of a layout in the forward pass. Needs inner <= forward_rows_size.
template <class T>
[[nodiscard, gnu::always_inline]] constexpr channel_group first_forward_group(channel_layout const& layout,
                                                                              bool streams) noexcept {
  std::size_t const size = streams ? forward_table_size<T> : forward_rows_size<T>;
  return {0, channels_of_group(layout, size, layout.inner), rows_of_table(layout, forward_rows_size<T>)};
}

/// The rows of a layout for which there is one table in the backward pass, and its numbers for each of their channels: one for
/// each element, or the sum of each run that needs no table of slopes.
template <class T>
[[nodiscard, gnu::always_inline]] constexpr std::size_t backward_rows(channel_layout const& layout) noexcept {
  return backward_way_of<T>(layout) == backward_way::runs ? 1 : rows_of_table(layout, backward_rows_size<T>);
}
template <class T>
[[nodiscard, gnu::always_inline]] constexpr std::size_t sums_of_channel(channel_layout const& layout) noexcept {
  return backward_way_of<T>(layout) == backward_way::runs ? 1 : layout.inner;
}
template <class T>
[[nodiscard, gnu::always_inline]] constexpr std::size_t sums_of_group(channel_layout const& layout,
                                                                      channel_group const& group) noexcept {
  return group.rows * group.channels * sums_of_channel<T>(layout);
}

/// The rows of the table that are added up in order before they enter the pairwise sum. Sums of runs enter it at once.
inline constexpr std::size_t summation_rows = 128;

/// The rows of a layout whose sums enter the pairwise sum as one.
template <class T>
[[nodiscard, gnu::always_inline]] constexpr std::size_t rows_of_sum(channel_layout const& layout) noexcept {
  return backward_way_of<T>(layout) == backward_way::runs ? 1 : backward_rows<T>(layout) * summation_rows;
}

/// The levels of a pairwise sum of so many tables. The last of them needs none.
inline constexpr std::size_t most_levels = 12;
[[nodiscard, gnu::always_inline]] constexpr std::size_t levels_of_sum(std::size_t tables) noexcept {
  std::size_t levels = 0;
  while (levels < most_levels && (tables - 1) >> levels != 0) {
    ++levels;
  }
  return levels;
}

/// The tables of a group in the backward pass: how many numbers one can have, and for how many levels of a pairwise sum there are
/// some beside those of slopes and of running sums.
struct group_tables {
  std::size_t size;
  std::size_t levels;
};

/// The tables for so many rows of a layout: the fewer levels there are, the larger they can be.
template <class T>
[[nodiscard, gnu::always_inline]] constexpr group_tables backward_tables(channel_layout const& layout,
                                                                         std::size_t outer) noexcept {
  constexpr std::size_t line = elements_of_line<T>;
  constexpr std::size_t least_size = backward_tables_size<T> / (2 + most_levels) / line * line;
  if (layout.channels * layout.inner <= least_size) {
    return {least_size, most_levels};
  }
  std::size_t const levels = levels_of_sum(chunks_in(outer, rows_of_sum<T>(layout)));
  return {backward_tables_size<T> / (2 + levels) / line * line, levels};
}

/// The first group of a layout whose tables have so many numbers in the backward pass.
template <class T>
[[nodiscard, gnu::always_inline]] constexpr channel_group first_backward_group(channel_layout const& layout,
                                                                               std::size_t table_size) noexcept {
  return {0, channels_of_group(layout, table_size, sums_of_channel<T>(layout)), backward_rows<T>(layout)};
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

/// The slopes of a group's elements for rows that are walked through `shift` elements later: in a table, before which lie as many
/// numbers more, or where they are.
template <class Arch, class T>
[[nodiscard]] T const* slopes_of_rows(T* table, T const* slopes, channel_layout const& layout, channel_group const& group,
                                      std::size_t shift) noexcept {
  if (layout.inner == 1 && group.rows == 1 && shift == 0) {
    return slopes + group.first;
  }
  T* const begin = table - shift;
  T* to = begin;
  if (layout.inner == 1) {
    to = copy_numbers(slopes + group.first, group.channels, to);
  } else {
    for (std::size_t channel = group.first; channel < group.first + group.channels; ++channel) {
      to = fill_numbers(to, layout.inner, slopes[channel]);
    }
  }
  for (std::size_t row = 1; row < group.rows; ++row) {
    to = copy_numbers(begin, group.channels * layout.inner, to);
  }
  copy_numbers(begin, shift, to);
  return table;
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

/// Pairwise sums of whole tables, as pairwise_sum has them of numbers, in memory for as many tables as it has levels. Above
/// 2^most_levels tables the last level adds up in order.
template <class Arch, class T>
class pairwise_table_sum {
public:
  pairwise_table_sum(T* memory, std::size_t size, std::size_t levels) noexcept : memory_(memory), size_(size), levels_(levels) {}

  /// Adds a table, whose content is lost.
  void add(T* table) noexcept {
    std::size_t level = 0;
    for (; level < levels_ - 1 && ((count_ >> level) & 1U) != 0; ++level) {
      add_numbers<Arch>(table, partial(level), size_);
    }
    if (level == levels_ - 1 && (count_ >> level) != 0) {
      add_numbers<Arch>(partial(level), static_cast<T const*>(table), size_);
    } else {
      copy_numbers(table, size_, partial(level));
    }
    ++count_;
  }

  /// The sum of all tables, with this one as the last.
  void add_last(T* table) const noexcept {
    for (std::size_t level = 0; level < levels_ && (count_ >> level) != 0; ++level) {
      if (level == levels_ - 1 || ((count_ >> level) & 1U) != 0) {
        add_numbers<Arch>(table, partial(level), size_);
      }
    }
  }

private:
  [[nodiscard]] T* partial(std::size_t level) const noexcept { return memory_ + level * size_; }

  T* memory_;
  std::uint64_t count_ = 0;
  std::size_t size_;
  std::size_t levels_;
};

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
