// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/storage_registers.hpp>

#include <array>
#include <cstring>

/// Between memory and values. Every function carries the register type in its name, and so the instruction set. Call `load` and
/// `store` qualified: xsimd has its own, for aligned memory, and they would be found by the register.
namespace rectify {

/// xsimd's ways to memory, of which it declares none for a machine whose SIMD it does not know.
#ifdef XSIMD_NO_SUPPORTED_ARCHITECTURE
struct stream_mode {};
struct unaligned_mode {};
#else
using xsimd::stream_mode;
using xsimd::unaligned_mode;
#endif

/// How many numbers a value holds.
template <math::value V>
inline constexpr std::size_t lanes = sizeof(V) / sizeof(math::scalar_of<V>);

template <math::value V>
requires(!is_register_pair<V>) [[nodiscard, gnu::always_inline]] inline V load(math::scalar_of<V> const* from) noexcept {
  if constexpr (lanes<V> == 1) {
    return *from;
  } else {
    return V::load_unaligned(from);
  }
}

template <math::value V>
[[gnu::always_inline]] inline void store(math::scalar_of<V>* to, V const& value) noexcept {
  if constexpr (lanes<V> == 1) {
    *to = value;
  } else {
    value.store_unaligned(to);
  }
}

/// std::copy_n and std::fill_n, forced inline: theirs carry no instruction set in their names, and at -O0 with -mavx they are
/// functions of AVX code. They return the end of what is written.
template <class T>
[[gnu::always_inline]] inline T* copy_numbers(T const* from, std::size_t size, T* to) noexcept {
  std::memcpy(to, from, size * sizeof(T));
  return to + size;
}
template <class T>
[[gnu::always_inline]] inline T* fill_numbers(T* to, std::size_t size, T value) noexcept {
  for (T* const end = to + size; to != end; ++to) {
    *to = value;
  }
  return to;
}

/// load and store for two registers side by side, of numbers that are stored in 16 bits too. In memory of floats the second
/// follows the first, whatever their order.
template <math::value Pair, class E>
requires is_register_pair<Pair>
[[nodiscard, gnu::always_inline]] inline Pair load(E const* from) noexcept {
  using V = decltype(Pair::first);
  if constexpr (is_interleaved<Pair> && stored_in_16_bits<E>) {
    auto const both = math::bits_of<V>::load_unaligned(reinterpret_cast<std::uint32_t const*>(from));
    return {math::from_bits<V>(both << 16), math::from_bits<V>(both & math::bits_of<V>(0xffff0000U))};
  } else {
    return {rectify::load<V>(from), rectify::load<V>(from + lanes<V>)};
  }
}
template <class E, class V, pair_order Order>
[[gnu::always_inline]] inline void store(E* to, register_pair<V, Order> const& values) noexcept {
  if constexpr (Order == pair_order::interleaved && stored_in_16_bits<E>) {
    interleaved(values).store_unaligned(reinterpret_cast<std::uint32_t*>(to));
  } else {
    rectify::store(to, values.first);
    rectify::store(to + lanes<V>, values.second);
  }
}

/// The value, in a register. AVX-512's masked instructions would take it from memory, and such a load waits for its mask: where
/// the mask comes from another range that is not in the caches either, one is waited for after the other.
template <math::value V>
[[nodiscard, gnu::always_inline]] inline V in_register(V value) noexcept {
  if constexpr (is_register_pair<V>) {
    return {in_register(value.first), in_register(value.second)};
  } else {
#if XSIMD_WITH_AVX512F
    if constexpr (math::masks_results<V>) {
      __asm__("" : "+v"(value.data));
    }
#endif
    return value;
  }
}

/// Can a register be written past the caches?
template <math::value V>
inline constexpr bool has_streaming_store = false;

#if defined(__x86_64__) || defined(__i386__)
template <class T, class A>
inline constexpr bool has_streaming_store<xsimd::batch<T, A>> = true;
#endif

/// store, past the caches where that can be done; `to` is aligned to the register.
template <math::value V>
[[gnu::always_inline]] inline void stream(math::scalar_of<V>* to, V const& value) noexcept {
  if constexpr (has_streaming_store<V>) {
    value.store(to, stream_mode{});
  } else {
    rectify::store(to, value);
  }
}

/// Can the numbers of a register be written past the caches as E?
template <math::value V, class E>
inline constexpr bool can_stream = has_streaming_store<V>;
template <class V, stored_in_16_bits E>
inline constexpr bool can_stream<register_pair<V>, E> = can_stream<V, E>;
template <class V, stored_in_16_bits E>
inline constexpr bool can_stream<register_pair<V, pair_order::interleaved>, E> = has_streaming_store<V>;
template <math::value V, stored_in_16_bits E>
inline constexpr bool can_stream<V, E> = halves<V>::can_stream;
template <math::value V, stored_in_16_bits E>
requires holds_stored_bits<V>
inline constexpr bool can_stream<V, E> = has_streaming_store<xsimd::batch<float, typename V::integers::arch_type>>;

template <stored_in_16_bits E, math::value V>
[[gnu::always_inline]] inline void stream(E* to, V const& value) noexcept {
  static constexpr storage S = storage_of<E>;
  if constexpr (holds_stored_bits<V>) {
    value.bits().store(reinterpret_cast<std::int16_t*>(to), stream_mode{});
  } else if constexpr (!halves<V>::can_stream) {
    rectify::store(to, value);
  } else if constexpr (halves<V>::template converts<S>) {
    halves<V>::template stream_converted<S>(to, value);
  } else {
    halves<V>::stream(to, narrowed<S>(value));
  }
}

template <class E, class V, pair_order Order>
[[gnu::always_inline]] inline void stream(E* to, register_pair<V, Order> const& values) noexcept {
  if constexpr (Order == pair_order::interleaved && stored_in_16_bits<E>) {
    interleaved(values).store(reinterpret_cast<std::uint32_t*>(to), stream_mode{});
  } else {
    rectify::stream(to, values.first);
    rectify::stream(to + lanes<V>, values.second);
  }
}

/// Orders what `stream` wrote before whatever this thread stores next, as other stores are.
template <class Arch>
[[gnu::always_inline]] inline void end_streaming() noexcept {
#if defined(__SSE__)
  __builtin_ia32_sfence();
#endif
}

/// The places of the lanes: 0, 1, 2 ...
template <math::value V>
inline constexpr auto places_of_lanes = [] {
  std::array<math::scalar_of<V>, lanes<V>> places{};
  for (std::size_t lane = 0; lane < places.size(); ++lane) {
    places[lane] = static_cast<math::scalar_of<V>>(lane);
  }
  return places;
}();

/// The lanes of a register that are among the first `count` of several registers, as a condition.
template <math::value V, std::size_t Register = 0>
[[nodiscard, gnu::always_inline]] inline auto first_lanes(std::size_t count) noexcept {
  if constexpr (math::masks_results<V>) {
    return V::batch_bool_type::from_mask(((std::uint64_t{1} << count) - 1) >> Register * lanes<V>);
  } else { // from_mask takes it from tables, where there is one
    int const left = static_cast<int>(count) - static_cast<int>(Register * lanes<V>);
    return rectify::load<V>(places_of_lanes<V>.data()) < V(static_cast<math::scalar_of<V>>(left));
  }
}

/// Can a part of a register be loaded without touching the rest of its memory, in one instruction? And stored? AVX's masked store
/// is left alone: on Zen 3 it takes longer than pieces do.
template <math::value V>
inline constexpr bool has_masked_load = false;
template <math::value V>
inline constexpr bool has_masked_store = false;

#if !defined(XSIMD_NO_SUPPORTED_ARCHITECTURE) && (XSIMD_VERSION_MAJOR > 14 || XSIMD_VERSION_MINOR >= 3)
template <class T, class A>
inline constexpr bool has_masked_load<xsimd::batch<T, A>> =
    std::is_base_of_v<xsimd::avx, A> || std::is_base_of_v<xsimd::avx512f, A>;
template <class T, class A>
inline constexpr bool has_masked_store<xsimd::batch<T, A>> = std::is_base_of_v<xsimd::avx512f, A>;
#endif

/// Copies count < lanes numbers in halving pieces of fixed size: a loop or a call of memcpy takes several times as long.
template <math::value V, std::size_t Piece = lanes<V> / 2, class E>
[[gnu::always_inline]] inline void copy_part(E* to, E const* from, std::size_t count) noexcept {
  if constexpr (Piece != 0) {
    if ((count & Piece) != 0) {
      std::memcpy(to, from, Piece * sizeof(E));
      to += Piece;
      from += Piece;
    }
    copy_part<V, Piece / 2>(to, from, count);
  }
}

/// Are parts of a register put together from words? Pieces that were written to memory cannot be read from there as a whole
/// before all of them have left the processor's queue.
template <math::value V>
inline constexpr bool has_words = false;

#if defined(__x86_64__) || defined(__i386__)
template <class T, class A>
inline constexpr bool has_words<xsimd::batch<T, A>> = sizeof(xsimd::batch<T, A>) == 16;
#endif

/// The first count < lanes numbers of 16 bytes, then 0.
template <math::value V>
[[nodiscard, gnu::always_inline]] inline V load_words(math::scalar_of<V> const* from, std::size_t count) noexcept {
  using T = math::scalar_of<V>;
  using odd = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
  odd last = 0;
  if ((count & 1U) != 0) {
    std::memcpy(&last, from + (count - 1), sizeof last);
  }
  std::uint64_t low = last;
  std::uint64_t high = 0;
  if (sizeof(T) == 4 && (count & 2U) != 0) {
    std::memcpy(&low, from, sizeof low);
    high = last;
  }
  return xsimd::bitwise_cast<T>(xsimd::batch<std::uint64_t, typename V::arch_type>(low, high));
}

/// The first count < lanes numbers; the others are `padding`. Nothing behind them is read.
template <math::value V>
[[nodiscard, gnu::always_inline]] inline V load_part(math::scalar_of<V> const* from, std::size_t count,
                                                     math::scalar_of<V> padding = 0) noexcept {
  if constexpr (has_masked_load<V>) {
    auto const mask = first_lanes<V>(count);
    V const part = V::load(from, mask, unaligned_mode{});
    return padding == 0 ? part : math::select(mask, part, V(padding));
  } else {
    if constexpr (has_words<V>) {
      if (padding == 0) {
        return load_words<V>(from, count);
      }
    }
    alignas(V) math::scalar_of<V> part[lanes<V>];
    rectify::store(part, V(padding));
    copy_part<V>(part, from, count);
    return rectify::load<V>(part);
  }
}

/// Stores the first count < lanes numbers, and touches nothing behind them.
template <math::value V>
[[gnu::always_inline]] inline void store_part(math::scalar_of<V>* to, V const& value, std::size_t count) noexcept {
  if constexpr (has_masked_store<V>) {
    value.store(to, first_lanes<V>(count), unaligned_mode{});
  } else {
    alignas(V) math::scalar_of<V> part[lanes<V>];
    rectify::store(part, value);
    copy_part<V>(to, static_cast<math::scalar_of<V> const*>(part), count);
  }
}

template <math::value V, stored_in_16_bits E>
[[nodiscard, gnu::always_inline]] inline V load_part(E const* from, std::size_t count, float padding = 0) noexcept {
  E part[lanes<V>];
  rectify::store(part, V(padding));
  copy_part<V>(part, from, count);
  return rectify::load<V>(static_cast<E const*>(part));
}

template <stored_in_16_bits E, math::value V>
[[gnu::always_inline]] inline void store_part(E* to, V const& value, std::size_t count) noexcept {
  E part[lanes<V>];
  rectify::store(part, value);
  copy_part<V>(to, static_cast<E const*>(part), count);
}

} // namespace rectify
