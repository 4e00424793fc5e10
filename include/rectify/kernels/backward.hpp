// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/errors.hpp>
#include <rectify/kernels/fold.hpp>
#include <rectify/kernels/loop.hpp>
#include <rectify/kernels/pairwise_sum.hpp>

#include <algorithm>

namespace rectify {

template <class F>
struct backward_operation {
  static constexpr std::size_t inputs = 2;
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
               __attribute__((always_inline)) { use(backward_operation<std::remove_cvref_t<decltype(form)>>{form}); });
  }

  template <std::size_t Register, class V>
  [[gnu::always_inline]] constexpr std::array<V, 1> operator()(std::array<V, 2> const& x_dy) const noexcept {
    return {chain(f, x_dy[0], x_dy[1])};
  }
  template <class V>
  [[nodiscard, gnu::always_inline]] constexpr auto first_stage(std::array<V, 2> const& x_dy) const noexcept {
    return f.derivative_first_stage(x_dy[0]);
  }
  template <class V, class State>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 1> second_stage(std::array<V, 2> const& x_dy,
                                                                            State const& state) const noexcept {
    return {scale_gradient(x_dy[1], V(f.derivative_second_stage(x_dy[0], state)))};
  }
};

template <class F>
struct backward_from_output_operation {
  static constexpr std::size_t inputs = 2;
  static constexpr std::size_t outputs = 1;
  static constexpr bool accumulates = false;
  static constexpr bool only_selects = rectify::only_selects<F>;
  static constexpr bool is_long_chain = rectify::is_long_chain_from_output<F>;
  static constexpr bool is_rounded_apart = rectify::is_rounded_apart<F>;
  F f;

  template <class Use>
  [[gnu::always_inline]] constexpr void visit_form(Use const& use) const noexcept {
    visit_derivative_from_output_form(
        f, [&](auto const& form) __attribute__((always_inline)) {
          use(backward_from_output_operation<std::remove_cvref_t<decltype(form)>>{form});
        });
  }

  template <std::size_t Register, class V>
  [[gnu::always_inline]] constexpr std::array<V, 1> operator()(std::array<V, 2> const& y_dy) const noexcept {
    return {chain_from_output(f, y_dy[0], y_dy[1])};
  }
};

/// backward_operation that also adds up dy · slope_derivative(x), each lane of the step for itself.
/// `slope_form` computes f'(x), as f itself does.
template <class F, class SlopeForm, class V, std::size_t Step = accumulating_step_bytes>
struct backward_with_slope_operation {
  static constexpr std::size_t inputs = 2;
  static constexpr std::size_t outputs = 1;
  static constexpr bool accumulates = true;
  static constexpr std::size_t step_bytes = Step;
  F f;
  SlopeForm slope_form;
  std::array<plain_sum<V>, Step / sizeof(V)> sums;

  template <std::size_t Register>
  [[gnu::always_inline]] constexpr std::array<V, 1> operator()(std::array<V, 2> const& x_dy) noexcept {
    V const x = math::held_in_register(x_dy[0]); // g++ loads it for each of its uses
    sums[Register].value = add_slope_gradient(f, sums[Register].value, x, x_dy[1]);
    return {chain(slope_form, x, x_dy[1])};
  }
};

/// The elements that are added up lane by lane before their sum enters the pairwise sum.
inline constexpr std::size_t summation_block = 4096;

/// dx[i] = dy[i] · f'(x[i]) for i < size; returns the sum of dy[i] · slope_derivative(x[i]), added up lane by lane.
template <class Arch, class F, class E>
[[nodiscard, gnu::always_inline]] inline typename F::value_type backward_of_block(F const& f, E const* x, E const* dy, E* dx,
                                                                                  std::size_t size, bool streams) noexcept {
  using T = typename F::value_type;
  using V = register_of<T, Arch>;
  T sum = 0;
  visit_derivative_form(
      f, [&](auto const& form) __attribute__((always_inline)) {
        auto const start = sums_of_step(plain_sum<V>{V(T(0))});
        backward_with_slope_operation<F, std::remove_cvref_t<decltype(form)>, V> operation{f, form, start};
        run<Arch, T>(operation, std::array{x, dy}, std::array{dx}, size, streams);
        fold_registers<accumulating_step_bytes / sizeof(V), V, plain_sum>(operation.sums);
        sum = first_lane(operation.sums[0].value);
      });
  return sum;
}

/// The same for any size.
template <class Arch, class F, class E>
[[nodiscard]] typename F::value_type backward_with_slope(F const& f, E const* x, E const* dy, E* dx, std::size_t size,
                                                         bool streams) noexcept;

/// The same for more than a block: the pairwise sum of the blocks' sums, of a call each, lest a block be compiled twice.
template <class Arch, class F, class E>
[[nodiscard, gnu::noinline]] typename F::value_type backward_of_blocks(F const& f, E const* x, E const* dy, E* dx,
                                                                       std::size_t size, bool streams) noexcept {
  pairwise_sum<Arch, typename F::value_type> total;
  for (std::size_t i = 0; i < size; i += summation_block) {
    total.add(backward_with_slope<Arch>(f, x + i, dy + i, dx + i, std::min(summation_block, size - i), streams));
  }
  return total.total();
}

template <class Arch, class F, class E>
typename F::value_type backward_with_slope(F const& f, E const* x, E const* dy, E* dx, std::size_t size, bool streams) noexcept {
  // apart, since short runs of channels come by the million
  return size <= summation_block ? backward_of_block<Arch>(f, x, dy, dx, size, streams)
                                 : backward_of_blocks<Arch>(f, x, dy, dx, size, streams);
}

template <class F, class E = typename F::value_type>
struct backward_with_slope_kernel {
  using T = typename F::value_type;
  using signature = T(F, E const*, E const*, E*, std::size_t, bool);

  template <class Arch>
  [[gnu::always_inline]] static T run(F const& f, E const* x, E const* dy, E* dx, std::size_t size, bool streams) noexcept {
    return backward_with_slope<Arch, F, E>(f, x, dy, dx, size, streams);
  }
};

/// dx[i] = dy[i] · f'(x[i]), the gradient for the input, given the gradient dy for the output. Where f'(x[i]) is exactly 0, dx[i]
/// is +0 whatever dy[i] is; where x[i] is NaN, dx[i] is NaN.
///
/// shapes    x, dy, dx: contiguous ranges of F::value_type, or for float of numbers stored in 16 bits, of one size, of any
///           alignment; empty ones are fine
/// aliasing  dx is exactly x or exactly dy, or disjoint from them
/// throws    std::invalid_argument if the sizes differ, if dx overlaps x or dy in part, or if a parameter of f is outside its
///           domain, before anything is written; built without exceptions, the text goes to stderr and the program aborts
/// how       from which size on dx is written past the caches; by default where they could not keep it
template <class Arch = default_arch, class F, class X, class DY, class DX>
[[gnu::always_inline]] inline void backward(F const& f, X const& x, DY const& dy, DX&& dx, streaming how = {}) {
  static_assert(differentiable_activation<F>, "rectify::backward: the first argument must be an activation with derivative(x)");
  using E = element_of<typename F::value_type, DX>;
  auto const xs = name_input<E>("x", x);
  auto const dys = name_input<E>("dy", dy);
  auto const dxs = name_output<E>("dx", dx);
  check_ranges<Arch>("backward", dxs, xs, dys);
  check_parameters<Arch>("backward", f);
  run_call<Arch, F>(backward_operation<derivative_form_of<F>>{derivative_form(f)}, std::array{xs.data, dys.data},
                    std::array{dxs.data}, xs.size, how);
}

/// The same for an activation with a parameter to learn, and dslope = sum of dy[i] · slope_derivative(x[i]): for prelu, of
/// x[i] · dy[i] where x[i] < 0. dslope is overwritten, with 0 for empty ranges.
///
/// The sum is taken lane by lane within blocks and pairwise over them, in an order that depends on the positions alone.
/// aliasing  as above; dslope must not lie within dx, nor within x or dy unless it is their only element
template <class Arch = default_arch, class F, class X, class DY, class DX>
[[gnu::always_inline]] inline void backward(F const& f, X const& x, DY const& dy, DX&& dx, typename F::value_type& dslope,
                                            streaming how = {}) {
  static_assert(trainable_activation<F>, "rectify::backward: a slope gradient needs an activation with slope_derivative(x)");
  using E = element_of<typename F::value_type, DX>;
  auto const xs = name_input<E>("x", x);
  auto const dys = name_input<E>("dy", dy);
  auto const dxs = name_output<E>("dx", dx);
  check_ranges<Arch>("backward", dxs, xs, dys);
  named_range<typename F::value_type> const dslopes{"dslope", &dslope, 1};
  check_overlap<Arch>("backward", dslopes, xs);
  check_overlap<Arch>("backward", dslopes, dys);
  check_disjoint<Arch>("backward", dslopes, dxs);
  check_parameters<Arch>("backward", f);
  bool const streams = is_streamed<Arch>(3 * xs.bytes(), how);
  dslope = run_kernel<Arch, in_storage<F, E>, backward_with_slope_kernel<F, E>>(f, xs.data, dys.data, dxs.data, xs.size, streams);
  if (streams) {
    end_streaming<Arch>();
  }
}

/// dx[i] = dy[i] · f'(x[i]), computed from y[i] = f(x[i]). As backward; a functor may restrict its parameters further, so that
/// the output determines the derivative.
template <class Arch = default_arch, class F, class Y, class DY, class DX>
[[gnu::always_inline]] inline void backward_from_output(F const& f, Y const& y, DY const& dy, DX&& dx, streaming how = {}) {
  static_assert(
      output_differentiable_activation<F>,
      "rectify::backward_from_output: the output of this activation does not determine its derivative; keep x and use backward");
  using E = element_of<typename F::value_type, DX>;
  auto const ys = name_input<E>("y", y);
  auto const dys = name_input<E>("dy", dy);
  auto const dxs = name_output<E>("dx", dx);
  check_ranges<Arch>("backward_from_output", dxs, ys, dys);
  check_parameters<Arch>("backward_from_output", f);
  check_parameters_from_output<Arch>("backward_from_output", f);
  run_call<Arch, F>(backward_from_output_operation<derivative_form_of<F>>{derivative_form(f)}, std::array{ys.data, dys.data},
                    std::array{dxs.data}, ys.size, how);
}

} // namespace rectify
