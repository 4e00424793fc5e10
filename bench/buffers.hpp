// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <tuple>
#include <type_traits>
#include <vector>

/// The memory that all rows share. Rows of every size read a prefix of the same numbers, so that Google Benchmark may run them
/// in any order without a refill.
namespace rectify_bench {

/// What one call of a contender works on.
template <class T>
struct operands {
  std::span<T const> x;
  std::span<T const> dy; ///< of two inputs
  std::span<T> out;
  T slope = T(0);            ///< a backward pass with a slope gradient
  std::span<T const> third;  ///< of three inputs
  std::span<T> second;       ///< of two outputs
  std::span<T const> source; ///< where x is an output already: what it is the output of
};

/// Grows on demand, never keeps two copies, and has touched all its pages.
template <class T>
class lazy_array {
public:
  /// Arrays that walk in step lie `skew` bytes apart within their pages: a store to the same place of a page as a later load
  /// delays that load on Intel's cores.
  [[nodiscard]] std::span<T> plain(std::size_t size, std::size_t skew) {
    if (capacity_ < size) {
      memory_ = {};
      memory_ = std::vector<T>(size + (page + skew) / sizeof(T));
      capacity_ = size;
      std::size_t const within_page = std::bit_cast<std::uintptr_t>(memory_.data()) % page;
      first_ = memory_.data() + ((within_page == 0 ? 0 : page - within_page) + skew) / sizeof(T);
    }
    return {first_, size};
  }

  /// Normally distributed around 0: a sign that no branch predictor learns, since the period is far longer than its memory.
  /// No 0 is among them, where derivatives are a convention.
  [[nodiscard]] std::span<T> normal(std::size_t size, std::size_t skew) {
    if (capacity_ < size) {
      std::span<T> const values = plain(size, skew);
      std::mt19937_64 bits(skew + 1);
      std::normal_distribution<T> distribution;
      std::size_t const drawn = std::min(size, period);
      for (T& value : values.first(drawn)) {
        T const x = distribution(bits);
        value = x != T(0) ? x : T(1);
      }
      for (std::size_t i = drawn; i < size; i += period) {
        std::copy_n(values.begin(), std::min(period, size - i), values.subspan(i).begin());
      }
    }
    return {first_, size};
  }

  [[nodiscard]] std::size_t bytes() const noexcept { return capacity_ * sizeof(T); }

private:
  static constexpr std::size_t page = 4096;
  static constexpr std::size_t period = std::size_t{1} << 20;

  std::vector<T> memory_;
  T* first_ = nullptr;
  std::size_t capacity_ = 0;
};

class buffers {
public:
  /// `inputs` and `outputs` arrays of `size` elements.
  template <class T>
  [[nodiscard]] operands<T> get(std::size_t size, std::size_t inputs, std::size_t outputs = 1) {
    using other = std::conditional_t<std::is_same_v<T, float>, double, float>;
    if (std::get<arrays<other>>(arrays_).bytes() > kept_bytes) {
      std::get<arrays<other>>(arrays_) = {};
    }
    arrays<T>& mine = std::get<arrays<T>>(arrays_);
    operands<T> data;
    data.x = mine.x.normal(size, 0);
    data.dy = inputs >= 2 ? mine.dy.normal(size, 1088) : std::span<T>{};
    data.third = inputs >= 3 ? mine.third.normal(size, 3264) : std::span<T>{};
    data.out = mine.out.plain(size, 2176);
    data.second = outputs >= 2 ? mine.second.plain(size, 576) : std::span<T>{};
    return data;
  }

  /// Room for what a function makes of x, which then takes the place of x.
  template <class T>
  [[nodiscard]] std::span<T> output_of_x(std::size_t size) {
    return std::get<arrays<T>>(arrays_).output_of_x.plain(size, 0);
  }

private:
  /// What the other type may hold on to: a run that mixes both should not refill at every row.
  static constexpr std::size_t kept_bytes = std::size_t{64} << 20;

  template <class T>
  struct arrays {
    lazy_array<T> x;
    lazy_array<T> dy;
    lazy_array<T> third;
    lazy_array<T> out;
    lazy_array<T> second;
    lazy_array<T> output_of_x;

    [[nodiscard]] std::size_t bytes() const noexcept {
      return x.bytes() + dy.bytes() + third.bytes() + out.bytes() + second.bytes() + output_of_x.bytes();
    }
  };

  std::tuple<arrays<float>, arrays<double>> arrays_;
};

} // namespace rectify_bench
