// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace rectify {

/// Adds numbers two by two, the sums of two two by two, and so on: the error grows with the logarithm of their count, and
/// the order depends on nothing but their place in the row. Memory is fixed: one partial sum for each bit of the count.
template <class Arch, class T>
class pairwise_sum {
public:
  void add(T value) noexcept {
    std::size_t level = 0;
    for (; ((count_ >> level) & 1U) != 0; ++level) {
      value = partial_[level] + value;
    }
    partial_[level] = value;
    ++count_;
  }

  /// The sum of what was added, 0 if nothing was.
  [[nodiscard]] T total() const noexcept {
    if (count_ == 0) {
      return T(0);
    }
    std::size_t level = 0;
    while (((count_ >> level) & 1U) == 0) {
      ++level;
    }
    T sum = partial_[level];
    for (++level; (count_ >> level) != 0; ++level) {
      if (((count_ >> level) & 1U) != 0) {
        sum = partial_[level] + sum;
      }
    }
    return sum;
  }

private:
  T partial_[64];
  std::uint64_t count_ = 0;
};

/// The sum of values[0 .. size), folded in halves; the values are overwritten. 0 if there are none.
template <class Arch, class T>
[[nodiscard]] T fold(T* values, std::size_t size) noexcept {
  if (size == 0) {
    return T(0);
  }
  while (size > 1) {
    std::size_t const half = (size + 1) / 2;
    for (std::size_t i = 0; i < size - half; ++i) {
      values[i] += values[i + half];
    }
    size = half;
  }
  return values[0];
}

} // namespace rectify
