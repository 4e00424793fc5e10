// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace my {

template <class T>
struct leak {
  using value_type = T;
  T slope;
  template <rectify::value_of<T> V>
  constexpr V forward(V const& x) const noexcept {
    return rectify::math::leak(x, V(slope));
  }
};

} // namespace my
