// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/register_pair.hpp>
#include <rectify/kernels/storage.hpp>

#include <cstring>
#include <iterator>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace rectify {

/// Numbers of 16 bits in memory of any alignment, as many as V holds: as integers of V whose high halves are 0, which `widened`
/// and `narrowed` read and write, or as V itself where the build has instructions that give the bits of those two. Of F16C and
/// its like that is so; AVX512_BF16's takes subnormal floats for 0.
template <math::value V>
struct halves {
  static constexpr std::size_t count = sizeof(V) / sizeof(float);
  static constexpr bool can_stream = false;
  template <storage S>
  static constexpr bool converts = false;

  [[nodiscard, gnu::always_inline]] static math::bits_of<V> load(void const* from) noexcept {
    std::uint16_t narrow[count];
    std::memcpy(narrow, from, sizeof narrow);
    if constexpr (count == 1) {
      return narrow[0];
    } else {
      std::uint32_t wide[count];
      for (std::size_t i = 0; i < count; ++i) {
        wide[i] = narrow[i];
      }
      return math::bits_of<V>::load_unaligned(wide);
    }
  }

  [[gnu::always_inline]] static void store(void* to, math::bits_of<V> const& integers) noexcept {
    std::uint16_t narrow[count];
    if constexpr (count == 1) {
      narrow[0] = static_cast<std::uint16_t>(integers);
    } else {
      std::uint32_t wide[count];
      integers.store_unaligned(wide);
      for (std::size_t i = 0; i < count; ++i) {
        narrow[i] = static_cast<std::uint16_t>(wide[i]);
      }
    }
    std::memcpy(to, narrow, sizeof narrow);
  }
};

#if defined(__x86_64__) || defined(__i386__)
/// A register that holds the halves of one of so many bytes. (std::conditional would warn of attributes that it drops.)
template <std::size_t Bytes>
struct half_register {
  using type = __m128i;
};
template <>
struct half_register<64> {
  using type = __m256i;
};

template <class A>
requires(std::is_base_of_v<xsimd::sse2, A> || std::is_base_of_v<xsimd::avx, A> ||
         std::is_base_of_v<xsimd::avx512f, A>) struct halves<xsimd::batch<float, A>> {
  using V = xsimd::batch<float, A>;
  using integers_type = math::bits_of<V>;
  using register_type = typename half_register<sizeof(V)>::type;

  static constexpr bool can_stream =
#ifdef __x86_64__
      true;
#else
      sizeof(V) > 16;
#endif

  template <storage S>
  static constexpr bool converts = S == storage::float16 && (sizeof(V) == 64
#ifdef __F16C__
                                                             || sizeof(V) == 32
#endif
                                                            );

  [[nodiscard, gnu::always_inline]] static integers_type load(void const* from) noexcept {
    register_type const narrow = load_register(from);
    if constexpr (sizeof(V) == 64) {
      return _mm512_cvtepu16_epi32(narrow);
    } else if constexpr (std::is_base_of_v<xsimd::avx2, A>) {
      return _mm256_cvtepu16_epi32(narrow);
    } else if constexpr (sizeof(V) == 32) {
      return _mm256_insertf128_si256(_mm256_castsi128_si256(_mm_cvtepu16_epi32(narrow)),
                                     _mm_cvtepu16_epi32(_mm_srli_si128(narrow, 8)), 1);
    } else {
      return _mm_unpacklo_epi16(narrow, _mm_setzero_si128());
    }
  }

  [[gnu::always_inline]] static void store(void* to, integers_type const& integers) noexcept {
    store_register(to, cut(integers));
  }

  /// Past the caches, to memory that is aligned to half of V.
  [[gnu::always_inline]] static void stream(void* to, integers_type const& integers) noexcept {
    stream_register(to, cut(integers));
  }

  template <storage S>
  requires converts<S>
  [[nodiscard, gnu::always_inline]] static V load_converted(void const* from) noexcept {
    if constexpr (sizeof(V) == 64) {
      return _mm512_cvtph_ps(load_register(from));
    } else {
#ifdef __F16C__
      return _mm256_cvtph_ps(load_register(from));
#endif
    }
  }

  template <storage S>
  requires converts<S>
  [[gnu::always_inline]] static void store_converted(void* to, V const& x) noexcept {
    store_register(to, converted(x));
  }

  template <storage S>
  requires converts<S>
  [[gnu::always_inline]] static void stream_converted(void* to, V const& x) noexcept {
    stream_register(to, converted(x));
  }

private:
  [[nodiscard, gnu::always_inline]] static register_type converted(V const& x) noexcept {
    if constexpr (sizeof(V) == 64) {
      return _mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT);
    } else {
#ifdef __F16C__
      return _mm256_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT);
#endif
    }
  }

  [[nodiscard, gnu::always_inline]] static register_type cut(integers_type const& integers) noexcept {
    if constexpr (sizeof(V) == 64) {
      return _mm512_cvtepi32_epi16(integers);
    } else if constexpr (sizeof(V) == 32) {
      return _mm_packus_epi32(_mm256_castsi256_si128(integers), _mm256_extractf128_si256(integers, 1));
    } else { // SSE2 cuts signed integers only
      __m128i const whole = _mm_srai_epi32(_mm_slli_epi32(integers, 16), 16);
      return _mm_packs_epi32(whole, whole);
    }
  }

  [[nodiscard, gnu::always_inline]] static register_type load_register(void const* from) noexcept {
    if constexpr (sizeof(V) == 64) {
      return _mm256_loadu_si256(static_cast<__m256i const*>(from));
    } else if constexpr (sizeof(V) == 32) {
      return _mm_loadu_si128(static_cast<__m128i const*>(from));
    } else {
      return _mm_loadl_epi64(static_cast<__m128i const*>(from));
    }
  }

  [[gnu::always_inline]] static void store_register(void* to, register_type const& narrow) noexcept {
    if constexpr (sizeof(V) == 64) {
      _mm256_storeu_si256(static_cast<__m256i*>(to), narrow);
    } else if constexpr (sizeof(V) == 32) {
      _mm_storeu_si128(static_cast<__m128i*>(to), narrow);
    } else {
      _mm_storel_epi64(static_cast<__m128i*>(to), narrow);
    }
  }

  [[gnu::always_inline]] static void stream_register(void* to, register_type const& narrow) noexcept {
    if constexpr (sizeof(V) == 64) {
      _mm256_stream_si256(static_cast<__m256i*>(to), narrow);
    } else if constexpr (sizeof(V) == 32) {
      _mm_stream_si128(static_cast<__m128i*>(to), narrow);
    } else {
#ifdef __x86_64__
      _mm_stream_si64(static_cast<long long*>(to), _mm_cvtsi128_si64(narrow));
#else
      store_register(to, narrow);
#endif
    }
  }
};
#elif defined(__aarch64__)
template <class A>
requires std::is_base_of_v<xsimd::neon, A>
struct halves<xsimd::batch<float, A>> {
  using V = xsimd::batch<float, A>;
  static constexpr bool can_stream = false;
  template <storage S>
  static constexpr bool converts = S == storage::float16;

  [[nodiscard, gnu::always_inline]] static math::bits_of<V> load(void const* from) noexcept {
    return vmovl_u16(vld1_u16(static_cast<std::uint16_t const*>(from)));
  }
  [[gnu::always_inline]] static void store(void* to, math::bits_of<V> const& integers) noexcept {
    vst1_u16(static_cast<std::uint16_t*>(to), vmovn_u32(integers));
  }
  template <storage S>
  requires converts<S>
  [[nodiscard, gnu::always_inline]] static V load_converted(void const* from) noexcept {
    return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(static_cast<std::uint16_t const*>(from))));
  }
  template <storage S>
  requires converts<S>
  [[gnu::always_inline]] static void store_converted(void* to, V const& x) noexcept {
    vst1_u16(static_cast<std::uint16_t*>(to), vreinterpret_u16_f16(vcvt_f16_f32(x)));
  }
};
#endif

/// Numbers of bfloat16 interleave in two registers with half the work that takes them there one behind the other: an even one's
/// bits are the lower half of an integer of 32 bits, an odd one's the upper half, where a float has them. Asked of x86, whose
/// loads of registers may alias everything.
template <math::value V, stored_in_16_bits E>
inline constexpr bool can_interleave = false;
#if defined(__x86_64__) || defined(__i386__)
template <class A, stored_in_16_bits E>
inline constexpr bool can_interleave<xsimd::batch<float, A>, E> = storage_of<E> == storage::bfloat16;

/// The lower halves of even's integers beside the upper halves of odd's.
template <class A>
[[nodiscard, gnu::always_inline]] inline xsimd::batch<std::uint32_t, A>
halves_of(xsimd::batch<std::uint32_t, A> const& even, xsimd::batch<std::uint32_t, A> const& odd) noexcept {
  using integers = xsimd::batch<std::uint32_t, A>;
  if constexpr (std::is_base_of_v<xsimd::avx512f, A>) {
    constexpr int where_set_odd_else_even = 0xca;
    return _mm512_ternarylogic_epi32(integers(0xffff0000U), odd, even, where_set_odd_else_even);
  } else if constexpr (std::is_base_of_v<xsimd::avx2, A>) {
    return _mm256_blend_epi16(even, odd, 0xaa);
  } else {
    return (even & integers(0xffffU)) | (odd & integers(0xffff0000U));
  }
}

/// The bits of two registers' numbers, rounded to bfloat16, as they lie in memory.
template <class A>
[[nodiscard, gnu::always_inline]] inline xsimd::batch<std::uint32_t, A>
interleaved(register_pair<xsimd::batch<float, A>, pair_order::interleaved> const& values) noexcept {
  using V = xsimd::batch<float, A>;
  if (math::value_traits<V>::is_any_nan(values.first, values.second)) [[unlikely]] { // much of the work, were it always done
    return halves_of(rounded_to_bfloat16(values.first) >> 16, rounded_to_bfloat16(values.second));
  }
  if constexpr (std::is_base_of_v<xsimd::avx2, A> || std::is_base_of_v<xsimd::avx512bw, A>) {
    // Half of the rounding's sum, lower + 0x7fff + the last bit of upper, is an average of words: an instruction that does not
    // lose the carry.
    using words = xsimd::batch<std::uint16_t, A>;
    auto const even = math::to_bits(values.first);
    auto const odd = math::to_bits(values.second);
    words const upper = xsimd::bitwise_cast<std::uint16_t>(halves_of(even >> 16, odd));
    words const lower = xsimd::bitwise_cast<std::uint16_t>(halves_of(even, odd << 16));
    words const half = xsimd::avgr(lower, (upper & words(1)) | words(0x7ffe));
    return xsimd::bitwise_cast<std::uint32_t>(upper + (half >> 15));
  } else {
    return halves_of(number_rounded_to_bfloat16(values.first) >> 16, number_rounded_to_bfloat16(values.second));
  }
}
#endif

/// x, of which clang does not see that it was converted: it would compare the numbers of 16 bits with a constant instead, one by
/// one (elu of float16 with F16C then takes four times as long).
template <math::value V>
[[nodiscard, gnu::always_inline]] inline V as_converted(V x) noexcept {
#if defined(__clang__) && (defined(__x86_64__) || defined(__i386__))
  __asm__("" : "+v"(x.data));
#elif defined(__clang__) && defined(__aarch64__)
  __asm__("" : "+w"(x.data));
#endif
  return x;
}

/// Does V hold numbers of 16 bits as they are stored? What is selected from is not converted.
template <math::value V>
inline constexpr bool holds_stored_bits = requires {
  typename V::integers;
};

/// As many numbers from memory as V holds.
template <math::value V, stored_in_16_bits E>
requires(!is_register_pair<V>) [[nodiscard, gnu::always_inline]] inline V load(E const* from) noexcept {
  static constexpr storage S = storage_of<E>;
  if constexpr (holds_stored_bits<V>) {
    return V(V::integers::load_unaligned(reinterpret_cast<std::int16_t const*>(from)));
  } else if constexpr (halves<V>::template converts<S>) {
    return as_converted(halves<V>::template load_converted<S>(from));
  } else {
    return widened<S, V>(halves<V>::load(from));
  }
}

template <stored_in_16_bits E, math::value V>
[[gnu::always_inline]] inline void store(E* to, V const& x) noexcept {
  static constexpr storage S = storage_of<E>;
  if constexpr (holds_stored_bits<V>) {
    x.bits().store_unaligned(reinterpret_cast<std::int16_t*>(to));
  } else if constexpr (halves<V>::template converts<S>) {
    halves<V>::template store_converted<S>(to, x);
  } else {
    halves<V>::store(to, narrowed<S>(x));
  }
}

} // namespace rectify
