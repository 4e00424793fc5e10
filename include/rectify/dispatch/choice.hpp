// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/dispatch.hpp>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#if defined(__x86_64__) && defined(__LP64__)
#include <cpuid.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#include <sys/prctl.h>
#endif

/// The choice of an instruction set. One generated source of rectify::dispatch is made of it; nothing else includes it.
namespace rectify {

std::size_t chosen_arch = 0;

/// An instruction set by its name, and by the names that users give it.
struct named_arch {
  char const* name;
  std::string_view aliases[2];
  bool is_there;

  [[nodiscard]] bool is_called(std::string_view asked) const noexcept {
    return asked == name || asked == aliases[0] || asked == aliases[1];
  }
};

/// As runtime_archs. The conditions are the flags with which the objects are compiled.
#if defined(__x86_64__) && defined(__LP64__)
[[nodiscard]] static auto runtime_arch_names() noexcept {
  __builtin_cpu_init();
  unsigned registers[4] = {};
  // clang 14 does not know "f16c"; of what has AVX2, nothing is without it
  bool const f16c = __get_cpuid(1, &registers[0], &registers[1], &registers[2], &registers[3]) != 0 &&
                    (registers[2] & static_cast<unsigned>(bit_F16C)) != 0;
  bool const avx2 = f16c && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  bool const avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512vl");
  return std::array{named_arch{xsimd::avx512bw::name(), {"avx512", "avx512bw"}, avx512},
                    named_arch{xsimd::fma3<xsimd::avx2>::name(), {"avx2", "fma3<avx2>"}, avx2},
                    named_arch{xsimd::sse4_2::name(), {"sse4_2", "sse42"}, __builtin_cpu_supports("sse4.2") != 0},
                    named_arch{xsimd::sse2::name(), {"sse2", "baseline"}, true}};
}
#elif defined(__aarch64__) && defined(__linux__)
[[nodiscard]] static auto runtime_arch_names() noexcept {
  // objects for vectors of 256 bits run on vectors of 256 bits and no others
  bool const has_sve = (getauxval(AT_HWCAP) & HWCAP_SVE) != 0;
  int const bits = has_sve ? (prctl(PR_SVE_GET_VL) & PR_SVE_VL_LEN_MASK) * 8 : 0;
  return std::array{named_arch{"arm64+sve512", {"sve512", "arm64+sve512"}, bits == 512},
                    named_arch{"arm64+sve256", {"sve256", "arm64+sve256"}, bits == 256},
                    named_arch{xsimd::neon64::name(), {"neon64", "baseline"}, true}};
}
#elif defined(__aarch64__)
[[nodiscard]] static auto runtime_arch_names() noexcept {
  return std::array{named_arch{xsimd::neon64::name(), {"neon64", "baseline"}, true}};
}
#else
[[nodiscard]] static auto runtime_arch_names() noexcept {
  return std::array{named_arch{compiled_arch::name(), {"baseline", "baseline"}, true}};
}
#endif

[[gnu::cold]] std::size_t choose_arch() noexcept {
  auto const archs = runtime_arch_names();
  static_assert(runtime_archs::size == 0 || runtime_archs::size == archs.size());
  std::size_t best = 0;
  while (!archs[best].is_there) {
    ++best;
  }
  std::size_t choice = best;
  char const* const asked = std::getenv("RECTIFY_ARCH");
  if (asked != nullptr && *asked != '\0') {
    for (choice = 0; choice < archs.size() && !archs[choice].is_called(asked);) {
      ++choice;
    }
  }
  bool const is_known = choice < archs.size();
  std::size_t expected = 0;
  std::size_t const chosen = (is_known && archs[choice].is_there ? choice : best) + 1;
  // one thread of many tells
  if (__atomic_compare_exchange_n(&chosen_arch, &expected, chosen, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    if (!is_known) {
      std::fprintf(stderr, "rectify: RECTIFY_ARCH=%s is no instruction set of this library, and is ignored; it has", asked);
      for (std::size_t i = 0; i < archs.size(); ++i) {
        std::fprintf(stderr, "%s %s", i == 0 ? "" : ",", archs[i].name);
      }
      std::fputc('\n', stderr);
    } else if (!archs[choice].is_there) {
      std::fprintf(stderr, "rectify: RECTIFY_ARCH=%s is not what this machine has, and is ignored; it has %s\n", asked,
                   archs[best].name);
    }
  }
  return chosen;
}

char const* runtime_arch_name() noexcept {
  std::size_t chosen = __atomic_load_n(&chosen_arch, __ATOMIC_RELAXED);
  if (chosen == 0) {
    chosen = choose_arch();
  }
  return runtime_arch_names()[chosen - 1].name;
}

} // namespace rectify
