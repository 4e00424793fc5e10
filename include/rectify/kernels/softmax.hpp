// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/errors.hpp>
#include <rectify/kernels/fold.hpp>
#include <rectify/kernels/loop.hpp>
#include <rectify/kernels/rows_in_lanes.hpp>
#include <rectify/math/log.hpp>
#include <rectify/math/softmax.hpp>

#include <algorithm>
#include <bit>
#include <limits>

namespace rectify {

template <class V>
struct maximum_operation {
  using T = math::scalar_of<V>;
  static constexpr std::size_t inputs = 1;
  static constexpr std::size_t outputs = 0;
  static constexpr bool accumulates = false;
  static constexpr T padding = -std::numeric_limits<T>::infinity();
  std::array<running_maximum<V>, 4> maxima;

  template <std::size_t Register>
  [[gnu::always_inline]] constexpr std::array<V, 0> operator()(std::array<V, 1> const& x) noexcept {
    maxima[Register].add({x[0]});
    return {};
  }
};

/// A row of softmax: what is added up, and what becomes of the sum. The terms are stored, and turned into results in place; where
/// 16 bits would round them, they are computed twice.
template <class V>
class softmax_of_row {
  using T = math::scalar_of<V>;

public:
  static constexpr bool is_from_term = true;

  [[gnu::always_inline]] explicit softmax_of_row(V const& maximum) noexcept : exponentials_(maximum) {}

  [[nodiscard, gnu::always_inline]] V term(V const& x) const noexcept { return exponentials_(x); }

  /// Keeps 1 / sum in two parts.
  [[gnu::always_inline]] void set_sum(compensated_sum<V> const& total) noexcept {
    V const sum = math::as_rounded(V(total.high + total.low));
    V const sum_error = total.low - math::as_rounded(V(sum - total.high));
    reciprocal_ = V(T(1)) / sum;
    reciprocal_error_ = reciprocal_ * math::reciprocal_residual(reciprocal_, sum, sum_error);
  }

  /// From the term: term / sum, in the lanes from First on.
  template <std::size_t First = 0, math::value Part>
  [[nodiscard, gnu::always_inline]] Part result(Part const& term) const noexcept {
    return math::fma(term, part_of<Part, First>(reciprocal_), Part(term * part_of<Part, First>(reciprocal_error_)));
  }

private:
  math::exponentials_of_row<V> exponentials_;
  V reciprocal_;
  V reciprocal_error_;
};

/// A row of log_softmax. The results come from x itself.
template <class V>
class log_softmax_of_row {
  using T = math::scalar_of<V>;

public:
  static constexpr bool is_from_term = false;

  [[gnu::always_inline]] explicit log_softmax_of_row(V const& maximum) noexcept : exponentials_(maximum), maximum_(maximum) {}

  [[nodiscard, gnu::always_inline]] V term(V const& x) const noexcept { return exponentials_.below_one(x); }

  /// Keeps maximum + log(sum) in two parts.
  [[gnu::always_inline]] void set_sum(compensated_sum<V> const& total) noexcept {
    V const inverse_unit(T(1) / math::exponentials_of_row<V>::unit);
    V const high = total.high * inverse_unit;
    V const low = total.low * inverse_unit;
    V const sum = math::as_rounded(V(high + low));
    V error = sum;
    V const log = math::log_of_at_least_one(sum, V(low - math::as_rounded(V(sum - high))), error);
    compensated_sum<V> whole{maximum_, V(T(0))};
    whole.add({log, error});
    subtrahend_ = whole;
  }

  /// From x: x - maximum - log(sum), in the lanes from First on.
  template <std::size_t First = 0, math::value Part>
  [[nodiscard, gnu::always_inline]] Part result(Part const& x) const noexcept {
    Part const above = math::as_rounded(Part(x - part_of<Part, First>(subtrahend_.high)));
    return above - part_of<Part, First>(subtrahend_.low);
  }

private:
  math::exponentials_of_row<V> exponentials_;
  V maximum_;
  compensated_sum<V> subtrahend_;
};

/// Where the lanes' sums begin: above the sum of the terms that one lane of a short row holds, so that the multiples of its last
/// place add up without error over all lanes, and the rest is small.
template <class V>
inline constexpr math::scalar_of<V> start_of_sum = 32 * math::exponentials_of_row<V>::unit;

template <class V, class Row, bool Stores>
struct sum_operation {
  using T = math::scalar_of<V>;
  static constexpr std::size_t inputs = 1;
  static constexpr std::size_t outputs = Stores ? 1 : 0;
  static constexpr bool accumulates = true;
  static constexpr T padding = -std::numeric_limits<T>::infinity();
  Row const& row;
  std::array<compensated_sum<V>, accumulating_step_bytes / sizeof(V)> sums;

  template <std::size_t Register>
  [[gnu::always_inline]] constexpr std::array<V, outputs> operator()(std::array<V, 1> const& x) noexcept {
    V const term = row.term(x[0]);
    sums[Register].add_smaller(term);
    if constexpr (outputs == 1) {
      return {term};
    } else {
      return {};
    }
  }
};

template <class Row, bool FromTerm>
struct result_operation {
  static constexpr std::size_t inputs = 1;
  static constexpr std::size_t outputs = 1;
  static constexpr bool accumulates = false;
  Row const& row;

  template <std::size_t Register, class V>
  [[gnu::always_inline]] constexpr std::array<V, 1> operator()(std::array<V, 1> const& x) const noexcept {
    if constexpr (FromTerm || !Row::is_from_term) {
      return {row.result(x[0])};
    } else {
      return {row.result(row.term(x[0]))};
    }
  }
};

/// The elements of a row that are added up lane by lane before their sum enters that of the row.
inline constexpr std::size_t row_block = 1024;

/// A row of any length, in three passes.
template <class Row, class Arch, class E>
[[gnu::always_inline]] inline void run_row(E const* x, E* y, std::size_t size) noexcept {
  using T = computed_in<E>;
  using V = register_of<T, Arch>;
  constexpr bool stores_terms = Row::is_from_term && std::is_same_v<E, T>;
  constexpr std::size_t registers = accumulating_step_bytes / sizeof(V);
  maximum_operation<V> maximum;
  maximum.maxima.fill({V(maximum.padding)});
  run<Arch, T>(maximum, std::array{x}, std::tuple{}, size);
  fold_registers<4, V, running_maximum>(maximum.maxima);
  Row row(maximum.maxima[0].value);
  compensated_sum<V> total{V(T(0)), V(T(0))};
  for (std::size_t i = 0; i < size; i += row_block) {
    sum_operation<V, Row, stores_terms> operation{row, sums_of_step(compensated_sum<V>{V(start_of_sum<V>), V(T(0))})};
    std::size_t const count = std::min(row_block, size - i);
    if constexpr (stores_terms) {
      run<Arch, T>(operation, std::array{x + i}, std::array{y + i}, count);
    } else {
      run<Arch, T>(operation, std::array{x + i}, std::tuple{}, count);
    }
    for (compensated_sum<V>& sum : operation.sums) {
      sum.high = math::as_rounded(V(sum.high - V(start_of_sum<V>)));
    }
    fold_registers<registers, V, compensated_sum>(operation.sums);
    total.add(operation.sums[0]);
  }
  row.set_sum(total);
  result_operation<Row, stores_terms> operation{row};
  run<Arch, T>(operation, std::array<E const*, 1>{stores_terms ? y : x}, std::array{y}, size);
}

/// The longest rows that are kept in registers from the first pass to the last, in registers; at most a step of lanes.
template <math::value V>
inline constexpr std::size_t held_registers = lanes<V> == 1 ? 0 : std::min<std::size_t>(4, accumulating_step_bytes / sizeof(V));

/// A row that `Registers` registers hold, the last of them `count` numbers; the others are `padding`. May what lies behind the
/// row, up to the end of the last register, be read?
template <math::value V, std::size_t Registers, class E>
[[nodiscard, gnu::always_inline]] inline std::array<V, Registers>
load_row(E const* x, std::size_t count, math::scalar_of<V> padding, bool is_followed) noexcept {
  constexpr std::size_t last = (Registers - 1) * lanes<V>;
  std::array<V, Registers> row;
  for (std::size_t i = 0; i + 1 < Registers; ++i) {
    row[i] = rectify::load<V>(x + i * lanes<V>);
  }
  if (count == lanes<V>) {
    row[Registers - 1] = rectify::load<V>(x + last);
  } else if (is_followed && !(has_masked_load<V> && std::is_same_v<E, math::scalar_of<V>>)) {
    row[Registers - 1] = math::select(first_lanes<V>(count), rectify::load<V>(x + last), V(padding));
  } else {
    row[Registers - 1] = load_part<V>(x + last, count, padding);
  }
  return row;
}

template <math::value V, std::size_t Registers, class E>
[[gnu::always_inline]] inline void store_row(E* y, std::array<V, Registers> const& row, std::size_t count) noexcept {
  constexpr std::size_t last = (Registers - 1) * lanes<V>;
  for (std::size_t i = 0; i + 1 < Registers; ++i) {
    rectify::store(y + i * lanes<V>, row[i]);
  }
  if (count == lanes<V>) {
    rectify::store(y + last, row[Registers - 1]);
  } else {
    store_part(y + last, row[Registers - 1], count);
  }
}

/// A term of a sum that has no other one in its lane, as what add_smaller makes of it after the start.
template <math::value V>
[[nodiscard, gnu::always_inline]] inline split_sum<V> split(V const& term) noexcept {
  V const start(start_of_sum<V>);
  V const high = math::as_rounded(V(math::as_rounded(V(start + term)) - start));
  return {high, V(term - high)};
}

/// A row of `Registers` registers, kept in them from the first load to the last store. The bits are those of run_row.
template <class Row, math::value V, std::size_t Registers, class E>
RECTIFY_FUNCTION_OF_ITS_OWN void run_held_row(E const* x, E* y, std::size_t size) noexcept {
  std::size_t const count = size - (Registers - 1) * lanes<V>;
  auto numbers = load_row<V, Registers>(x, count, -std::numeric_limits<math::scalar_of<V>>::infinity(), false);
  std::array<running_maximum<V>, Registers> maxima;
  for (std::size_t i = 0; i < Registers; ++i) {
    maxima[i] = {numbers[i]};
  }
  fold_registers<std::bit_ceil(Registers), V, running_maximum>(maxima);
  Row row(maxima[0].value);
  std::array<split_sum<V>, Registers> sums;
  for (std::size_t i = 0; i < Registers; ++i) {
    V const term = row.term(numbers[i]);
    sums[i] = split<V>(term);
    if constexpr (Row::is_from_term) {
      numbers[i] = term;
    }
  }
  fold_registers<accumulating_step_bytes / sizeof(V), V, split_sum>(sums);
  row.set_sum({sums[0].high, sums[0].low});
  for (V& number : numbers) {
    number = row.result(number);
  }
  store_row(y, numbers, count);
}

/// The sum of each row's terms, to the bits that run_row makes of it.
template <math::value V, std::size_t Longest>
[[nodiscard, gnu::always_inline]] inline compensated_sum<V> sum_of_columns(columns_of_rows<V, Longest> const& terms,
                                                                           std::size_t row) noexcept {
  using T = math::scalar_of<V>;
  constexpr std::size_t step = accumulating_step_bytes / sizeof(T);
  columns_of_rows<V, step> lows;
  auto const add_lows = [&](std::size_t i, std::size_t other) __attribute__((always_inline)) {
    lows.set(i, V(lows[i] + lows[other]));
  };
  if (row <= step) {
    V high(T(0));
    for (std::size_t i = 0; i < row; ++i) {
      split_sum<V> const part = split<V>(terms[i]);
      high = high + part.high;
      lows.set(i, part.low);
    }
    fold_columns<step>(row, add_lows);
    return {high, lows[0]};
  }
  constexpr std::size_t sums = 4;
  // so many high parts, of terms below 1.5 units, are no more than twice their start, and add up without error in any order;
  // beyond that the order counts
  static_assert(Longest / sums <= 32);
  columns_of_rows<V, sums> highs;
  for (std::size_t i = 0; i < sums; ++i) {
    highs.set(i, V(T(0)));
  }
  for (std::size_t i = 0; i < step; ++i) {
    compensated_sum<V> part{V(start_of_sum<V>), V(T(0))};
    for (std::size_t j = i; j < row; j += step) {
      part.add_smaller(terms[j]);
    }
    highs.set(i % sums, V(highs[i % sums] + math::as_rounded(V(part.high - V(start_of_sum<V>)))));
    lows.set(i, part.low);
  }
  fold_columns<step, sums>(step, add_lows);
  fold_columns<sums>(
      sums, [&](std::size_t i, std::size_t other) __attribute__((always_inline)) {
        compensated_sum<V> sum{highs[i], lows[i]};
        sum.add({highs[other], lows[other]});
        highs.set(i, sum.high);
        lows.set(i, sum.low);
      });
  return {highs[0], lows[0]};
}

/// Rows in the lanes of V. The bits are those of run_row.
template <class Row, math::value V, std::size_t Longest, class E>
RECTIFY_FUNCTION_OF_ITS_OWN void run_columns(E const* x, E* y, std::size_t rows, std::size_t row, std::size_t readable) noexcept {
  columns_of_rows<V, Longest> numbers;
  numbers.take_rows(x, rows, row, readable);
  V maximum = numbers[0];
  for (std::size_t i = 1; i < row; ++i) {
    maximum = math::at_least(maximum, numbers[i]);
  }
  Row in_lanes(maximum);
  auto const add_terms = [&](columns_of_rows<V, Longest> & terms) __attribute__((always_inline)) {
    for (std::size_t i = 0; i < row; ++i) {
      terms.set(i, in_lanes.term(numbers[i]));
    }
    in_lanes.set_sum(sum_of_columns(terms, row)); // a loop of its own: in that of the terms it makes a long chain longer
  };
  if constexpr (Row::is_from_term) {
    add_terms(numbers);
  } else {
    columns_of_rows<V, Longest> terms;
    add_terms(terms);
  }
  numbers.give_rows(
      y, rows, row, [&]<std::size_t First, class Part>(Part const& number) __attribute__((always_inline)) {
        return in_lanes.template result<First>(number);
      });
}

/// One row.
template <template <class> class Row, class Arch, std::size_t Registers = 1, class E>
[[gnu::always_inline]] inline void run_one_row(E const* x, E* y, std::size_t row) noexcept {
  using V = register_of<computed_in<E>, Arch>;
  if constexpr (Registers <= held_registers<V>) {
    if (row <= Registers * lanes<V>) {
      run_held_row<Row<V>, V, Registers>(x, y, row);
    } else {
      run_one_row<Row, Arch, Registers + 1>(x, y, row);
    }
  } else {
    run_row<Row<V>, Arch, E>(x, y, row);
  }
}

template <template <class> class Row, class Arch, class E>
void run_rows(E const* x, E* y, std::size_t size, std::size_t row) noexcept {
  using T = computed_in<E>;
  using V = register_of<T, Arch>;
  std::size_t begin = 0;
  if constexpr (lanes<V> != 1) {
    if (row <= longest_row_in_lane<V> && row != size) {
      begin = row * run_rows_in_lanes<V>(
                        size / row, row, [&]<class Registers>(std::size_t i, std::size_t rows) __attribute__((always_inline)) {
                          run_columns<Row<Registers>, Registers, longest_row_in_lane<V>>(x + i, y + i, rows, row, size - i);
                        });
    }
  }
  for (; begin < size; begin += row) {
    run_one_row<Row, Arch>(x + begin, y + begin, row);
  }
}

/// What softmax, log_softmax and their gradients, which are over no functor, are called where objects of functors are asked for.
template <std::floating_point T>
struct softmax_kernels {
  using value_type = T;
};

template <template <class> class Row, class E>
struct rows_kernel {
  using signature = void(E const*, E*, std::size_t, std::size_t);

  template <class Arch>
  [[gnu::always_inline]] static void run(E const* x, E* y, std::size_t size, std::size_t row) noexcept {
    run_rows<Row, Arch>(x, y, size, row);
  }
};

template <class E>
struct checked_rows {
  named_range<E const> x;
  named_range<E> y;
};

/// The ranges of a call, found to be what it may have.
template <class Arch, class X, class Y>
[[nodiscard, gnu::always_inline]] inline auto check_rows_of(char const* function, X const& x, Y& y, std::size_t row) {
  using E = element_of_rows<Y>;
  checked_rows<E> const rows{name_input<E>("x", x), name_output<E>("y", y)};
  check_ranges<Arch>(function, rows.y, rows.x);
  check_rows<Arch>(function, rows.x, row);
  return rows;
}

template <template <class> class Row, class Arch, class X, class Y>
[[gnu::always_inline]] inline void check_and_run_rows(char const* function, X const& x, Y& y, std::size_t row) {
  using E = element_of_rows<Y>;
  auto const rows = check_rows_of<Arch>(function, x, y, row);
  if (rows.x.size != 0) { // there may be no end of empty rows
    run_kernel<Arch, in_storage<softmax_kernels<computed_in<E>>, E>, rows_kernel<Row, E>>(rows.x.data, rows.y.data, rows.x.size,
                                                                                          row);
  }
}

/// y_i = e^x_i / sum_j e^x_j, in each row of `row` elements: the last axis of x.
///
/// special values  -inf gives exactly 0; a row with a NaN or +inf, or of nothing but -inf, gives NaN throughout
/// error           3 ULP with fma, 3.5 without (2.81 and 3.09 seen), for rows of any length and maxima of any size, subnormal
///                 results too: that of two exponentials and of one rounding. The sum is as good as exact
/// shapes          x and y: contiguous ranges of float, of double or of numbers stored in 16 bits, which are computed in float;
///                 of one size, a multiple of row, of any alignment; row is 0 only for empty ones
/// aliasing        y is exactly x, or disjoint from it
/// throws          std::invalid_argument if the sizes differ or are no multiple of row, or if y overlaps x in part, before
///                 anything is written; built without exceptions, the text goes to stderr and the program aborts
/// Arch            an xsimd instruction set, `softmax<xsimd::sse2>(x, y, row)`; by default the best that the flags allow
/// source          J. Bridle, "Probabilistic interpretation of feedforward classification network outputs", 1990; for one scale
///                 for all rather than the maximum of x itself: M. Dukhan and A. Ablavatski, "Two-pass softmax algorithm", 2020
///
/// A row's result depends on the row alone: the same bits at every place and, with or without fma, on every instruction set, but
/// for the sign and the payload of a NaN.
template <class Arch = default_arch, class X, class Y>
void softmax(X const& x, Y&& y, std::size_t row) {
  check_and_run_rows<softmax_of_row, Arch>("softmax", x, y, row);
}

/// y_i = log(e^x_i / sum_j e^x_j) = x_i - log(sum_j e^x_j), in each row of `row` elements.
///
/// special values  -inf gives -inf; a row with a NaN or +inf, or of nothing but -inf, gives NaN throughout; a result of 0 has
///                 either sign
/// error           3 ULP with fma, 3.5 without (2.64 and 3.18 seen), also next to 0, where y is the small sum of all that is not
///                 the maximum. Only nearer to 0 than 2^-18 (double: 2^-47) that sum is added up in order, lane by lane, of up to
///                 32 (64) numbers: as many ULP at most, 7 seen
/// shapes, aliasing, throws, Arch   as softmax
template <class Arch = default_arch, class X, class Y>
void log_softmax(X const& x, Y&& y, std::size_t row) {
  check_and_run_rows<log_softmax_of_row, Arch>("log_softmax", x, y, row);
}

} // namespace rectify
