// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

#include <memory>
#include <string>
#include <type_traits>
#include <vector>

namespace rectify::test {

/// A functor with its parameters behind one type, so that a test which walks along the catalogue is compiled once and not once
/// a function.
template <class T>
struct any_activation {
  /// The type of the exact values: wider than T.
  using wide = std::conditional_t<std::is_same_v<T, float>, double, long double>;

  std::string name;     // with the parameters that are not the default ones, and the policy
  bool is_default;      // the parameters are
  bool is_kink_zero;    // the policy is kink::zero
  bool has_from_output; // the output determines the derivative, with these parameters
  double exact_error;   // of `exact` and `exact_derivative`, in ULP of T
  double max_ulp;
  double derivative_max_ulp;
  absolute_bound near_zero; // from > to where the functor promises none
  std::vector<T> kinks;

  any_activation() = default;
  any_activation(any_activation const&) = delete;
  any_activation& operator=(any_activation const&) = delete;
  virtual ~any_activation() = default;

  [[nodiscard]] virtual T call(T x) const = 0;
  [[nodiscard]] virtual T forward(T x) const = 0;
  [[nodiscard]] virtual T derivative(T x) const = 0;
  [[nodiscard]] virtual T derivative_from_output(T y) const = 0;
  [[nodiscard]] virtual T chain(T x, T dy) const = 0;
  [[nodiscard]] virtual T forward_by_form(T x) const = 0; // as kernels compute it
  [[nodiscard]] virtual T chain_by_form(T x, T dy) const = 0;
  [[nodiscard]] virtual T chain_from_output_by_form(T y, T dy) const = 0;
  [[nodiscard]] virtual T chain_from_output(T y, T dy) const = 0;
  [[nodiscard]] virtual wide exact(wide x) const = 0;
  [[nodiscard]] virtual wide exact_derivative(wide x) const = 0;
  /// How many parameters kernels refuse to be `value`.
  [[nodiscard]] virtual std::size_t refused(T value) const = 0;
  [[nodiscard]] virtual std::size_t parameter_count() const = 0;
};

/// Every function with its default parameters and with others, and with each policy where a function has kinks.
template <class T>
[[nodiscard]] std::vector<std::unique_ptr<any_activation<T>>> const& every_activation();

} // namespace rectify::test
