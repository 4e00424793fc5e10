// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

namespace digits {

/// The same numbers everywhere: the standard fixes the engine's output, but not that of its distributions, nor std::shuffle.
class random_source {
public:
  explicit random_source(std::uint64_t seed) : engine_(seed) {}

  /// In -limit .. limit, evenly.
  float uniform(float limit) {
    constexpr float unit = 0x1p-23F;
    auto const twenty_four_bits = static_cast<float>(engine_() >> 40U);
    return (twenty_four_bits * unit - 1.0F) * limit;
  }

  /// 0 .. count - 1 in any order.
  std::vector<std::size_t> permutation(std::size_t count) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t left = count; left > 1; --left) {
      std::swap(order[left - 1], order[static_cast<std::size_t>(engine_() % left)]);
    }
    return order;
  }

private:
  std::mt19937_64 engine_;
};

} // namespace digits
