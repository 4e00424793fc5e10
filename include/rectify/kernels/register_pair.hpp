// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/arch.hpp>

namespace rectify {

/// Where the numbers of a pair of registers lie in memory: those of the first before those of the second, or each beside its
/// counterpart in the other.
enum class pair_order { consecutive, interleaved };

/// Two registers, or two pairs of them, that formulas are evaluated on side by side: of numbers, of the integers that hold their
/// bits, or of conditions.
template <class Register, pair_order Order = pair_order::consecutive>
struct register_pair {
  using value_type = typename Register::value_type;

  Register first;
  Register second;

  register_pair() = default;
  [[gnu::always_inline]] register_pair(register_pair const& other) noexcept { *this = other; }
  [[gnu::always_inline]] register_pair& operator=(register_pair const& other) noexcept {
    copy(first, other.first);
    copy(second, other.second);
    return *this;
  }
  [[gnu::always_inline]] register_pair(Register const& first_of_pair, Register const& second_of_pair) noexcept
      : first(first_of_pair), second(second_of_pair) {}
  /// The same number in every lane, as for one register.
  template <class Number>
  requires std::is_arithmetic_v<Number>
  [[gnu::always_inline]] explicit(false) register_pair(Number number) noexcept
      : first(Register(static_cast<value_type>(number))), second(Register(static_cast<value_type>(number))) {}

  [[nodiscard, gnu::always_inline]] friend register_pair operator+(register_pair const& a, register_pair const& b) noexcept {
    return {a.first + b.first, a.second + b.second};
  }
  [[nodiscard, gnu::always_inline]] friend register_pair operator-(register_pair const& a, register_pair const& b) noexcept {
    return {a.first - b.first, a.second - b.second};
  }
  [[nodiscard, gnu::always_inline]] friend register_pair operator*(register_pair const& a, register_pair const& b) noexcept {
    return {a.first * b.first, a.second * b.second};
  }
  [[nodiscard, gnu::always_inline]] friend register_pair operator/(register_pair const& a, register_pair const& b) noexcept {
    return {a.first / b.first, a.second / b.second};
  }
  [[nodiscard, gnu::always_inline]] friend register_pair operator-(register_pair const& x) noexcept {
    return {-x.first, -x.second};
  }
  [[nodiscard, gnu::always_inline]] friend register_pair operator&(register_pair const& a, register_pair const& b) noexcept {
    return {a.first & b.first, a.second & b.second};
  }
  [[nodiscard, gnu::always_inline]] friend register_pair operator|(register_pair const& a, register_pair const& b) noexcept {
    return {a.first | b.first, a.second | b.second};
  }
  [[nodiscard, gnu::always_inline]] friend register_pair operator^(register_pair const& a, register_pair const& b) noexcept {
    return {a.first ^ b.first, a.second ^ b.second};
  }
  [[nodiscard, gnu::always_inline]] friend register_pair operator<<(register_pair const& a, int places) noexcept {
    return {a.first << places, a.second << places};
  }
  [[nodiscard, gnu::always_inline]] friend register_pair operator>>(register_pair const& a, int places) noexcept {
    return {a.first >> places, a.second >> places};
  }
  [[nodiscard, gnu::always_inline]] friend auto operator<(register_pair const& a, register_pair const& b) noexcept {
    return compared(a.first < b.first, a.second < b.second);
  }
  [[nodiscard, gnu::always_inline]] friend auto operator>(register_pair const& a, register_pair const& b) noexcept {
    return compared(a.first > b.first, a.second > b.second);
  }
  [[nodiscard, gnu::always_inline]] friend auto operator<=(register_pair const& a, register_pair const& b) noexcept {
    return compared(a.first <= b.first, a.second <= b.second);
  }
  [[nodiscard, gnu::always_inline]] friend auto operator>=(register_pair const& a, register_pair const& b) noexcept {
    return compared(a.first >= b.first, a.second >= b.second);
  }
  [[nodiscard, gnu::always_inline]] friend auto operator==(register_pair const& a, register_pair const& b) noexcept {
    return compared(a.first == b.first, a.second == b.second);
  }
  [[nodiscard, gnu::always_inline]] friend auto operator!=(register_pair const& a, register_pair const& b) noexcept {
    return compared(a.first != b.first, a.second != b.second);
  }

private:
  // of what a register holds: g++ copies aggregates of wide registers in pieces, through memory, and loads that span two such
  // stores wait for both
  [[gnu::always_inline]] static void copy(Register& to, Register const& from) noexcept {
    if constexpr (requires { to.data; }) {
      to.data = from.data;
    } else {
      to = from;
    }
  }
  template <class Condition>
  [[nodiscard, gnu::always_inline]] static register_pair<Condition, Order> compared(Condition const& a,
                                                                                    Condition const& b) noexcept {
    return {a, b};
  }
};

template <class V>
inline constexpr bool is_register_pair = false;
template <class Register, pair_order Order>
inline constexpr bool is_register_pair<register_pair<Register, Order>> = true;

template <class V>
inline constexpr bool is_interleaved = false;
template <class Register>
inline constexpr bool is_interleaved<register_pair<Register, pair_order::interleaved>> = true;

/// Is a formula a long chain of steps, each of which waits for the one before? Between one register's and the next one's a
/// processor then finds too little else to do, and kernels evaluate it on two registers side by side, step by step. A functor
/// says so by `static constexpr bool is_long_chain = true`. (leaky_relu, of four steps, lost by it.)
template <class F>
inline constexpr bool is_long_chain = requires {
  requires F::is_long_chain;
};

/// Is its derivative from the output one too? It says so by `static constexpr bool is_long_chain_from_output = true`: where the
/// output spares it the exponential, it is a few steps. (In pairs sigmoid, tanh and elu lost by it.)
template <class F>
inline constexpr bool is_long_chain_from_output = requires {
  requires F::is_long_chain_from_output;
};

/// Are results of 16 bits rounded in a second loop (run_pairs)? Those of a long chain, and of a functor that says so by
/// `static constexpr bool is_rounded_apart = true`. (hard_swish gained by it, leaky_relu lost.)
template <class F>
inline constexpr bool is_rounded_apart = is_long_chain<F>;
template <class F>
requires requires {
  F::is_rounded_apart;
}
inline constexpr bool is_rounded_apart<F> = F::is_rounded_apart;

/// What a functor chooses by that name. (With AVX-512 elu lost by the way through memory.)
template <class F>
inline constexpr stage_order stages_in_many_registers = stage_order::through_memory;
template <class F>
requires requires {
  F::stages_in_many_registers;
}
inline constexpr stage_order stages_in_many_registers<F> = F::stages_in_many_registers;

/// Likewise. (On Zen 3 elu gained by going in a row, but not of doubles, and its derivative lost.)
template <class F>
inline constexpr stage_order forward_stages_in_few_registers = stage_order::through_memory;
template <class F>
requires requires {
  F::forward_stages_in_few_registers;
}
inline constexpr stage_order forward_stages_in_few_registers<F> = F::forward_stages_in_few_registers;

/// For two of these pairs: as for their registers.
template <class Register, pair_order Order>
inline constexpr bool has_registers_for_two_pairs<register_pair<Register, Order>> = has_registers_for_two_pairs<Register>;
template <class Register, pair_order Order>
inline constexpr bool has_few_registers_and_fma<register_pair<Register, Order>> = has_few_registers_and_fma<Register>;

} // namespace rectify

namespace rectify::math {

template <class Register, pair_order Order>
struct value_traits<register_pair<Register, Order>> {
  using traits = value_traits<Register>;
  using scalar = typename traits::scalar;
  using pair = register_pair<Register, Order>;
  using condition = register_pair<typename traits::condition, Order>;
  using bits = register_pair<typename traits::bits, Order>;
  static constexpr bool fuses = traits::fuses;
  static constexpr bool masks_results = traits::masks_results;

  [[gnu::always_inline]] static pair select(condition const& where, pair const& yes, pair const& no) noexcept {
    return {traits::select(where.first, yes.first, no.first), traits::select(where.second, yes.second, no.second)};
  }
  [[gnu::always_inline]] static pair select_by_sign_bit(pair const& by, pair const& yes, pair const& no) noexcept
      requires(has_select_by_sign_bit<Register>) {
    return {traits::select_by_sign_bit(by.first, yes.first, no.first),
            traits::select_by_sign_bit(by.second, yes.second, no.second)};
  }
  [[gnu::always_inline]] static pair held_in_register(pair const& x) noexcept {
    return {math::held_in_register(x.first), math::held_in_register(x.second)};
  }
  [[gnu::always_inline]] static pair nan_of(pair const& x) noexcept requires(has_nan_of<Register>) {
    return {traits::nan_of(x.first), traits::nan_of(x.second)};
  }
  [[gnu::always_inline]] static pair replace_by_sign(pair const& x, pair const& y, replacement below, replacement at,
                                                     replacement above) noexcept requires(has_replace_by_sign<Register>) {
    return {traits::replace_by_sign(x.first, y.first, below, at, above),
            traits::replace_by_sign(x.second, y.second, below, at, above)};
  }
  [[gnu::always_inline]] static pair between_bound_and_zero(pair const& x, pair const& bound) noexcept {
    return {math::between_bound_and_zero(x.first, bound.first), math::between_bound_and_zero(x.second, bound.second)};
  }
  [[gnu::always_inline]] static pair scale(pair const& x, pair const& n) noexcept requires(has_scale<Register>) {
    return {traits::scale(x.first, n.first), traits::scale(x.second, n.second)};
  }
  [[gnu::always_inline]] static pair zero_where(condition const& where, pair const& x) noexcept {
    return {traits::zero_where(where.first, x.first), traits::zero_where(where.second, x.second)};
  }
  [[gnu::always_inline]] static pair keep_where(condition const& where, pair const& x) noexcept {
    return {traits::keep_where(where.first, x.first), traits::keep_where(where.second, x.second)};
  }
  [[gnu::always_inline]] static pair fma(pair const& a, pair const& b, pair const& c) noexcept {
    return {traits::fma(a.first, b.first, c.first), traits::fma(a.second, b.second, c.second)};
  }
  [[gnu::always_inline]] static pair fms(pair const& a, pair const& b, pair const& c) noexcept {
    return {traits::fms(a.first, b.first, c.first), traits::fms(a.second, b.second, c.second)};
  }
  [[gnu::always_inline]] static pair fnma(pair const& a, pair const& b, pair const& c) noexcept {
    return {traits::fnma(a.first, b.first, c.first), traits::fnma(a.second, b.second, c.second)};
  }
  [[gnu::always_inline]] static pair at_least(pair const& x, pair const& bound) noexcept {
    return {traits::at_least(x.first, bound.first), traits::at_least(x.second, bound.second)};
  }
  [[gnu::always_inline]] static pair at_most(pair const& x, pair const& bound) noexcept {
    return {traits::at_most(x.first, bound.first), traits::at_most(x.second, bound.second)};
  }
  [[gnu::always_inline]] static bits to_bits(pair const& x) noexcept {
    return {traits::to_bits(x.first), traits::to_bits(x.second)};
  }
  [[gnu::always_inline]] static pair from_bits(bits const& x) noexcept {
    return {traits::from_bits(x.first), traits::from_bits(x.second)};
  }
  [[gnu::always_inline]] static pair as_rounded(pair const& x) noexcept {
    return {traits::as_rounded(x.first), traits::as_rounded(x.second)};
  }
};

} // namespace rectify::math
