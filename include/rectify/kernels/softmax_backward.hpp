// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/errors.hpp>
#include <rectify/kernels/fold.hpp>
#include <rectify/kernels/loop.hpp>
#include <rectify/kernels/pairwise_sum.hpp>
#include <rectify/kernels/softmax.hpp>

#include <algorithm>

namespace rectify {

/// What the gradients of a row have in common, and what becomes of y and dy with it.
struct softmax_gradient {
  /// sum + dy · y, but the sum itself where y is 0.
  template <class V>
  [[nodiscard, gnu::always_inline]] static V add(V const& sum, V const& y, V const& dy) noexcept {
    return add_gradient(sum, dy, y);
  }
  template <class V>
  [[nodiscard, gnu::always_inline]] static V result(V const& y, V const& dy, V const& sum) noexcept {
    return scale_gradient(V(dy - sum), y);
  }
};

struct log_softmax_gradient {
  template <class V>
  [[nodiscard, gnu::always_inline]] static V add(V const& sum, V const& /* y */, V const& dy) noexcept {
    return V(sum + dy);
  }
  template <class V>
  [[nodiscard, gnu::always_inline]] static V result(V const& y, V const& dy, V const& sum) noexcept {
    V const p = math::exp_of_nonpositive(y);
    return math::fnma(p, math::zero_where(p == V(math::scalar_of<V>(0)), sum), dy);
  }
};

template <class Gradient, class V>
struct gradient_sum_operation {
  static constexpr std::size_t inputs = 2;
  static constexpr std::size_t outputs = 0;
  static constexpr bool accumulates = true;
  std::array<plain_sum<V>, accumulating_step_bytes / sizeof(V)> sums;

  template <std::size_t Register>
  [[gnu::always_inline]] constexpr std::array<V, 0> operator()(std::array<V, 2> const& y_dy) noexcept {
    sums[Register].value = Gradient::add(sums[Register].value, y_dy[0], y_dy[1]);
    return {};
  }
};

template <class Gradient, class V>
struct row_gradient_operation {
  static constexpr std::size_t inputs = 2;
  static constexpr std::size_t outputs = 1;
  static constexpr bool accumulates = false;
  V sum;

  template <std::size_t Register>
  [[gnu::always_inline]] constexpr std::array<V, 1> operator()(std::array<V, 2> const& y_dy) const noexcept {
    return {Gradient::result(y_dy[0], y_dy[1], sum)};
  }
};

/// The elements that are added up lane by lane before their sum enters the pairwise sum of the row.
inline constexpr std::size_t gradient_block = 1024;

/// The gradient of a row that registers hold. The bits are those of the passes of run_gradient_rows.
template <class Gradient, math::value V, std::size_t Registers>
[[nodiscard, gnu::always_inline]] inline std::array<V, Registers>
gradient_of_held_row(std::array<V, Registers> const& y, std::array<V, Registers> const& dy) noexcept {
  std::array<plain_sum<V>, Registers> sums;
  for (std::size_t i = 0; i < Registers; ++i) {
    sums[i] = {Gradient::add(V(math::scalar_of<V>(0)), y[i], dy[i])};
  }
  fold_registers<accumulating_step_bytes / sizeof(V), V, plain_sum>(sums);
  std::array<V, Registers> dx;
  for (std::size_t i = 0; i < Registers; ++i) {
    dx[i] = Gradient::result(y[i], dy[i], sums[0].value);
  }
  return dx;
}

/// Rows of `Registers` registers each, four of them at a time and what is left one by one. A row is one long chain of steps that
/// wait for each other, and processors do not look far enough ahead to begin the next row meanwhile. (In lanes, a row in each,
/// they take longer: there is little to compute once a row.)
template <class Gradient, class Arch, std::size_t Registers, class E>
[[gnu::always_inline]] inline void run_held_gradient_rows(E const* y, E const* dy, E* dx, std::size_t size,
                                                          std::size_t row) noexcept {
  using T = computed_in<E>;
  using V = register_of<T, Arch>;
  constexpr std::size_t at_a_time = 4;
  std::size_t const count = row - (Registers - 1) * lanes<V>;
  auto const run_some = [&]<std::size_t... R>(std::index_sequence<R...>, std::size_t i) __attribute__((always_inline)) {
    auto const load = [&](E const* from, std::size_t begin) __attribute__((always_inline)) {
      return load_row<V, Registers>(from + begin, count, T(0), begin + Registers * lanes<V> <= size);
    };
    // all before the first store, which may be onto y or dy
    std::array<std::array<V, Registers>, sizeof...(R)> const results{
        gradient_of_held_row<Gradient>(load(y, i + R * row), load(dy, i + R * row))...};
    // what a whole register writes behind its row, the rows behind overwrite, where there are enough of them
    (store_row(dx + i + R * row, results[R], R * row + Registers * lanes<V> <= sizeof...(R) * row ? lanes<V> : count), ...);
  };
  std::size_t i = 0;
  for (; size - i >= at_a_time * row; i += at_a_time * row) {
    run_some(std::make_index_sequence<at_a_time>{}, i);
  }
  for (; i < size; i += row) {
    run_some(std::make_index_sequence<1>{}, i);
  }
}

template <class Gradient, class Arch, std::size_t Registers = 1, class E>
void run_gradient_rows(E const* y, E const* dy, E* dx, std::size_t size, std::size_t row) noexcept {
  using T = computed_in<E>;
  using V = register_of<T, Arch>;
  constexpr std::size_t registers = accumulating_step_bytes / sizeof(V);
  if constexpr (Registers <= std::min<std::size_t>(2, held_registers<V>)) { // the passes over longer rows take less time
    if (row > Registers * lanes<V>) {
      run_gradient_rows<Gradient, Arch, Registers + 1>(y, dy, dx, size, row);
    } else if (row != 0) {
      run_held_gradient_rows<Gradient, Arch, Registers>(y, dy, dx, size, row);
    }
    return;
  }
  auto const sum_of_block = [&](std::size_t i, std::size_t count) __attribute__((always_inline)) {
    gradient_sum_operation<Gradient, V> operation{sums_of_step(plain_sum<V>{V(T(0))})};
    run<Arch, T>(operation, std::array{y + i, dy + i}, std::tuple{}, count);
    fold_registers<registers, V, plain_sum>(operation.sums);
    return operation.sums[0].value;
  };
  for (std::size_t i = 0; i < size; i += row) {
    V sum(T(0));
    if (row <= gradient_block) {
      sum = sum_of_block(i, row);
    } else {
      pairwise_sum<Arch, T> total;
      for (std::size_t j = 0; j < row; j += gradient_block) {
        total.add(first_lane(sum_of_block(i + j, std::min(gradient_block, row - j))));
      }
      sum = V(total.total());
    }
    row_gradient_operation<Gradient, V> operation{sum};
    run<Arch, T>(operation, std::array{y + i, dy + i}, std::array{dx + i}, row);
  }
}

template <class Gradient, class E>
struct gradient_rows_kernel {
  using signature = void(E const*, E const*, E*, std::size_t, std::size_t);

  template <class Arch>
  [[gnu::always_inline]] static void run(E const* y, E const* dy, E* dx, std::size_t size, std::size_t row) noexcept {
    run_gradient_rows<Gradient, Arch>(y, dy, dx, size, row);
  }
};

template <class E>
struct checked_gradient_rows {
  named_range<E const> y;
  named_range<E const> dy;
  named_range<E> dx;
};

/// The ranges of a call, found to be what it may have.
template <class Arch, class Y, class DY, class DX>
[[nodiscard, gnu::always_inline]] inline auto check_gradient_rows_of(char const* function, Y const& y, DY const& dy, DX& dx,
                                                                     std::size_t row) {
  using E = element_of_rows<DX>;
  checked_gradient_rows<E> const rows{name_input<E>("y", y), name_input<E>("dy", dy), name_output<E>("dx", dx)};
  check_ranges<Arch>(function, rows.dx, rows.y, rows.dy);
  check_rows<Arch>(function, rows.y, row);
  return rows;
}

template <class Gradient, class Arch, class Y, class DY, class DX>
[[gnu::always_inline]] inline void check_and_run_gradient(char const* function, Y const& y, DY const& dy, DX& dx,
                                                          std::size_t row) {
  using E = element_of_rows<DX>;
  auto const rows = check_gradient_rows_of<Arch>(function, y, dy, dx, row);
  run_kernel<Arch, in_storage<softmax_kernels<computed_in<E>>, E>, gradient_rows_kernel<Gradient, E>>(
      rows.y.data, rows.dy.data, rows.dx.data, rows.y.size, row);
}

/// dx_i = y_i (dy_i - sum_j dy_j y_j), in each row of `row` elements: the gradient for the input of softmax, given its output y
/// and the gradient dy for that.
///
/// special values  where y_i is 0, dx_i is +0 whatever arrives, and dy_i takes no part in the sum; a NaN elsewhere makes the rest
///                 of its row NaN; an infinite dy_i elsewhere gives infinities, and NaN at its own place
/// error           the sum is taken lane by lane within blocks of 1024 and pairwise over them: its error is at most 25 eps
///                 (double: 40 eps) times sum_j |dy_j y_j| for rows of up to a million, in practice one eps; then two roundings;
///                 infinite where the sum or dy_i minus the sum is beyond the largest number
/// shapes          y, dy and dx: contiguous ranges of float, of double or of numbers stored in 16 bits, of one size, a multiple
///                 of row, of any alignment; row is 0 only for empty ones
/// aliasing        dx is exactly y or exactly dy, or disjoint from them
/// throws          std::invalid_argument if the sizes differ or are no multiple of row, or if dx overlaps y or dy in part, before
///                 anything is written
template <class Arch = default_arch, class Y, class DY, class DX>
void softmax_backward(Y const& y, DY const& dy, DX&& dx, std::size_t row) {
  check_and_run_gradient<softmax_gradient, Arch>("softmax_backward", y, dy, dx, row);
}

/// dx_i = dy_i - e^y_i sum_j dy_j, in each row of `row` elements: the gradient for the input of log_softmax, given its output
/// y <= 0 and the gradient dy for that.
///
/// special values  where e^y_i is 0 (y_i is -inf, or below -104; double: -746), dx_i = dy_i whatever the sum is; elsewhere a NaN
///                 y_i gives NaN there, and a NaN in dy gives NaN in its whole row
/// error           of the sum as in softmax_backward, of sum_j |dy_j|; 1 ULP of e^y_i; one rounding of the result, two without
///                 fma; infinite where the sum is beyond the largest number
/// shapes, aliasing, throws   as softmax_backward
template <class Arch = default_arch, class Y, class DY, class DX>
void log_softmax_backward(Y const& y, DY const& dy, DX&& dx, std::size_t row) {
  check_and_run_gradient<log_softmax_gradient, Arch>("log_softmax_backward", y, dy, dx, row);
}

} // namespace rectify
