// SPDX-License-Identifier: MIT
#pragma once

#include "accuracy/mpfr_number.hpp"
#include "support/reference.hpp"

#include <rectify/rectify.hpp>

#include <functional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace rectify::test {

/// What is measured: one direction of one function, as a kernel computes it.
template <class T>
struct subject {
  using wide = std::conditional_t<std::is_same_v<T, float>, double, long double>;

  std::string function;
  std::string direction;
  double doubt; // how far `nearly` may be off, in ULP
  double bound;
  absolute_bound near_zero; // from > to where there is none
  std::vector<T> left_out;  // kinks, where a policy and not a limit decides
  std::function<void(std::span<T const>, std::span<T>)> result;
  /// The exact value to `doubt`, fast. What it finds is confirmed by `exact`.
  std::function<void(std::span<T const>, std::span<wide>)> nearly;
  std::function<mpfr_number(T)> exact;
};

/// f for the element type U, with the same parameters.
template <class U, class T, kink K, template <class, kink> class F>
F<U, K> with_element_type(F<T, K> const& f) {
  F<U, K> converted{};
  auto const from = parameters_of<F<T, K>>();
  auto const to = parameters_of<F<U, K>>();
  for (std::size_t i = 0; i < from.size(); ++i) {
    converted.*to[i].member = static_cast<U>(f.*from[i].member);
  }
  return converted;
}

/// May the double functor stand for the exact value? Not where kinks are numbers of T, and it is slower than a formula by the
/// definition where that has no transcendental function.
template <class F>
inline constexpr bool double_is_nearly_exact = std::is_same_v<typename F::value_type, float>&& F::max_ulp > 0.5 &&
                                               kinks_of(F{}).size() < 2;

template <class F>
void add_subjects(std::vector<subject<typename F::value_type>>& all, F const& f) {
  using T = typename F::value_type;
  using wide = typename subject<T>::wide;
  double const doubt = std::is_same_v<T, float> ? 1e-6 : error_in_long_double<F>();
  subject<T> forward_subject{std::string(F::name), "forward", doubt, promised_ulp(f), {1, -1, 0}, {}, {}, {}, {}};
  subject<T> derivative_subject{
      std::string(F::name), "derivative", doubt, promised_derivative_ulp(f), absolute_bound_of<F>(), {}, {}, {}, {}};
  for (T const x : kinks_of(f)) {
    derivative_subject.left_out.push_back(x);
  }
  forward_subject.result = [f](std::span<T const> x, std::span<T> y) { forward(f, x, y); };
  derivative_subject.result = [f](std::span<T const> x, std::span<T> d) { derivative(f, x, d); };
  if constexpr (double_is_nearly_exact<F>) {
    auto const wide_f = with_element_type<double>(f);
    forward_subject.nearly = [wide_f](std::span<T const> x, std::span<wide> y) {
      std::copy(x.begin(), x.end(), y.begin());
      forward(wide_f, y);
    };
    derivative_subject.nearly = [wide_f](std::span<T const> x, std::span<wide> d) {
      std::copy(x.begin(), x.end(), d.begin());
      derivative(wide_f, d, d);
    };
  } else {
    forward_subject.nearly = [f](std::span<T const> x, std::span<wide> y) {
      for (std::size_t i = 0; i < x.size(); ++i) {
        y[i] = reference<F>::forward(f, static_cast<wide>(x[i]));
      }
    };
    derivative_subject.nearly = [f](std::span<T const> x, std::span<wide> d) {
      for (std::size_t i = 0; i < x.size(); ++i) {
        d[i] = reference<F>::derivative(f, static_cast<wide>(x[i]));
      }
    };
  }
  forward_subject.exact = [f](T x) { return reference<F>::forward(f, mpfr_number(static_cast<double>(x))); };
  derivative_subject.exact = [f](T x) { return reference<F>::derivative(f, mpfr_number(static_cast<double>(x))); };
  all.push_back(std::move(forward_subject));
  all.push_back(std::move(derivative_subject));
}

/// Every function of the catalogue, with its default parameters, in both directions.
template <class T>
std::vector<subject<T>> subjects() {
  std::vector<subject<T>> all;
  for_each_function(catalogue<T>{}, [&](auto const& f) { add_subjects(all, f); });
  return all;
}

} // namespace rectify::test
