// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/memory.hpp>

namespace rectify {

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
  /// A constant that S can hold. What follows from its being one is seen by the compiler.
  [[gnu::always_inline]] explicit selected_register(float x) noexcept
      : is_nan_(x != x), bits_(static_cast<std::int16_t>(static_cast<std::uint16_t>(narrowed<S>(x)))),
        has_no_sign_(__builtin_constant_p(x) && math::to_bits(x) <= math::to_bits(std::numeric_limits<float>::infinity())),
        is_positive_(has_no_sign_ && x > 0) {}

  [[nodiscard, gnu::always_inline]] integers const& bits() const noexcept { return bits_; }

  [[nodiscard, gnu::always_inline]] friend condition operator<(selected_register const& a, selected_register const& b) noexcept {
    return ordered(a, b, b.is_positive_ ? b.bits_ > a.bits_ : b.place() > a.place());
  }
  [[nodiscard, gnu::always_inline]] friend condition operator>(selected_register const& a, selected_register const& b) noexcept {
    return ordered(a, b, is_above(a, b));
  }
  [[nodiscard, gnu::always_inline]] friend condition operator<=(selected_register const& a, selected_register const& b) noexcept {
    return !(is_above(a, b) | a.is_nan_ | b.is_nan_);
  }
  [[nodiscard, gnu::always_inline]] friend condition operator>=(selected_register const& a, selected_register const& b) noexcept {
    return b <= a;
  }
  [[nodiscard, gnu::always_inline]] friend condition operator==(selected_register const& a, selected_register const& b) noexcept {
    return ordered(a, b, a.place() == b.place());
  }

  [[nodiscard, gnu::always_inline]] static selected_register select(condition const& where, selected_register const& yes,
                                                                    selected_register const& no) noexcept {
    return {xsimd::select(where, yes.bits_, no.bits_), (where & yes.is_nan_) | xsimd::bitwise_andnot(no.is_nan_, where)};
  }
  /// x where the condition holds, and 0 elsewhere.
  [[nodiscard, gnu::always_inline]] static selected_register kept(condition const& where, selected_register const& x) noexcept {
    return {kept(where, x.bits_), where & x.is_nan_};
  }

private:
  static constexpr std::int16_t infinity = S == storage::bfloat16 ? 0x7f80 : 0x7c00;
  static constexpr std::int16_t quiet = S == storage::bfloat16 ? 0x40 : 0x200;

  [[gnu::always_inline]] selected_register(integers const& quiet_bits, condition const& is_nan) noexcept
      : is_nan_(is_nan), bits_(quiet_bits) {}

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
      return _mm256_sign_epi16(bits_ & integers(0x7fff), bits_);
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
    return xsimd::bitwise_andnot(result, a.is_nan_ | b.is_nan_);
  }

  condition is_nan_;
  integers bits_;
  // what the compiler knows of a constant: the branches that ask for it are none
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
