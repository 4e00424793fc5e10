// SPDX-License-Identifier: MIT
#include "xsimd_words.hpp"

#include <string>

namespace rectify_peers {
namespace {

struct xsimd_own : xsimd_words {
  [[nodiscard]] static std::string library() { return "xsimd"; }
  [[nodiscard]] static std::string version() {
    return std::to_string(XSIMD_VERSION_MAJOR) + '.' + std::to_string(XSIMD_VERSION_MINOR) + '.' +
           std::to_string(XSIMD_VERSION_PATCH) + " (" + xsimd::default_arch::name() + ')';
  }

  [[nodiscard, gnu::always_inline]] static V exp(V x) { return xsimd::exp(x); }
  [[nodiscard, gnu::always_inline]] static V expm1(V x) { return xsimd::expm1(x); }
  [[nodiscard, gnu::always_inline]] static V log1p(V x) { return xsimd::log1p(x); }
  [[nodiscard, gnu::always_inline]] static V tanh(V x) { return xsimd::tanh(x); }
  [[nodiscard, gnu::always_inline]] static V erf(V x) { return xsimd::erf(x); }
};

} // namespace

void add_xsimd(std::vector<peer>& peers) {
  add_piecewise<xsimd_own>(peers);
  add_smooth<xsimd_own>(peers);
}

} // namespace rectify_peers
