// SPDX-License-Identifier: MIT
#pragma once

#include "support/any_activation.hpp"
#include "support/reference.hpp"
#include "support/variants.hpp"

#include <rectify/kernels/errors.hpp>

#include <limits>
#include <sstream>
#include <stdexcept>

namespace rectify::test {

template <class F>
struct erased_activation final : any_activation<typename F::value_type> {
  using T = typename F::value_type;
  using wide = typename any_activation<T>::wide;
  F f;

  explicit erased_activation(F const& functor) : f(functor) {}

  [[nodiscard]] T call(T x) const override { return f(x); }
  [[nodiscard]] T forward(T x) const override { return f.forward(x); }
  [[nodiscard]] T derivative(T x) const override { return f.derivative(x); }
  [[nodiscard]] T derivative_from_output([[maybe_unused]] T y) const override {
    if constexpr (output_differentiable_activation<F>) {
      return f.derivative_from_output(y);
    } else {
      throw std::logic_error("no derivative from the output");
    }
  }
  [[nodiscard]] T chain(T x, T dy) const override { return rectify::chain(f, x, dy); }
  [[nodiscard]] T forward_by_form(T x) const override {
    T y = 0;
    visit_forward_form(f, [&](auto const& form) {
      if constexpr (has_forward_stages<std::remove_cvref_t<decltype(form)>>) {
        y = form.forward_second_stage(x, form.forward_first_stage(x));
      } else {
        y = form.forward(x);
      }
    });
    return y;
  }
  [[nodiscard]] T chain_by_form(T x, T dy) const override {
    T dx = 0;
    visit_derivative_form(f, [&](auto const& form) {
      if constexpr (has_derivative_stages<std::remove_cvref_t<decltype(form)>>) {
        dx = scale_gradient(dy, form.derivative_second_stage(x, form.derivative_first_stage(x)));
      } else {
        dx = rectify::chain(form, x, dy);
      }
    });
    return dx;
  }
  [[nodiscard]] T chain_from_output([[maybe_unused]] T y, [[maybe_unused]] T dy) const override {
    if constexpr (output_differentiable_activation<F>) {
      return rectify::chain_from_output(f, y, dy);
    } else {
      throw std::logic_error("no derivative from the output");
    }
  }
  [[nodiscard]] T chain_from_output_by_form([[maybe_unused]] T y, [[maybe_unused]] T dy) const override {
    if constexpr (output_differentiable_activation<F>) {
      T dx = 0;
      visit_derivative_from_output_form(f, [&](auto const& form) { dx = rectify::chain_from_output(form, y, dy); });
      return dx;
    } else {
      throw std::logic_error("no derivative from the output");
    }
  }
  [[nodiscard]] wide exact(wide x) const override { return reference<F>::forward(f, x); }
  [[nodiscard]] wide exact_derivative(wide x) const override { return reference<F>::derivative(f, x); }
  [[nodiscard]] std::size_t refused(T value) const override {
    std::size_t count = 0;
    for (parameter<F> const& p : parameters_of<F>()) {
      F changed = f;
      changed.*p.member = value;
      try {
        check_parameters<void>("forward", changed);
      } catch (std::invalid_argument const& error) {
        count += std::string(error.what()).find(p.name) != std::string::npos ? 1U : 0U;
      }
    }
    return count;
  }
  [[nodiscard]] std::size_t parameter_count() const override { return parameters_of<F>().size(); }
};

/// Says a parameter and its value, in a function that is compiled once and not in each of the list's.
inline void append_parameter(std::string& name, char const* parameter, double value) {
  std::ostringstream text;
  text << ' ' << parameter << " = " << value;
  name += text.str();
}

template <kink K, class F>
void add_variants(std::vector<std::unique_ptr<any_activation<typename F::value_type>>>& all) {
  // a functor is a regular aggregate, and nothing but its parameters
  static_assert(std::is_aggregate_v<F> && std::is_trivially_copyable_v<F> && std::regular<F> && differentiable_activation<F>);
  static_assert(parameters_of<F>().size() * sizeof(typename F::value_type) == (std::is_empty_v<F> ? 0 : sizeof(F)),
                "every parameter is listed");
  static_assert(F::max_ulp <= 2 && F::derivative_max_ulp <= 2 && promised_ulp(F{}) <= 2 && promised_derivative_ulp(F{}) <= 2);
  for (F const& f : variants<F>()) {
    auto any = std::make_unique<erased_activation<F>>(f);
    any->name = F::name;
    for (parameter<F> const& p : parameters_of<F>()) {
      append_parameter(any->name, p.name, static_cast<double>(f.*p.member));
    }
    any->name += K == kink::zero ? "" : K == kink::left ? ", kink::left" : ", kink::right";
    any->is_default = f == F{};
    any->is_kink_zero = K == kink::zero;
    any->has_from_output = output_differentiable_activation<F>;
    if constexpr (requires { f.check_from_output(); }) {
      any->has_from_output = any->has_from_output && !f.check_from_output();
    }
    any->exact_error = std::is_same_v<typename F::value_type, double> ? error_in_long_double<F>() : 1e-6;
    any->max_ulp = promised_ulp(f);
    any->derivative_max_ulp = promised_derivative_ulp(f);
    any->near_zero = absolute_bound_of<F>();
    auto const kinks = kinks_of(f);
    any->kinks.assign(kinks.begin(), kinks.end());
    all.push_back(std::move(any));
  }
}

template <class T, template <class, kink> class F>
void add_every_kink(std::vector<std::unique_ptr<any_activation<T>>>& all, F<T, kink::zero> const& f) {
  add_variants<kink::zero, F<T, kink::zero>>(all);
  if constexpr (kinks_of(F<T, kink::zero>{}).size() != 0) { // elsewhere the policy changes nothing
    add_variants<kink::left, F<T, kink::left>>(all);
    add_variants<kink::right, F<T, kink::right>>(all);
  }
  static_cast<void>(f);
}

template <class T>
std::vector<std::unique_ptr<any_activation<T>>> const& every_activation() {
  static std::vector<std::unique_ptr<any_activation<T>>> const all = [] {
    std::vector<std::unique_ptr<any_activation<T>>> list;
    for_each_function(catalogue<T>{}, [&](auto const& f) { add_every_kink<T>(list, f); });
    return list;
  }();
  return all;
}

} // namespace rectify::test
