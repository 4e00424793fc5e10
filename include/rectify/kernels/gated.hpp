// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/functions/gated.hpp>
#include <rectify/kernels/errors.hpp>
#include <rectify/kernels/loop.hpp>

namespace rectify {

template <class F>
struct forward_gated_operation {
  static constexpr std::size_t inputs = 2;
  static constexpr std::size_t outputs = 1;
  static constexpr bool accumulates = false;
  static constexpr bool is_long_chain = rectify::is_long_chain<F>;
  static constexpr bool has_stages = has_forward_stages<F>;
  static constexpr stage_order stages_in_many_registers = rectify::stages_in_many_registers<F>;
  gated<F> unit;

  template <std::size_t Register, class V>
  [[gnu::always_inline]] constexpr std::array<V, 1> operator()(std::array<V, 2> const& a_b) const noexcept {
    return {unit.forward(a_b[0], a_b[1])};
  }
  template <class V>
  [[nodiscard, gnu::always_inline]] constexpr auto first_stage(std::array<V, 2> const& a_b) const noexcept {
    return unit.f.forward_first_stage(a_b[1]);
  }
  template <class V, class State>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 1> second_stage(std::array<V, 2> const& a_b,
                                                                            State const& state) const noexcept {
    return {V(a_b[0] * unit.f.forward_second_stage(a_b[1], state))};
  }
};

/// The numbers of one array and then of another.
template <class V, std::size_t Count, std::size_t More>
[[nodiscard, gnu::always_inline]] constexpr std::array<V, Count + More> joined(std::array<V, Count> const& numbers,
                                                                               std::array<V, More> const& more) noexcept {
  return [&]<std::size_t... N, std::size_t... M>(std::index_sequence<N...>, std::index_sequence<M...>)
      __attribute__((always_inline)) {
    return std::array<V, Count + More>{numbers[N]..., more[M]...};
  }
  (std::make_index_sequence<Count>{}, std::make_index_sequence<More>{});
}

/// Count numbers of an array, from Begin on.
template <std::size_t Begin, std::size_t Count, class V, std::size_t All>
[[nodiscard, gnu::always_inline]] constexpr std::array<V, Count> part(std::array<V, All> const& numbers) noexcept {
  return [&]<std::size_t... N>(std::index_sequence<N...>) __attribute__((always_inline)) {
    return std::array<V, Count>{numbers[Begin + N]...};
  }
  (std::make_index_sequence<Count>{});
}

template <class F>
struct backward_gated_operation {
  static constexpr std::size_t inputs = 3;
  static constexpr std::size_t outputs = 2;
  static constexpr bool accumulates = false;
  static constexpr bool is_long_chain = rectify::is_long_chain<F>;
  static constexpr bool has_stages = has_forward_stages<F> && has_derivative_stages<F>;
  static constexpr stage_order stages_in_many_registers = rectify::stages_in_many_registers<F>;
  gated<F> unit;

  template <std::size_t Register, class V>
  [[gnu::always_inline]] constexpr std::array<V, 2> operator()(std::array<V, 3> const& a_b_dy) const noexcept {
    auto const& [a, b, dy] = a_b_dy;
    return {unit.backward_linear(b, dy), unit.backward_gate(a, b, dy)};
  }
  template <class V>
  [[nodiscard, gnu::always_inline]] constexpr auto first_stage(std::array<V, 3> const& a_b_dy) const noexcept {
    return joined(unit.f.forward_first_stage(a_b_dy[1]), unit.f.derivative_first_stage(a_b_dy[1]));
  }
  template <class V, std::size_t Count>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> second_stage(std::array<V, 3> const& a_b_dy,
                                                                            std::array<V, Count> const& state) const noexcept {
    auto const& [a, b, dy] = a_b_dy;
    constexpr std::size_t linear = std::tuple_size_v<decltype(unit.f.forward_first_stage(b))>;
    return {scale_gradient(dy, V(unit.f.forward_second_stage(b, part<0, linear>(state)))),
            scale_gradient(V(dy * a), V(unit.f.derivative_second_stage(b, part<linear, Count - linear>(state))))};
  }
};

/// y[i] = a[i] · f(b[i]).
///
/// shapes    a, b and y: contiguous ranges of F::value_type, or for float of numbers stored in 16 bits, of one size, of any
///           alignment; empty ones are fine
/// aliasing  y is exactly a or exactly b, or disjoint from them
/// throws    std::invalid_argument if the sizes differ, if y overlaps a or b in part, or if a parameter of f is outside its
///           domain, before anything is written; built without exceptions, the text goes to stderr and the program aborts
template <class Arch = default_arch, class F, class A, class B, class Y>
[[gnu::always_inline]] inline void forward(gated<F> const& unit, A const& a, B const& b, Y&& y, streaming how = {}) {
  using E = element_of<typename F::value_type, Y>;
  auto const as = name_input<E>("a", a);
  auto const bs = name_input<E>("b", b);
  auto const ys = name_output<E>("y", y);
  check_ranges<Arch>("forward", ys, as, bs);
  check_parameters<Arch>("forward", unit.f);
  run_call<Arch, F>(forward_gated_operation<forward_form_of<F>>{{forward_form(unit.f)}}, std::array{as.data, bs.data},
                    std::array{ys.data}, as.size, how);
}

/// da[i] = dy[i] · f(b[i]) and db[i] = (dy[i] · a[i]) · f'(b[i]), the gradients for the inputs, given the gradient dy for the
/// output. Where f(b[i]) or f'(b[i]) is exactly 0, so is its gradient, +0 whatever a[i] and dy[i] are; where b[i] is NaN, both
/// are NaN.
///
/// shapes    as forward
/// aliasing  da and db are each exactly one of a, b and dy, or disjoint from them; they are disjoint from each other
/// throws    as forward
template <class Arch = default_arch, class F, class A, class B, class DY, class DA, class DB>
[[gnu::always_inline]] inline void backward(gated<F> const& unit, A const& a, B const& b, DY const& dy, DA&& da, DB&& db,
                                            streaming how = {}) {
  static_assert(differentiable_activation<F>, "rectify::backward: a gated unit needs an activation with derivative(x)");
  using E = element_of<typename F::value_type, DA>;
  auto const as = name_input<E>("a", a);
  auto const bs = name_input<E>("b", b);
  auto const dys = name_input<E>("dy", dy);
  auto const das = name_output<E>("da", da);
  auto const dbs = name_output<E>("db", db);
  check_ranges<Arch>("backward", das, as, bs, dys);
  check_ranges<Arch>("backward", dbs, as, bs, dys);
  check_disjoint<Arch>("backward", das, dbs);
  check_parameters<Arch>("backward", unit.f);
  run_call<Arch, F>(backward_gated_operation<derivative_form_of<F>>{{derivative_form(unit.f)}},
                    std::array{as.data, bs.data, dys.data}, std::array{das.data, dbs.data}, as.size, how);
}

} // namespace rectify
