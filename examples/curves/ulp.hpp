// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>

namespace curves {

/// |result - exact| in units of the last place of the exact value rounded to float.
inline double ulp_error(float result, double exact) {
  if (exact == 0 || !std::isfinite(static_cast<float>(exact))) {
    return static_cast<double>(result) == exact ? 0 : 4;
  }
  int const exponent = std::max(std::ilogb(exact), -126) - 23;
  return std::abs(std::ldexp(static_cast<double>(result) - exact, -exponent));
}

} // namespace curves
