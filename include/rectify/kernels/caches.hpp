// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

/// How much data the caches keep, and so from which size on stores go past them.
namespace rectify {

/// When a kernel writes past the caches: from so many bytes on, inputs and outputs together. Below, what it writes is still in
/// the cache for whoever reads it next; above, it would have been thrown out before, and each line would have been read for
/// nothing. An output in place of an input is never written past the caches, since its lines are there.
struct streaming {
  static constexpr std::size_t by_machine = 0; ///< from what the machine's caches say, or RECTIFY_STREAMING_FROM if it is defined
  static constexpr std::size_t never = SIZE_MAX;

  std::size_t from_bytes = by_machine;
};

/// Below this nothing is asked of the machine.
inline constexpr std::size_t least_streaming_bytes = std::size_t{1} << 20;

/// From the sizes of a second- and a third-level cache in bytes; is_server: an Intel machine with AVX-512.
///
/// There the last level is slow and shared by dozens of cores, and what no longer fits in the second is faster past both.
/// Elsewhere (Zen 3) it is as fast as it is large: streaming takes longer than plain stores over a quarter of it, and less over
/// all.
[[nodiscard, gnu::always_inline]] constexpr std::size_t streaming_bytes_for(std::size_t second_level, std::size_t third_level,
                                                                            bool is_server) noexcept {
  if (is_server && second_level != 0) {
    return second_level + second_level / 4;
  }
  std::size_t const largest = third_level > second_level ? third_level : second_level;
  return largest == 0 ? std::size_t{32} << 20 : largest - largest / 4;
}

/// The same for this machine, by the cpuid instruction. Where there is none, streaming::never.
template <class Arch>
[[nodiscard, gnu::noinline, gnu::cold]] std::size_t ask_for_streaming_bytes() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  if (__get_cpuid(0, &a, &b, &c, &d) == 0) {
    return streaming::never;
  }
  bool const is_intel = b == signature_INTEL_ebx;
  bool const is_amd = b == signature_AMD_ebx;
  unsigned const leaf = is_amd ? 0x8000001DU : 4U; // "cache parameters", of the same form for both
  std::size_t sizes[4] = {};
  for (unsigned index = 0; index < 8 && __get_cpuid_count(leaf, index, &a, &b, &c, &d) != 0 && (a & 31U) != 0; ++index) {
    unsigned const level = (a >> 5U) & 7U;
    if ((a & 31U) != 2 && level < 4) { // 2: instructions
      std::size_t const ways = (b >> 22U) + 1U;
      std::size_t const partitions = ((b >> 12U) & 1023U) + 1U;
      std::size_t const line = (b & 4095U) + 1U;
      sizes[level] = ways * partitions * line * (std::size_t{c} + 1U);
    }
  }
  bool const has_avx512 = __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & (1U << 16U)) != 0;
  return streaming_bytes_for(sizes[2], sizes[3], is_intel && has_avx512);
#else
  return streaming::never;
#endif
}

/// The machine's answer, asked for once. Threads that ask at the same time get the same answer and store the same number.
template <class Arch>
inline std::atomic<std::size_t> machine_streaming_bytes{0};

/// Does a call with so many bytes of inputs and outputs write past the caches?
template <class Arch>
[[nodiscard, gnu::always_inline]] inline bool is_streamed(std::size_t bytes, streaming how) noexcept {
  if (how.from_bytes != streaming::by_machine) {
    return bytes >= how.from_bytes;
  }
#ifdef RECTIFY_STREAMING_FROM
  return bytes >= (RECTIFY_STREAMING_FROM);
#else
  if (bytes < least_streaming_bytes) [[likely]] {
    return false;
  }
  std::size_t from = machine_streaming_bytes<Arch>.load(std::memory_order_relaxed);
  if (from == 0) {
    from = ask_for_streaming_bytes<Arch>();
    machine_streaming_bytes<Arch>.store(from, std::memory_order_relaxed);
  }
  return bytes >= from;
#endif
}

} // namespace rectify
