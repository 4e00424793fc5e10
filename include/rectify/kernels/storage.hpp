// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/math.hpp>

#include <compare>
#include <concepts>
#include <cstdint>
#include <type_traits>

/// Floats of 16 bits: how they are kept in memory. Kernels widen them to float in the register, compute there, and round each
/// result once, to nearest even.
namespace rectify {

/// The formats of 16 bits.
enum class storage {
  none,     ///< no format of 16 bits
  bfloat16, ///< the upper half of a float: 8 bits of exponent, 7 of significand
  float16,  ///< IEEE 754 binary16: 5 bits of exponent, 10 of significand
};

/// The pattern of x, rounded to bfloat16: its upper half is what is kept, its lower half is whatever it may be. For an x that is
/// no NaN.
template <math::value V>
[[nodiscard, gnu::always_inline]] constexpr math::bits_of<V> number_rounded_to_bfloat16(V const& x) noexcept {
  using bits = math::bits_of<V>;
  bits const pattern = math::to_bits(x);
  return pattern + bits(0x7fffU) + ((pattern >> 16) & bits(1U));
}

/// The same for any x.
template <math::value V>
[[nodiscard, gnu::always_inline]] constexpr math::bits_of<V> rounded_to_bfloat16(V const& x) noexcept {
  V const quiet = math::from_bits<V>(math::to_bits(x) | math::bits_of<V>(0x400000U));
  return math::to_bits(math::select(x == x, math::from_bits<V>(number_rounded_to_bfloat16(x)), quiet));
}

/// The bits that S keeps of each number of x, rounded to nearest even, in the low half of an integer whose high half is 0. Too
/// large numbers become infinite, subnormal ones are kept, and NaN stays a quiet NaN with what its payload can keep.
template <storage S, math::value V>
[[nodiscard, gnu::always_inline]] constexpr math::bits_of<V> narrowed(V const& x) noexcept {
  using bits = math::bits_of<V>;
  if constexpr (S == storage::bfloat16) {
    return rounded_to_bfloat16(x) >> 16;
  } else {
    bits const pattern = math::to_bits(x);
    V const magnitude = math::abs(x);
    bits const capped = math::to_bits(math::at_most(magnitude, V(65536))); // infinity, where exponents are those of float16
    bits const normal = (capped + bits(0xfffU - 0x38000000U) + ((capped >> 13) & bits(1U))) >> 13;
    bits const subnormal = math::to_bits(math::as_rounded(V(magnitude + V(0.5F)))) - bits(0x3f000000U); // in units of 2^-24
    bits const quiet = ((pattern >> 13) & bits(0x3ffU)) | bits(0x7e00U);
    V const number = math::select(magnitude < V(0x1p-14F), math::from_bits<V>(subnormal), math::from_bits<V>(normal));
    return math::to_bits(math::select(x == x, number, math::from_bits<V>(quiet))) | ((pattern >> 16) & bits(0x8000U));
  }
}

/// The numbers whose bits in S are the low halves of the integers, whose high halves are 0. A NaN of float16 comes back quiet.
template <storage S, math::value V>
[[nodiscard, gnu::always_inline]] constexpr V widened(math::bits_of<V> const& kept) noexcept {
  using bits = math::bits_of<V>;
  if constexpr (S == storage::bfloat16) {
    return math::from_bits<V>(kept << 16);
  } else {
    // the exponent's bias is off by 112; more at the two ends of the scale. No step meets a subnormal float, which the mode of
    // the machine may take for 0.
    bits const biased = ((kept & bits(0x7fffU)) << 13) + bits(0x38000000U);
    V const normal = math::from_bits<V>(biased);
    V const subnormal = math::from_bits<V>(biased + bits(0x800000U)) - V(0x1p-14F);
    bits const infinite = biased + bits(0x38000000U);
    V const special =
        math::select(normal > V(65536), math::from_bits<V>(infinite | bits(0x400000U)), math::from_bits<V>(infinite));
    V const magnitude = math::select(normal < V(0x1p-14F), subnormal, math::select(normal >= V(65536), special, normal));
    return math::from_bits<V>(math::to_bits(magnitude) | ((kept & bits(0x8000U)) << 16));
  }
}

/// A number kept in 16 bits. It holds bits, converts and compares; arithmetic is float's. Rounded to nearest even.
/// It may alias: kernels reach ranges of other types of 16 bits as ranges of this one.
template <storage S>
class [[gnu::may_alias]] stored_float {
public:
  stored_float() = default;
  [[gnu::always_inline]] constexpr explicit stored_float(float x) noexcept : bits_(static_cast<std::uint16_t>(narrowed<S>(x))) {}

  [[nodiscard, gnu::always_inline]] static constexpr stored_float from_bits(std::uint16_t bits) noexcept {
    stored_float x;
    x.bits_ = bits;
    return x;
  }
  [[nodiscard, gnu::always_inline]] constexpr std::uint16_t bits() const noexcept { return bits_; }

  [[nodiscard, gnu::always_inline]] constexpr explicit operator float() const noexcept { return widened<S, float>(bits_); }

  /// As of the numbers: -0 equals +0, and NaN nothing.
  [[nodiscard, gnu::always_inline]] friend constexpr bool operator==(stored_float a, stored_float b) noexcept {
    return static_cast<float>(a) == static_cast<float>(b);
  }
  [[nodiscard, gnu::always_inline]] friend constexpr std::partial_ordering operator<=>(stored_float a, stored_float b) noexcept {
    return static_cast<float>(a) <=> static_cast<float>(b);
  }

private:
  std::uint16_t bits_;
};

using bfloat16 = stored_float<storage::bfloat16>;
using float16 = stored_float<storage::float16>;

/// The format of E. A type of 16 bits of your own, or of another library, takes one line:
///   template <> inline constexpr auto rectify::storage_of<Eigen::half> = rectify::storage::float16;
template <class E>
inline constexpr storage storage_of = storage::none;

template <storage S>
inline constexpr storage storage_of<stored_float<S>> = S;

// std::float16_t too, where there is <stdfloat>. Before 13, g++ has the macro but not the type in C++, but on x86.
#if defined(__FLT16_MANT_DIG__) && (defined(__clang__) || __GNUC__ >= 13 || defined(__x86_64__) || defined(__i386__))
template <>
inline constexpr storage storage_of<_Float16> = storage::float16;
#endif
#ifdef __BFLT16_MANT_DIG__ // std::bfloat16_t too
template <>
inline constexpr storage storage_of<__bf16> = storage::bfloat16;
#endif

/// E, or the const E of an input, is stored in 16 bits.
template <class E>
concept stored_in_16_bits = storage_of<std::remove_cv_t<E>>
!= storage::none && sizeof(E) == 2 && std::is_trivially_copyable_v<E>;

/// What numbers of E are computed in.
template <class E>
using computed_in = std::conditional_t<stored_in_16_bits<E>, float, E>;

/// Does a formula or an operation nothing but compare and select, with constants that both formats of 16 bits can hold? A functor
/// says so of all its members by `static constexpr bool only_selects = true`.
template <class F>
inline constexpr bool only_selects = requires {
  requires F::only_selects;
};

} // namespace rectify
