// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/errors.hpp>
#include <rectify/kernels/loop.hpp>

namespace rectify {

template <class F>
struct forward_operation {
  static constexpr std::size_t inputs = 1;
  static constexpr std::size_t outputs = 1;
  static constexpr bool accumulates = false;
  static constexpr bool only_selects = rectify::only_selects<F>;
  static constexpr bool is_long_chain = rectify::is_long_chain<F>;
  static constexpr bool is_rounded_apart = rectify::is_rounded_apart<F>;
  static constexpr bool has_stages = has_forward_stages<F>;
  static constexpr stage_order stages_in_many_registers = rectify::stages_in_many_registers<F>;
  static constexpr stage_order stages_in_few_registers = rectify::forward_stages_in_few_registers<F>;
  F f;

  template <class Use>
  [[gnu::always_inline]] constexpr void visit_form(Use const& use) const noexcept {
    visit_forward_form(
        f, [&](auto const& form)
               __attribute__((always_inline)) { use(forward_operation<std::remove_cvref_t<decltype(form)>>{form}); });
  }

  template <std::size_t Register, class V>
  [[gnu::always_inline]] constexpr std::array<V, 1> operator()(std::array<V, 1> const& x) const noexcept {
    return {f.forward(x[0])};
  }
  template <class V>
  [[nodiscard, gnu::always_inline]] constexpr auto first_stage(std::array<V, 1> const& x) const noexcept {
    return f.forward_first_stage(x[0]);
  }
  template <class V, class State>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 1> second_stage(std::array<V, 1> const& x,
                                                                            State const& state) const noexcept {
    return {f.forward_second_stage(x[0], state)};
  }
};

/// y[i] = f(x[i]).
///
/// shapes    x and y: contiguous ranges of F::value_type, or for float of numbers stored in 16 bits, of one size, of any
///           alignment; empty ones are fine
/// aliasing  y is exactly x, or disjoint from it
/// throws    std::invalid_argument if the sizes differ, if y overlaps x in part, or if a parameter of f is outside its domain,
///           before anything is written; built without exceptions, the text goes to stderr and the program aborts
/// how       from which size on y is written past the caches; by default where they could not keep it
/// Arch      an xsimd instruction set, `forward<xsimd::sse2>(f, x, y)`; by default the best that the compiler flags allow
template <class Arch = default_arch, class F, class X, class Y>
[[gnu::always_inline]] inline void forward(F const& f, X const& x, Y&& y, streaming how = {}) {
  static_assert(activation<F>, "rectify::forward: the first argument must be an activation: value_type and forward(x)");
  using E = element_of<typename F::value_type, Y>;
  auto const xs = name_input<E>("x", x);
  auto const ys = name_output<E>("y", y);
  check_ranges<Arch>("forward", ys, xs);
  check_parameters<Arch>("forward", f);
  run_call<Arch, F>(forward_operation<forward_form_of<F>>{forward_form(f)}, std::array{xs.data}, std::array{ys.data}, xs.size,
                    how);
}

/// xy[i] = f(xy[i]), in place. See forward(f, x, y).
template <class Arch = default_arch, class F, class XY>
[[gnu::always_inline]] inline void forward(F const& f, XY&& xy) {
  rectify::forward<Arch>(f, xy, xy);
}

} // namespace rectify
