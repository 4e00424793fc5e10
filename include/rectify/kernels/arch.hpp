// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

#include <xsimd/xsimd.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

#if XSIMD_VERSION_MAJOR < 14 || (XSIMD_VERSION_MAJOR == 14 && XSIMD_VERSION_MINOR < 2)
#error "rectify needs xsimd 14.2 or newer: before, its max(NaN, 0) was 0 on some machines, and its masks had no memory access"
#endif

/// Registers: what xsimd offers, in the words of `math`.
namespace rectify {

/// An instruction set without registers: kernels walk element by element.
struct no_simd {
  static constexpr char const* name() noexcept { return "no_simd"; }
};

/// The best instruction set that the compiler flags allow. Not NEON of 32-bit ARM, which takes subnormal numbers for 0 and cannot
/// divide.
#if defined(XSIMD_NO_SUPPORTED_ARCHITECTURE) || (XSIMD_WITH_NEON && !XSIMD_WITH_NEON64)
using compiled_arch = no_simd;
#else
using compiled_arch = xsimd::default_arch;
#endif

/// An instruction set that is chosen when the program runs, and Compiled for what the library rectify::dispatch has no objects
/// of. Compiled stands in the type, and so in the name of every function: translation units with different flags share none.
template <class Compiled>
struct runtime_over {};
using runtime = runtime_over<compiled_arch>;

/// The instruction set that kernels use when the call names none.
#ifdef RECTIFY_DISPATCH
using default_arch = runtime;
#else
using default_arch = compiled_arch;
#endif

/// Has Arch registers of T, and such that compute as IEEE 754 says?
template <class T, class Arch>
inline constexpr bool has_register =
#ifdef XSIMD_NO_SUPPORTED_ARCHITECTURE
    false;
#else
    !std::is_same_v<compiled_arch, no_simd> && xsimd::has_simd_register<T, Arch>::value;
#endif
template <class T, class Compiled>
inline constexpr bool has_register<T, runtime_over<Compiled>> = has_register<T, Compiled>;

/// Is Arch what the compiler's flags allow, or a part of it? Numbers without registers always are.
template <class Arch>
inline constexpr bool is_compiled_for =
    std::is_same_v<Arch, no_simd> || std::is_same_v<Arch, compiled_arch> || has_register<float, Arch>;
template <class Compiled>
inline constexpr bool is_compiled_for<runtime_over<Compiled>> = is_compiled_for<Compiled>;

template <class T, class Arch, bool = has_register<T, Arch>>
struct register_type {
  using type = T;
};

template <class T, class Arch>
struct register_type<T, Arch, true> {
  using type = xsimd::batch<T, Arch>;
};

#if XSIMD_WITH_NEON64
/// NEON whose floats divide by the instruction. xsimd 14.3 divides them on neon64 as on 32-bit ARM, by an estimate of the
/// reciprocal and two steps of Newton's method: two quotients of five are not the nearest float, 5 / 6 among them, and errors of
/// 2.3 ULP were seen.
struct ieee_neon64 : xsimd::neon64 {};

template <class T, class Arch>
requires std::is_base_of_v<xsimd::neon64, Arch>
struct register_type<T, Arch, true> {
  using type = xsimd::batch<T, ieee_neon64>;
};
#endif

template <class T, class Compiled>
struct register_type<T, runtime_over<Compiled>, true> : register_type<T, Compiled> {};

/// The widest value of T on Arch: a register, or T itself where there is none.
template <class T, class Arch>
using register_of = typename register_type<T, Arch>::type;

/// Are there registers for two pairs of V, side by side, and for the constants of a formula? AVX-512 has 32 of them.
template <class V>
inline constexpr bool has_registers_for_two_pairs = false;
#if XSIMD_WITH_AVX512F && defined(__x86_64__)
template <class T, class A>
inline constexpr bool has_registers_for_two_pairs<xsimd::batch<T, A>> = std::is_base_of_v<xsimd::avx512f, A>;
#endif

/// Are they 16, and has the build fma for them, as with AVX2?
template <class V>
inline constexpr bool has_few_registers_and_fma = false;
#if XSIMD_WITH_AVX
template <class T, class A>
inline constexpr bool has_few_registers_and_fma<xsimd::batch<T, A>> = std::is_base_of_v<xsimd::avx, A>&& math::fuses<T>;
#endif

} // namespace rectify

#if XSIMD_WITH_NEON64
namespace xsimd {
namespace types {
XSIMD_DECLARE_SIMD_REGISTER_ALIAS(rectify::ieee_neon64, neon64);
template <class T>
struct get_bool_simd_register<T, rectify::ieee_neon64> : detail::neon_bool_simd_register<T, rectify::ieee_neon64> {};
} // namespace types

template <>
XSIMD_INLINE batch<float, rectify::ieee_neon64>&
batch<float, rectify::ieee_neon64>::operator/=(batch<float, rectify::ieee_neon64> const& other) noexcept {
  return *this = vdivq_f32(*this, other);
}
} // namespace xsimd
#endif

#ifndef XSIMD_NO_SUPPORTED_ARCHITECTURE
namespace rectify::math {

template <class T, class A>
struct value_traits<xsimd::batch<T, A>> {
  using scalar = T;
  using register_type = xsimd::batch<T, A>;
  using condition = xsimd::batch_bool<T, A>;
  using bits = xsimd::batch<typename value_traits<T>::bits, A>;
  /// As the scalar of the same build, whatever A is: one build gives one result.
  static constexpr bool fuses = value_traits<T>::fuses;

  [[gnu::always_inline]] static register_type select(condition const& where, register_type const& yes,
                                                     register_type const& no) noexcept {
    return xsimd::select(where, yes, no);
  }

  // A condition of SSE and AVX is a register of all-ones and zeros, which masks in one instruction; a blend takes two or three.
  static constexpr bool condition_is_mask = std::is_base_of_v<xsimd::sse2, A> || std::is_base_of_v<xsimd::avx, A>;

  static constexpr bool masks_results = std::is_base_of_v<xsimd::avx512f, A>;

  [[gnu::always_inline]] static register_type zero_where(condition const& where, register_type const& x) noexcept {
    if constexpr (condition_is_mask) {
      return xsimd::bitwise_andnot(x, register_type(where.data));
    } else {
      return xsimd::select(where, register_type(T(0)), x);
    }
  }

  [[gnu::always_inline]] static register_type keep_where(condition const& where, register_type const& x) noexcept {
    if constexpr (condition_is_mask) {
      return xsimd::bitwise_and(x, register_type(where.data));
    } else {
      return xsimd::select(where, x, register_type(T(0)));
    }
  }

  [[gnu::always_inline]] static register_type fma(register_type const& a, register_type const& b,
                                                  register_type const& c) noexcept {
    if constexpr (!fuses) {
      return a * b + c;
    } else if constexpr (fuses_by_itself) {
      return xsimd::fma(a, b, c);
    } else {
      return fma_of_build(a, b, c);
    }
  }

  [[gnu::always_inline]] static register_type fms(register_type const& a, register_type const& b,
                                                  register_type const& c) noexcept {
    if constexpr (fuses && has_fms) {
      return xsimd::fms(a, b, c);
    } else {
      return fma(a, b, -c);
    }
  }

  [[gnu::always_inline]] static register_type fnma(register_type const& a, register_type const& b,
                                                   register_type const& c) noexcept {
    if constexpr (fuses && has_fms) {
      return xsimd::fnma(a, b, c);
    } else {
      return fma(-a, b, c);
    }
  }

  // x86's one instruction returns its second operand where one is NaN or both are zero, and xsimd passes x second. Elsewhere it
  // may return the other number, or (ARM) +0 for -0.
  static constexpr bool max_is_comparison = condition_is_mask || std::is_base_of_v<xsimd::avx512f, A>;

  [[gnu::always_inline]] static register_type at_least(register_type const& x, register_type const& bound) noexcept {
    if constexpr (max_is_comparison) {
      return xsimd::max(x, bound);
    } else {
      return xsimd::select(x < bound, bound, x);
    }
  }

  [[gnu::always_inline]] static register_type at_most(register_type const& x, register_type const& bound) noexcept {
    if constexpr (max_is_comparison) {
      return xsimd::min(x, bound);
    } else {
      return xsimd::select(x > bound, bound, x);
    }
  }

  // AVX alone: SSE2 has no such blend, and AVX-512 selects by a mask that it has anyway
  [[gnu::always_inline]] static register_type select_by_sign_bit(register_type const& by, register_type const& yes,
                                                                 register_type const& no) noexcept
      requires(condition_is_mask && sizeof(register_type) == 32) {
    if constexpr (sizeof(T) == 4) {
      return _mm256_blendv_ps(no, yes, by);
    } else {
      return _mm256_blendv_pd(no, yes, by);
    }
  }

  // All ones are a NaN, and are what a comparison says.
  [[gnu::always_inline]] static register_type nan_of(register_type const& x) noexcept requires(condition_is_mask) {
    return register_type((x != x).data);
  }

  [[gnu::always_inline]] static register_type held_in_register(register_type x) noexcept
      requires(condition_is_mask && sizeof(register_type) == 32) {
    __asm__("" : "+x"(x.data));
    return x;
  }

  // Of two registers with one comparison.
  [[gnu::always_inline]] static bool is_any_nan(register_type const& a, register_type const& b) noexcept
      requires(std::is_same_v<T, float> && (condition_is_mask || masks_results)) {
    constexpr int unordered = 3; // _CMP_UNORD_Q, which clang's headers have where the build has AVX
    if constexpr (sizeof(register_type) == 16) {
      return _mm_movemask_ps(_mm_cmpunord_ps(a, b)) != 0;
    } else if constexpr (sizeof(register_type) == 32) {
      return _mm256_movemask_ps(_mm256_cmp_ps(a, b, unordered)) != 0;
    } else {
      return _mm512_cmp_ps_mask(a, b, unordered) != 0;
    }
  }

#if XSIMD_WITH_AVX512F
  [[gnu::always_inline]] static register_type fma_where(condition const& where, register_type const& a, register_type const& b,
                                                        register_type const& c) noexcept
      requires(std::is_base_of_v<xsimd::avx512f, A>) {
    if constexpr (sizeof(T) == 4) {
      return _mm512_mask3_fmadd_ps(a, b, c, where.data);
    } else {
      return _mm512_mask3_fmadd_pd(a, b, c, where.data);
    }
  }

  [[gnu::always_inline]] static register_type scale(register_type const& x, register_type const& n) noexcept
      requires(std::is_base_of_v<xsimd::avx512f, A>) {
    if constexpr (sizeof(T) == 4) {
      return _mm512_scalef_ps(x, n);
    } else {
      return _mm512_scalef_pd(x, n);
    }
  }

  // AVX-512 puts constants in the place of numbers by their class: a table has 4 bits for each, of quiet and signalling NaN,
  // zero, one, -infinity, +infinity, other negative and other positive numbers. Others take two compares and two blends.
  [[gnu::always_inline]] static register_type replace_by_sign(register_type const& x, register_type const& y, replacement below,
                                                              replacement at, replacement above) noexcept
      requires(std::is_base_of_v<xsimd::avx512f, A>) {
    constexpr unsigned quiet_nan_of_x = 0x00000022;
    constexpr unsigned zero = 0x00000100;
    constexpr unsigned negative = 0x01010000;
    constexpr unsigned positive = 0x10101000;
    auto const constant = [](replacement by) { return by == replacement::zero ? 8U : by == replacement::one ? 10U : 0U; };
    unsigned const table = quiet_nan_of_x + constant(at) * zero + constant(below) * negative + constant(above) * positive;
    if constexpr (sizeof(T) == 4) {
      return _mm512_fixupimm_ps(y, x, _mm512_set1_epi32(static_cast<int>(table)), 0);
    } else {
      return _mm512_fixupimm_pd(y, x, _mm512_set1_epi64(table), 0);
    }
  }
#endif

#if XSIMD_WITH_AVX512DQ
  [[gnu::always_inline]] static register_type between_bound_and_zero(register_type const& x, register_type const& bound) noexcept
      requires(std::is_base_of_v<xsimd::avx512dq, A>) {
    constexpr int negative_of_smaller = 0b1110; // the sign set, of what is smaller without it
    if constexpr (sizeof(T) == 4) {
      return _mm512_range_ps(x, bound, negative_of_smaller);
    } else {
      return _mm512_range_pd(x, bound, negative_of_smaller);
    }
  }
#endif

  [[gnu::always_inline]] static bits to_bits(register_type const& x) noexcept {
    return xsimd::bitwise_cast<typename bits::value_type>(x);
  }
  [[gnu::always_inline]] static register_type from_bits(bits const& x) noexcept {
    return xsimd::bitwise_cast<T>(x);
  }

  [[gnu::always_inline]] static register_type as_rounded(register_type x) noexcept {
#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__)
#if defined(__x86_64__) || defined(__i386__)
    __asm__("" : "+x"(x.data));
#elif defined(__aarch64__) || defined(__arm__)
    __asm__("" : "+w"(x.data));
#else
    __asm__("" : "+m"(x));
#endif
#endif
    return x;
  }

private:
  // Of xsimd's fms and fnma only x86's are what math asks for: on NEON fnma is a product and a sum, rounded twice or not as the
  // compiler likes, and on SVE fms is the negated fnma, which gives -0 for +0. The compilers fuse a negation with an fma.
  static constexpr bool has_fms = std::is_base_of_v<xsimd::avx512f, A> || std::is_base_of_v<xsimd::fma3<xsimd::sse4_2>, A> ||
                                  std::is_base_of_v<xsimd::fma3<xsimd::avx>, A> || std::is_base_of_v<xsimd::fma3<xsimd::avx2>, A>;
  // Old x86 instruction sets have no fma of their own, but the build may: kernels that are asked for sse2 in a build with
  // -mfma give the bits of that build, and not those of xsimd's product and sum, which GCC contracts or not as it is told to.
  static constexpr bool fuses_by_itself = has_fms || !(std::is_base_of_v<xsimd::sse2, A> || std::is_base_of_v<xsimd::avx, A>);

  [[gnu::always_inline]] static register_type fma_of_build(register_type const& a, register_type const& b,
                                                           register_type const& c) noexcept {
#ifdef __FMA__
    if constexpr (std::is_same_v<T, float> && sizeof(register_type) == 16) {
      return _mm_fmadd_ps(a, b, c);
    } else if constexpr (std::is_same_v<T, double> && sizeof(register_type) == 16) {
      return _mm_fmadd_pd(a, b, c);
    } else if constexpr (std::is_same_v<T, float> && sizeof(register_type) == 32) {
      return _mm256_fmadd_ps(a, b, c);
    } else if constexpr (std::is_same_v<T, double> && sizeof(register_type) == 32) {
      return _mm256_fmadd_pd(a, b, c);
    }
#else
    alignas(A::alignment()) T as[register_type::size];
    alignas(A::alignment()) T bs[register_type::size];
    alignas(A::alignment()) T cs[register_type::size];
    a.store_aligned(as);
    b.store_aligned(bs);
    c.store_aligned(cs);
    for (std::size_t i = 0; i < register_type::size; ++i) {
      cs[i] = value_traits<T>::fma(as[i], bs[i], cs[i]);
    }
    return register_type::load_aligned(cs);
#endif
  }
};

} // namespace rectify::math
#endif
