// SPDX-License-Identifier: MIT
// SLEEF's functions within 1 ULP, in the width of this build's registers; its own dispatcher picks the instructions.
#include "xsimd_words.hpp"

#include <sleef.h>

#include <string>

namespace rectify_peers {
namespace {

#if defined(__AVX512F__)
#define RECTIFY_SLEEF(name) Sleef_##name##f16_u10
#elif defined(__AVX__)
#define RECTIFY_SLEEF(name) Sleef_##name##f8_u10
#else
#define RECTIFY_SLEEF(name) Sleef_##name##f4_u10
#endif

struct sleef : xsimd_words {
  [[nodiscard]] static std::string library() { return "SLEEF"; }
  [[nodiscard]] static std::string version() {
    return std::to_string(SLEEF_VERSION_MAJOR) + '.' + std::to_string(SLEEF_VERSION_MINOR) + '.' +
           std::to_string(SLEEF_VERSION_PATCHLEVEL) + " (" + std::to_string(8 * sizeof(V)) + " bits)";
  }

  [[nodiscard, gnu::always_inline]] static V exp(V x) { return RECTIFY_SLEEF(exp)(x); }
  [[nodiscard, gnu::always_inline]] static V expm1(V x) { return RECTIFY_SLEEF(expm1)(x); }
  [[nodiscard, gnu::always_inline]] static V log1p(V x) { return RECTIFY_SLEEF(log1p)(x); }
  [[nodiscard, gnu::always_inline]] static V tanh(V x) { return RECTIFY_SLEEF(tanh)(x); }
  [[nodiscard, gnu::always_inline]] static V erf(V x) { return RECTIFY_SLEEF(erf)(x); }
};

#undef RECTIFY_SLEEF

} // namespace

void add_sleef(std::vector<peer>& peers) {
  add_smooth<sleef>(peers);
}

} // namespace rectify_peers
