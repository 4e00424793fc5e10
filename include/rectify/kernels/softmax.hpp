// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/errors.hpp>
#include <rectify/kernels/fold.hpp>
#include <rectify/kernels/loop.hpp>
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

  /// From the term: term / sum.
  [[nodiscard, gnu::always_inline]] V result(V const& term) const noexcept {
    return math::fma(term, reciprocal_, V(term * reciprocal_error_));
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

  /// From x: x - maximum - log(sum).
  [[nodiscard, gnu::always_inline]] V result(V const& x) const noexcept {
    return V(math::as_rounded(V(x - subtrahend_.high)) - subtrahend_.low);
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

/// A row that `Registers` registers hold, the last of them `count` numbers; the others are `padding`.
template <math::value V, std::size_t Registers, class E>
[[nodiscard, gnu::always_inline]] inline std::array<V, Registers> load_row(E const* x, std::size_t count,
                                                                           math::scalar_of<V> padding) noexcept {
  constexpr std::size_t last = (Registers - 1) * lanes<V>;
  std::array<V, Registers> row;
  for (std::size_t i = 0; i + 1 < Registers; ++i) {
    row[i] = rectify::load<V>(x + i * lanes<V>);
  }
  row[Registers - 1] = count == lanes<V> ? rectify::load<V>(x + last) : load_part<V>(x + last, count, padding);
  return row;
}

/// Stores result(number) of a row. What a whole register writes behind it, the rows behind overwrite, where there are enough of
/// them: a part of a register takes longer (on Zen 3, softmax of rows of 10 by an eighth).
template <math::value V, std::size_t Registers, class E, class Result>
[[gnu::always_inline]] inline void store_row(E* y, std::array<V, Registers> const& row, std::size_t count, bool is_followed,
                                             Result const& result) noexcept {
  constexpr std::size_t last = (Registers - 1) * lanes<V>;
  for (std::size_t i = 0; i + 1 < Registers; ++i) {
    rectify::store(y + i * lanes<V>, result(row[i]));
  }
  V const end = result(row[Registers - 1]);
  if (is_followed || count == lanes<V>) {
    rectify::store(y + last, end);
  } else {
    store_part(y + last, end, count);
  }
}

/// Is a whole register at the end of row `Row` of `Rows` within the rows?
template <math::value V, std::size_t Registers, std::size_t Row, std::size_t Rows>
[[nodiscard, gnu::always_inline]] inline bool is_followed(std::size_t row) noexcept {
  return Row * row + Registers * lanes<V> <= Rows * row;
}

/// Calls `run` with a number of rows (its template argument) and the first element of the first of them: four rows at a time,
/// and what is left one by one. A row is one long chain of steps that wait for each other, and processors do not look far enough
/// ahead to begin the next row meanwhile. (Two rows at a time take softmax a fifth more time, also where four do not fit in
/// registers.)
template <class Run>
[[gnu::always_inline]] inline void run_several_rows(std::size_t size, std::size_t row, Run const& run) noexcept {
  constexpr std::size_t at_a_time = 4;
  std::size_t i = 0;
  for (; size - i >= at_a_time * row; i += at_a_time * row) {
    run.template operator()<at_a_time>(i);
  }
  for (; i < size; i += row) {
    run.template operator()<1>(i);
  }
}

/// Rows of `Registers` registers each, kept in them from the first load to the last store. The bits are those of run_row.
template <class Row, class Arch, std::size_t Registers, class E>
class held_rows {
  using T = computed_in<E>;
  using V = register_of<T, Arch>;
  using registers_of_row = std::array<V, Registers>;

public:
  static void run(E const* x, E* y, std::size_t size, std::size_t row) noexcept {
    run_several_rows(
        size, row, [&]<std::size_t Rows>(std::size_t i) __attribute__((always_inline)) { run_some<Rows>(x + i, y + i, row); });
  }

private:
  [[nodiscard, gnu::always_inline]] static V maximum(registers_of_row const& xs) noexcept {
    std::array<running_maximum<V>, Registers> maxima;
    for (std::size_t i = 0; i < Registers; ++i) {
      maxima[i] = {xs[i]};
    }
    fold_registers<std::bit_ceil(Registers), V, running_maximum>(maxima);
    return maxima[0].value;
  }

  [[nodiscard, gnu::always_inline]] static registers_of_row terms(registers_of_row xs, Row const& row) noexcept {
    for (V& x : xs) {
      x = row.term(x);
    }
    return xs;
  }

  [[nodiscard, gnu::always_inline]] static compensated_sum<V> sum(registers_of_row const& terms) noexcept {
    V const start(start_of_sum<V>);
    std::array<split_sum<V>, Registers> sums;
    for (std::size_t i = 0; i < Registers; ++i) {
      V const high = math::as_rounded(V(math::as_rounded(V(start + terms[i])) - start));
      sums[i] = {high, V(terms[i] - high)};
    }
    fold_registers<accumulating_step_bytes / sizeof(V), V, split_sum>(sums);
    return {sums[0].high, sums[0].low};
  }

  template <std::size_t Rows>
  [[gnu::always_inline]] static void run_some(E const* x, E* y, std::size_t row) noexcept {
    constexpr T padding = -std::numeric_limits<T>::infinity();
    std::size_t const count = row - (Registers - 1) * lanes<V>;
    [&]<std::size_t... R>(std::index_sequence<R...>) __attribute__((always_inline)) {
      std::array<registers_of_row, Rows> const xs{load_row<V, Registers>(x + R * row, count, padding)...};
      std::array<V, Rows> const maxima{maximum(xs[R])...};
      std::array<Row, Rows> rows{Row(maxima[R])...};
      std::array<registers_of_row, Rows> const terms_of_rows{terms(xs[R], rows[R])...};
      std::array<compensated_sum<V>, Rows> const sums{sum(terms_of_rows[R])...};
      (rows[R].set_sum(sums[R]), ...);
      (store_row(
           y + R * row, Row::is_from_term ? terms_of_rows[R] : xs[R], count, is_followed<V, Registers, R, Rows>(row),
           [&](V const& number) __attribute__((always_inline)) { return rows[R].result(number); }),
       ...);
    }
    (std::make_index_sequence<Rows>{});
  }
};

template <class Row, class Arch, std::size_t Registers = 1, class E>
void run_rows(E const* x, E* y, std::size_t size, std::size_t row) noexcept {
  using V = register_of<computed_in<E>, Arch>;
  if constexpr (Registers <= held_registers<V>) {
    if (row <= Registers * lanes<V>) {
      held_rows<Row, Arch, Registers, E>::run(x, y, size, row);
    } else {
      run_rows<Row, Arch, Registers + 1>(x, y, size, row);
    }
  } else {
    for (std::size_t i = 0; i < size; i += row) {
      run_row<Row, Arch, E>(x + i, y + i, row);
    }
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
    run_rows<Row<register_of<computed_in<E>, Arch>>, Arch>(x, y, size, row);
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
  using E = typename common_element<Y, X>::type;
  checked_rows<E> const rows{name_input<E>("x", x), name_output<E>("y", y)};
  check_ranges<Arch>(function, rows.y, rows.x);
  check_rows<Arch>(function, rows.x, row);
  return rows;
}

template <template <class> class Row, class Arch, class X, class Y>
[[gnu::always_inline]] inline void check_and_run_rows(char const* function, X const& x, Y& y, std::size_t row) {
  using E = typename common_element<Y, X>::type;
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
/// A row's result depends on the row alone: the same bits at every place and, with or without fma, on every instruction set.
template <class Arch = default_arch, class X, class Y>
void softmax(X const& x, Y&& y, std::size_t row) {
  check_and_run_rows<softmax_of_row, Arch>("softmax", x, y, row);
}

/// y_i = log(e^x_i / sum_j e^x_j) = x_i - log(sum_j e^x_j), in each row of `row` elements.
///
/// special values  -inf gives -inf; a row with a NaN or +inf, or of nothing but -inf, gives NaN throughout
/// error           3 ULP with fma, 3.5 without (2.64 and 3.18 seen), also next to 0, where y is the small sum of all that is not
///                 the maximum. Only nearer to 0 than 2^-18 (double: 2^-47) that sum is added up in order, lane by lane, of up to
///                 32 (64) numbers: as many ULP at most, 7 seen
/// shapes, aliasing, throws, Arch   as softmax
template <class Arch = default_arch, class X, class Y>
void log_softmax(X const& x, Y&& y, std::size_t row) {
  check_and_run_rows<log_softmax_of_row, Arch>("log_softmax", x, y, row);
}

} // namespace rectify
