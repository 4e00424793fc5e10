// SPDX-License-Identifier: MIT
#include "rivals.hpp"

#include "contender.hpp"

#include <rectify/catalogue.hpp>
#include <rectify/kernels/arch.hpp>

namespace rectify_bench {
namespace {

template <class T>
inline constexpr bool has_batch = rectify::has_register<T, rectify::default_arch>;

/// apply(formula, x, dy) for each direction that gives one number an element.
template <class Formula, class Tail, class T, class Apply>
void std_loop(Formula const& formula, Tail const&, operands<T> const& data, Apply const& apply) {
  T const* const x = data.x.data();
  T const* const dy = data.dy.empty() ? x : data.dy.data();
  T* const out = data.out.data();
  std::size_t const size = data.x.size();
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = apply(formula, x[i], dy[i]);
  }
}

template <class Formula, class Tail, class T, class Apply>
void xsimd_loop(Formula const& formula, Tail const& tail, operands<T> const& data, Apply const& apply) {
  using B = xsimd::batch<T>;
  T const* const x = data.x.data();
  T const* const dy = data.dy.empty() ? x : data.dy.data();
  T* const out = data.out.data();
  std::size_t const size = data.x.size();
  std::size_t i = 0;
  for (; i + B::size <= size; i += B::size) {
    apply(formula, B::load_unaligned(x + i), B::load_unaligned(dy + i)).store_unaligned(out + i);
  }
  for (; i < size; ++i) {
    out[i] = apply(tail, x[i], dy[i]);
  }
}

/// With one pointer: what compilers make of two that are equal is often the scalar loop behind their overlap check.
template <class Formula, class T>
void std_loop_in_place(Formula const& formula, operands<T> const& data) {
  T* const xy = data.out.data();
  std::size_t const size = data.out.size();
  for (std::size_t i = 0; i < size; ++i) {
    xy[i] = formula.forward(xy[i]);
  }
}

/// With a slope gradient, the rivals add up in order, one running sum a lane: the cheapest loop to write, not the most exact.
template <class Formula, class T>
void std_loop_with_slope(Formula const& formula, operands<T>& data) {
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
void xsimd_loop_with_slope(Formula const& formula, Tail const& tail, operands<T>& data) {
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

constexpr auto forward = [](auto const& formula, auto const& x, auto const&) __attribute__((always_inline)) {
  return formula.forward(x);
};
constexpr auto derivative = [](auto const& formula, auto const& x, auto const&) __attribute__((always_inline)) {
  return formula.derivative(x);
};
constexpr auto backward = [](auto const& formula, auto const& x, auto const& dy) __attribute__((always_inline)) {
  return formula.backward(x, dy);
};
constexpr auto backward_from_output = [](auto const& formula, auto const& y, auto const& dy) __attribute__((always_inline)) {
  return formula.backward_from_output(y, dy);
};

template <class F, class T>
void add_rivals(F const& f, std::string_view direction, std::vector<contender<T>>& rivals) {
  if constexpr (has_rows<T> && has_std_formula<F>) {
    auto const add = [&](char const* name, auto const& formula, auto const& loop, auto const& apply) {
      rivals.push_back(
          {name, [formula, tail = std_formula<F>{f}, loop, apply](operands<T>& data) { loop(formula, tail, data, apply); }});
    };
    auto const add_both = [&](auto const& apply) {
      auto const of_std = [](auto const& formula, auto const& tail, auto& data, auto const& a) {
        std_loop(formula, tail, data, a);
      };
      auto const of_xsimd = [](auto const& formula, auto const& tail, auto& data, auto const& a) {
        xsimd_loop(formula, tail, data, a);
      };
      add("std_loop", std_formula<F>{f}, of_std, apply);
      if constexpr (has_xsimd_formula<F> && has_batch<T>) {
        add("xsimd", xsimd_formula<F>{f}, of_xsimd, apply);
      }
    };
    if (direction == "forward") {
      add_both(forward);
    } else if (direction == "derivative") {
      add_both(derivative);
    } else if (direction == "backward") {
      add_both(backward);
    } else if (direction == "backward_from_output") {
      add_both(backward_from_output);
    } else if (direction == "in_place") {
      add_both(forward);
      rivals.front().call = [formula = std_formula<F>{f}](operands<T>& data) { std_loop_in_place(formula, data); };
    } else if constexpr (rectify::trainable_activation<F>) {
      rivals.push_back({"std_loop", [formula = std_formula<F>{f}](operands<T>& data) { std_loop_with_slope(formula, data); }});
      if constexpr (has_xsimd_formula<F> && has_batch<T>) {
        rivals.push_back({"xsimd", [formula = xsimd_formula<F>{f}, tail = std_formula<F>{f}](operands<T>& data) {
                            xsimd_loop_with_slope(formula, tail, data);
                          }});
      }
    }
  }
}

} // namespace

template <class T>
std::vector<contender<T>> rivals_of(std::string_view direction, std::string_view function) {
  std::vector<contender<T>> rivals;
  rectify::for_each_function(rectify::catalogue<T>{}, [&]<class F>(F const& f) {
    if (F::name == function) {
      add_rivals(direction == "in_place" ? steady(f) : f, direction, rivals);
    }
  });
  return rivals;
}

template std::vector<contender<float>> rivals_of(std::string_view direction, std::string_view function);
template std::vector<contender<double>> rivals_of(std::string_view direction, std::string_view function);

} // namespace rectify_bench
