// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/memory.hpp>

#include <tuple>
#include <utility>

namespace rectify {

/// Says of what is loaded that no number is NaN.
struct without_nan {};

#ifndef XSIMD_NO_SUPPORTED_ARCHITECTURE
/// Floats in the 16 bits that they are stored in, a whole register of them: for formulas that do nothing but compare and select,
/// which then take twice as many at a time and round nothing. What is compared are integers in the order of the numbers.
template <storage S, class A>
class selected_register {
public:
  using integers = xsimd::batch<std::int16_t, A>;
  using condition = xsimd::batch_bool<std::int16_t, A>;

  /// What is in memory. NaNs become quiet at once, as narrowing would make them: what is selected from them needs no second look.
  [[gnu::always_inline]] explicit selected_register(integers const& bits) noexcept
      : is_nan_((bits & integers(0x7fff)) > integers(infinity)), bits_(bits | kept(is_nan_, integers(quiet))) {}
  [[gnu::always_inline]] selected_register(integers const& bits, without_nan) noexcept
      : is_nan_(false), bits_(bits), may_be_nan_(false) {}
  /// A constant that S can hold. What follows from its being one is seen by the compiler.
  [[gnu::always_inline]] explicit selected_register(float x) noexcept
      : is_nan_(x != x), bits_(static_cast<std::int16_t>(static_cast<std::uint16_t>(narrowed<S>(x)))),
        may_be_nan_(!(__builtin_constant_p(x) && x == x)),
        has_no_sign_(__builtin_constant_p(x) && math::to_bits(x) <= math::to_bits(std::numeric_limits<float>::infinity())),
        is_positive_(has_no_sign_ && x > 0) {}

  [[nodiscard, gnu::always_inline]] integers const& bits() const noexcept { return bits_; }

  /// The bits without the signs: an integer above infinity's is a NaN.
  [[nodiscard, gnu::always_inline]] integers magnitudes() const noexcept { return bits_ & integers(0x7fff); }
  [[nodiscard, gnu::always_inline]] static bool is_any_nan(integers const& magnitudes) noexcept {
    condition const is_nan = magnitudes > integers(infinity);
    if constexpr (math::value_traits<xsimd::batch<float, A>>::condition_is_mask) {
      return xsimd::batch_bool<std::int8_t, A>(is_nan.data).mask() != 0;
    } else {
      return xsimd::any(is_nan);
    }
  }

  [[nodiscard, gnu::always_inline]] friend condition operator<(selected_register const& a, selected_register const& b) noexcept {
    return ordered(a, b, b.is_positive_ ? b.bits_ > a.bits_ : b.place() > a.place());
  }
  [[nodiscard, gnu::always_inline]] friend condition operator>(selected_register const& a, selected_register const& b) noexcept {
    return ordered(a, b, is_above(a, b));
  }
  [[nodiscard, gnu::always_inline]] friend condition operator<=(selected_register const& a, selected_register const& b) noexcept {
    auto const above = is_above(a, b);
    return a.may_be_nan_ || b.may_be_nan_ ? !(above | a.is_nan_ | b.is_nan_) : !above;
  }
  [[nodiscard, gnu::always_inline]] friend condition operator>=(selected_register const& a, selected_register const& b) noexcept {
    return b <= a;
  }
  [[nodiscard, gnu::always_inline]] friend condition operator==(selected_register const& a, selected_register const& b) noexcept {
    return ordered(a, b, a.place() == b.place());
  }

  [[nodiscard, gnu::always_inline]] static selected_register select(condition const& where, selected_register const& yes,
                                                                    selected_register const& no) noexcept {
    return {xsimd::select(where, yes.bits_, no.bits_), (where & yes.is_nan_) | xsimd::bitwise_andnot(no.is_nan_, where),
            yes.may_be_nan_ || no.may_be_nan_};
  }
  /// x where the condition holds, and 0 elsewhere.
  [[nodiscard, gnu::always_inline]] static selected_register kept(condition const& where, selected_register const& x) noexcept {
    return {kept(where, x.bits_), where & x.is_nan_, x.may_be_nan_};
  }

private:
  static constexpr std::int16_t infinity = S == storage::bfloat16 ? 0x7f80 : 0x7c00;
  static constexpr std::int16_t quiet = S == storage::bfloat16 ? 0x40 : 0x200;

  [[gnu::always_inline]] selected_register(integers const& quiet_bits, condition const& is_nan, bool may_be_nan) noexcept
      : is_nan_(is_nan), bits_(quiet_bits), may_be_nan_(may_be_nan) {}

  [[nodiscard, gnu::always_inline]] static integers kept(condition const& where, integers const& x) noexcept {
    if constexpr (math::value_traits<xsimd::batch<float, A>>::condition_is_mask) {
      return x & integers(where.data);
    } else {
      return xsimd::select(where, x, integers(0));
    }
  }

  /// The magnitude with the number's sign: zeros of both signs are one place.
  [[nodiscard, gnu::always_inline]] integers place() const noexcept {
#ifdef __AVX2__
    if constexpr (std::is_base_of_v<xsimd::avx2, A>) {
      return _mm256_sign_epi16(magnitudes(), bits_);
    }
#endif
    integers const sign = bits_ >> 15; // all ones or zeros
    return (bits_ ^ (sign & integers(0x7fff))) - sign;
  }

  /// Is a above b, NaNs aside? Whatever has a sign lies below 0 as an integer too.
  [[nodiscard, gnu::always_inline]] static condition is_above(selected_register const& a, selected_register const& b) noexcept {
    return b.has_no_sign_ ? a.bits_ > b.bits_ : a.place() > b.place();
  }
  [[nodiscard, gnu::always_inline]] static condition ordered(selected_register const& a, selected_register const& b,
                                                             condition const& result) noexcept {
    return a.may_be_nan_ || b.may_be_nan_ ? xsimd::bitwise_andnot(result, a.is_nan_ | b.is_nan_) : result;
  }

  condition is_nan_;
  integers bits_;
  // what the compiler knows: the branches that ask for it are none
  bool may_be_nan_ = true;
  bool has_no_sign_ = false;
  bool is_positive_ = false;
};

/// Can numbers of E be selected from on Arch, as registers of this type?
template <class E, class Arch>
using selected_register_of = selected_register<storage_of<E>, typename register_of<std::int16_t, Arch>::arch_type>;
template <class E, class Arch>
inline constexpr bool has_selected_register = stored_in_16_bits<E>&& has_register<float, Arch>&& has_register<std::int16_t, Arch>;

template <storage S, class A>
inline constexpr std::size_t lanes<selected_register<S, A>> = xsimd::batch<std::int16_t, A>::size;

template <math::value V, stored_in_16_bits E>
[[nodiscard, gnu::always_inline]] inline V load(E const* from, without_nan known) noexcept {
  return V(V::integers::load_unaligned(reinterpret_cast<std::int16_t const*>(from)), known);
}

/// Is there a NaN among the numbers of Values registers of each input, from i on?
template <math::value V, std::size_t Values, class Inputs>
[[nodiscard, gnu::always_inline]] inline bool is_any_nan(Inputs const& inputs, std::size_t i) noexcept {
  auto const largest = [&]<std::size_t... R>(auto const* from, std::index_sequence<R...>) __attribute__((always_inline)) {
    auto const magnitudes_at = [&](std::size_t place) __attribute__((always_inline)) {
      return rectify::load<V>(from + place, without_nan{}).magnitudes();
    };
    auto magnitudes = magnitudes_at(i);
    ((magnitudes = xsimd::max(magnitudes, magnitudes_at(i + (R + 1) * lanes<V>))), ...);
    return magnitudes;
  };
  constexpr auto others = std::make_index_sequence<Values - 1>{};
  return std::apply(
      [&](auto const* first, auto const*... inputs_behind) __attribute__((always_inline)) {
        auto magnitudes = largest(first, others);
        ((magnitudes = xsimd::max(magnitudes, largest(inputs_behind, others))), ...);
        return V::is_any_nan(magnitudes);
      },
      inputs);
}
#else
template <class E, class Arch>
struct selected_register_of {};
template <class E, class Arch>
inline constexpr bool has_selected_register = false;
#endif

} // namespace rectify

#ifndef XSIMD_NO_SUPPORTED_ARCHITECTURE
namespace rectify::math {

template <storage S, class A>
struct value_traits<selected_register<S, A>> {
  using scalar = float;
  using register_type = selected_register<S, A>;
  using condition = typename register_type::condition;

  [[gnu::always_inline]] static register_type select(condition const& where, register_type const& yes,
                                                     register_type const& no) noexcept {
    return register_type::select(where, yes, no);
  }
  [[gnu::always_inline]] static register_type zero_where(condition const& where, register_type const& x) noexcept {
    return register_type::kept(!where, x);
  }
  [[gnu::always_inline]] static register_type keep_where(condition const& where, register_type const& x) noexcept {
    return register_type::kept(where, x);
  }
  [[gnu::always_inline]] static register_type at_least(register_type const& x, register_type const& bound) noexcept {
    return select(x < bound, bound, x);
  }
  [[gnu::always_inline]] static register_type at_most(register_type const& x, register_type const& bound) noexcept {
    return select(x > bound, bound, x);
  }
};

} // namespace rectify::math
#endif
