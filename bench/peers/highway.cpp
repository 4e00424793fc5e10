// SPDX-License-Identifier: MIT
// Highway's hwy/contrib/math for the instruction set of this build's flags.
#include "by_hand.hpp"

#include <hwy/highway.h>

#include <hwy/contrib/math/math-inl.h>

#include <cstddef>
#include <string>

namespace rectify_peers {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

struct highway {
  using D = hn::ScalableTag<float>;
  using V = hn::Vec<D>;
  static constexpr std::size_t lanes = hn::MaxLanes(D());

  [[nodiscard]] static std::string library() { return "Highway"; }
  [[nodiscard]] static std::string version() {
    return std::to_string(HWY_MAJOR) + '.' + std::to_string(HWY_MINOR) + '.' + std::to_string(HWY_PATCH) + " (" +
           hwy::TargetName(HWY_TARGET) + ')';
  }

  [[nodiscard, gnu::always_inline]] static V load(float const* from) { return hn::LoadU(D(), from); }
  [[gnu::always_inline]] static void store(float* to, V x) { hn::StoreU(x, D(), to); }
  [[nodiscard, gnu::always_inline]] static V set(float x) { return hn::Set(D(), x); }
  [[nodiscard, gnu::always_inline]] static V max(V a, V b) { return hn::Max(a, b); }
  [[nodiscard, gnu::always_inline]] static V min(V a, V b) { return hn::Min(a, b); }
  [[nodiscard, gnu::always_inline]] static V abs(V x) { return hn::Abs(x); }
  [[nodiscard, gnu::always_inline]] static V where_positive(V x, V a, V b) {
    return hn::IfThenElse(hn::Gt(x, hn::Zero(D())), a, b);
  }
  [[nodiscard, gnu::always_inline]] static V exp(V x) { return hn::Exp(D(), x); }
  [[nodiscard, gnu::always_inline]] static V expm1(V x) { return hn::Expm1(D(), x); }
  [[nodiscard, gnu::always_inline]] static V log1p(V x) { return hn::Log1p(D(), x); }
  [[nodiscard, gnu::always_inline]] static V tanh(V x) { return hn::Tanh(D(), x); }
};

} // namespace

void add_highway(std::vector<peer>& peers) {
  add_smooth<highway>(peers);
}

} // namespace rectify_peers
