// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/math/value.hpp>

namespace rectify::math {

/// Does the compiler turn a scalar fma into one instruction? Asked of its feature macros, of which each compiler and
/// machine defines another; without the instruction the call of the C library would cost a hundred times the rest.
#if defined(__FP_FAST_FMAF) || defined(__FMA__) || defined(__ARM_FEATURE_FMA) || defined(__CUDA_ARCH__) ||                       \
    (defined(__riscv_flen) && __riscv_flen >= 64)
inline constexpr bool scalar_fma_is_fast = true;
#else
inline constexpr bool scalar_fma_is_fast = false;
#endif

/// a · b + c rounded once, by rounded operations alone: for constant evaluation in a compiler whose builtin is not constant.
/// Needs no overflow or underflow in a · b. After S. Boldo and G. Melquiond, "Emulation of FMA and correctly rounded sums:
/// proved algorithms using rounding to odd", IEEE Transactions on Computers 57(4), 2008.
template <std::floating_point T>
[[nodiscard, gnu::always_inline]] constexpr T fma_by_parts(T a, T b, T c) noexcept {
  struct pair {
    T sum;
    T error;
  };
  auto const two_sum = [](T x, T y) constexpr->pair {
    T const sum = x + y;
    T const part = sum - x;
    return {sum, (x - (sum - part)) + (y - part)};
  };
  auto const split = [](T x) constexpr->pair {
    T const scaled = x * T((std::uint64_t{1} << ((std::numeric_limits<T>::digits + 1) / 2)) + 1);
    T const high = scaled - (scaled - x);
    return {high, x - high};
  };
  T const product = a * b;
  pair const as = split(a);
  pair const bs = split(b);
  T const product_error = as.error * bs.error - (((product - as.sum * bs.sum) - as.error * bs.sum) - as.sum * bs.error);
  pair const low = two_sum(c, product_error);
  pair const high = two_sum(product, low.sum);
  pair odd = two_sum(low.error, high.error);
  if (odd.error != T(0)) { // round the small sum to odd, so that the last rounding sees which side it lies on
    using bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    auto pattern = __builtin_bit_cast(bits, odd.sum); // libc++ 13 has no std::bit_cast
    if ((pattern & 1U) == 0) {
      pattern = (odd.error > T(0)) == (odd.sum > T(0)) ? pattern + 1 : pattern - 1;
      odd.sum = __builtin_bit_cast(T, pattern);
    }
  }
  return high.sum + odd.sum;
}

template <std::floating_point T>
struct value_traits<T> {
  using scalar = T;
  using bits = std::conditional_t<sizeof(T) == sizeof(std::uint32_t), std::uint32_t, std::uint64_t>;
  static constexpr bool fuses = scalar_fma_is_fast;

  [[gnu::always_inline]] static constexpr T select(bool condition, T yes, T no) noexcept { return condition ? yes : no; }
  [[gnu::always_inline]] static constexpr T zero_where(bool condition, T x) noexcept { return condition ? T(0) : x; }
  [[gnu::always_inline]] static constexpr T keep_where(bool condition, T x) noexcept { return condition ? x : T(0); }
  [[gnu::always_inline]] static constexpr T at_least(T x, T bound) noexcept { return x < bound ? bound : x; }
  [[gnu::always_inline]] static constexpr T at_most(T x, T bound) noexcept { return x > bound ? bound : x; }

  [[gnu::always_inline]] static constexpr T fma(T a, T b, T c) noexcept {
    if constexpr (!fuses) {
      return a * b + c;
    } else {
#if defined(__clang__)
      if (std::is_constant_evaluated()) {
        return fma_by_parts(a, b, c);
      }
#endif
      if constexpr (std::same_as<T, float>) {
        return __builtin_fmaf(a, b, c);
      } else if constexpr (std::same_as<T, double>) {
        return __builtin_fma(a, b, c);
      } else {
        return __builtin_fmal(a, b, c);
      }
    }
  }

  [[gnu::always_inline]] static constexpr T fms(T a, T b, T c) noexcept {
    return fma(a, b, -c);
  }
  [[gnu::always_inline]] static constexpr T fnma(T a, T b, T c) noexcept {
    return fma(-a, b, c);
  }

  // Not std::bit_cast: at -O0 with -mavx that would be a function of AVX code without an instruction set in its name.
  [[gnu::always_inline]] static constexpr bits to_bits(T x) noexcept {
    return __builtin_bit_cast(bits, x);
  }
  [[gnu::always_inline]] static constexpr T from_bits(bits x) noexcept {
    return __builtin_bit_cast(T, x);
  }

  [[gnu::always_inline]] static constexpr T as_rounded(T x) noexcept {
#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || __FLT_EVAL_METHOD__ > 0 // the last: x87, which rounds later
    if (!std::is_constant_evaluated()) {
      __asm__("" : "+m"(x)); // through memory: the one operand that every machine has
    }
#endif
    return x;
  }
};

} // namespace rectify::math
