// SPDX-License-Identifier: MIT
#pragma once

#include "by_hand.hpp"

#include <xsimd/xsimd.hpp>

#include <cstddef>

namespace rectify_peers {
namespace {

/// A register, and what every library on top of one needs.
struct xsimd_words {
  using V = xsimd::batch<float>;
  static constexpr std::size_t lanes = V::size;

  [[nodiscard, gnu::always_inline]] static V load(float const* from) { return V::load_unaligned(from); }
  [[gnu::always_inline]] static void store(float* to, V x) { x.store_unaligned(to); }
  [[nodiscard, gnu::always_inline]] static V set(float x) { return V(x); }
  [[nodiscard, gnu::always_inline]] static V max(V a, V b) { return xsimd::max(a, b); }
  [[nodiscard, gnu::always_inline]] static V min(V a, V b) { return xsimd::min(a, b); }
  [[nodiscard, gnu::always_inline]] static V abs(V x) { return xsimd::abs(x); }
  [[nodiscard, gnu::always_inline]] static V where_positive(V x, V a, V b) { return xsimd::select(x > V(0.0F), a, b); }
};

} // namespace
} // namespace rectify_peers
