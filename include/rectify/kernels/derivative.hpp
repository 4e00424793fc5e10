// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/errors.hpp>
#include <rectify/kernels/loop.hpp>

namespace rectify {

template <class F>
struct derivative_operation {
  static constexpr std::size_t inputs = 1;
  static constexpr std::size_t outputs = 1;
  static constexpr bool accumulates = false;
  static constexpr bool only_selects = rectify::only_selects<F>;
  static constexpr bool is_long_chain = rectify::is_long_chain<F>;
  static constexpr bool is_rounded_apart = rectify::is_rounded_apart<F>;
  static constexpr bool has_stages = has_derivative_stages<F>;
  static constexpr stage_order stages_in_many_registers = rectify::stages_in_many_registers<F>;
  F f;

  template <class Use>
  [[gnu::always_inline]] constexpr void visit_form(Use const& use) const noexcept {
    visit_derivative_form(
        f, [&](auto const& form)
               __attribute__((always_inline)) { use(derivative_operation<std::remove_cvref_t<decltype(form)>>{form}); });
  }

  template <std::size_t Register, class V>
  [[gnu::always_inline]] constexpr std::array<V, 1> operator()(std::array<V, 1> const& x) const noexcept {
    return {f.derivative(x[0])};
  }
  template <class V>
  [[nodiscard, gnu::always_inline]] constexpr auto first_stage(std::array<V, 1> const& x) const noexcept {
    return f.derivative_first_stage(x[0]);
  }
  template <class V, class State>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 1> second_stage(std::array<V, 1> const& x,
                                                                            State const& state) const noexcept {
    return {f.derivative_second_stage(x[0], state)};
  }
};

/// d[i] = f'(x[i]).
///
/// shapes    x and d: contiguous ranges of F::value_type, or for float of numbers stored in 16 bits, of one size, of any
///           alignment; empty ones are fine
/// aliasing  d is exactly x, or disjoint from it
/// throws    std::invalid_argument if the sizes differ, if d overlaps x in part, or if a parameter of f is outside its domain,
///           before anything is written; built without exceptions, the text goes to stderr and the program aborts
/// how       from which size on d is written past the caches; by default where they could not keep it
template <class Arch = default_arch, class F, class X, class D>
[[gnu::always_inline]] inline void derivative(F const& f, X const& x, D&& d, streaming how = {}) {
  static_assert(differentiable_activation<F>, "rectify::derivative: the first argument must be an activation with derivative(x)");
  using E = element_of<typename F::value_type, D>;
  auto const xs = name_input<E>("x", x);
  auto const ds = name_output<E>("d", d);
  check_ranges<Arch>("derivative", ds, xs);
  check_parameters<Arch>("derivative", f);
  run_call<Arch, F>(derivative_operation<derivative_form_of<F>>{derivative_form(f)}, std::array{xs.data}, std::array{ds.data},
                    xs.size, how);
}

} // namespace rectify
