// SPDX-License-Identifier: MIT
#include "directions.hpp"
#include "rows.hpp"

namespace rectify_bench {
namespace {

struct backward : elementwise<backward> {
  static constexpr std::string_view name = "backward";
  static constexpr std::size_t inputs = 2;
  template <class F>
  static constexpr bool has = rectify::differentiable_activation<F>;

  template <class F, class T>
  static void library(F const& f, operands<T> const& data) {
    rectify::backward(f, data.x, data.dy, data.out);
  }
  template <class Formula, class V>
  [[gnu::always_inline]] static V apply(Formula const& formula, V const& x, V const& dy) {
    return formula.backward(x, dy);
  }
};

/// Any numbers serve as the outputs y: the reference is asked for the same ones.
struct backward_from_output : elementwise<backward_from_output> {
  static constexpr std::string_view name = "backward_from_output";
  static constexpr std::size_t inputs = 2;
  template <class F>
  static constexpr bool has = rectify::output_differentiable_activation<F>;

  template <class F, class T>
  static void library(F const& f, operands<T> const& data) {
    rectify::backward_from_output(f, data.x, data.dy, data.out);
  }
  template <class Formula, class V>
  [[gnu::always_inline]] static V apply(Formula const& formula, V const& y, V const& dy) {
    return formula.backward_from_output(y, dy);
  }
};

/// The rivals add up in order, one running sum a lane: the cheapest loop to write, not the most exact.
struct backward_with_slope {
  static constexpr std::string_view name = "backward_with_slope";
  static constexpr std::size_t inputs = 2;
  template <class F>
  static constexpr bool has = rectify::trainable_activation<F>;

  template <class F, class T>
  static void library(F const& f, operands<T>& data) {
    rectify::backward(f, data.x, data.dy, data.out, data.slope);
  }
  template <class Formula, class V>
  [[gnu::always_inline]] static V apply(Formula const& formula, V const& x, V const& dy) {
    return formula.backward(x, dy);
  }

  template <class Formula, class T>
  static void std_loop(Formula const& formula, operands<T>& data) {
    T const* const x = data.x.data();
    T const* const dy = data.dy.data();
    T* const out = data.out.data();
    std::size_t const size = data.x.size();
    T sum(0);
    for (std::size_t i = 0; i < size; ++i) {
      sum += formula.slope(x[i], dy[i]);
      out[i] = formula.backward(x[i], dy[i]);
    }
    data.slope = sum;
  }

  template <class Formula, class Tail, class T>
  static void xsimd_loop(Formula const& formula, Tail const& tail, operands<T>& data) {
    using B = xsimd::batch<T>;
    T const* const x = data.x.data();
    T const* const dy = data.dy.data();
    T* const out = data.out.data();
    std::size_t const size = data.x.size();
    B sums(T(0));
    std::size_t i = 0;
    for (; i + B::size <= size; i += B::size) {
      B const x_here = B::load_unaligned(x + i);
      B const dy_here = B::load_unaligned(dy + i);
      sums += formula.slope(x_here, dy_here);
      formula.backward(x_here, dy_here).store_unaligned(out + i);
    }
    T sum = xsimd::reduce_add(sums);
    for (; i < size; ++i) {
      sum += tail.slope(x[i], dy[i]);
      out[i] = tail.backward(x[i], dy[i]);
    }
    data.slope = sum;
  }

  template <class Reference, class T>
  static void check(std::string const& row, Reference const& reference, operands<T> const& data) {
    backward::check(row, reference, data);
    double sum = 0;
    double scale = 1;
    for (std::size_t i = 0; i < data.x.size(); ++i) {
      double const term = reference.slope(static_cast<double>(data.x[i]), static_cast<double>(data.dy[i]));
      sum += term;
      scale += std::abs(term);
    }
    require(row, "slope gradient ", 0, static_cast<double>(data.slope), sum, scale);
  }
};

} // namespace

void add_backward_rows(buffers& memory) {
  add_rows<backward, float>(memory);
  add_rows<backward, double>(memory);
}

void add_backward_from_output_rows(buffers& memory) {
  add_rows<backward_from_output, float>(memory);
  add_rows<backward_from_output, double>(memory);
}

void add_backward_with_slope_rows(buffers& memory) {
  add_rows<backward_with_slope, float>(memory);
  add_rows<backward_with_slope, double>(memory);
}

} // namespace rectify_bench
