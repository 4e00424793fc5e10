// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace rectify::test {

/// The same bits? Tells -0 from +0; any NaN equals any other.
template <class T>
bool same_bits(T a, T b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0 || (std::isnan(a) && std::isnan(b));
}

/// The distance between neighbours of T around an exact value, as the exponent of the power of two.
template <class T, class Exact>
int ulp_exponent(Exact exact) {
  using std::ilogb;
  constexpr int lowest = std::numeric_limits<T>::min_exponent - std::numeric_limits<T>::digits;
  if (exact == Exact(0)) {
    return lowest;
  }
  return std::max(static_cast<int>(ilogb(exact)) - (std::numeric_limits<T>::digits - 1), lowest);
}

/// |result - exact| in units of the last place of the exact value rounded to T. A wrong NaN or infinity counts as infinite.
template <class T, class Exact>
double ulp_error(T result, Exact exact) {
  using std::isnan, std::ldexp;
  if (isnan(exact) || std::isnan(result)) {
    return isnan(exact) && std::isnan(result) ? 0 : std::numeric_limits<double>::infinity();
  }
  T const nearest = static_cast<T>(exact);
  if (std::isinf(nearest) || std::isinf(result)) {
    return nearest == result ? 0 : std::numeric_limits<double>::infinity();
  }
  Exact const difference = Exact(result) - exact;
  return std::abs(static_cast<double>(ldexp(difference, -ulp_exponent<T>(exact))));
}

/// All patterns of float, each `stride`-th, in both signs; the patterns next to zero and to infinity are among them.
template <class Visitor>
void for_each_float(std::uint64_t stride, Visitor&& visit) {
  for (std::uint64_t pattern = 0; pattern < (std::uint64_t{1} << 31); pattern += stride) {
    visit(std::bit_cast<float>(static_cast<std::uint32_t>(pattern)));
    visit(std::bit_cast<float>(static_cast<std::uint32_t>(pattern) | 0x80000000U));
  }
}

} // namespace rectify::test
