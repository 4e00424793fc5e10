// SPDX-License-Identifier: MIT
#pragma once

#include "by_hand.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#if defined(__GLIBC__)
#include <gnu/libc-version.h>
#endif

/// Plain loops over the standard library's functions, for the compiler to vectorise as its flags allow.
namespace rectify_peers {
namespace {

struct std_words {
  using V = float;
  static constexpr std::size_t lanes = 1;

  [[nodiscard]] static std::string library() {
#if defined(__FAST_MATH__)
    return "std -ffast-math";
#else
    return "std";
#endif
  }
  [[nodiscard]] static std::string version() {
    std::string version;
#if defined(__GLIBC__)
    version = std::string("glibc ") + gnu_get_libc_version() + ", ";
#endif
#if defined(__clang__)
    return version + __VERSION__;
#else
    return version + "g++ " + __VERSION__;
#endif
  }

  [[nodiscard, gnu::always_inline]] static float load(float const* from) {
    return *from;
  }
  [[gnu::always_inline]] static void store(float* to, float x) {
    *to = x;
  }
  [[nodiscard, gnu::always_inline]] static float set(float x) {
    return x;
  }
  [[nodiscard, gnu::always_inline]] static float max(float a, float b) {
    return a > b ? a : b;
  }
  [[nodiscard, gnu::always_inline]] static float min(float a, float b) {
    return a < b ? a : b;
  }
  [[nodiscard, gnu::always_inline]] static float abs(float x) {
    return std::fabs(x);
  }
  [[nodiscard, gnu::always_inline]] static float where_positive(float x, float a, float b) {
    return x > 0 ? a : b;
  }
  [[nodiscard, gnu::always_inline]] static float exp(float x) {
    return std::exp(x);
  }
  [[nodiscard, gnu::always_inline]] static float expm1(float x) {
    return std::expm1(x);
  }
  [[nodiscard, gnu::always_inline]] static float log1p(float x) {
    return std::log1p(x);
  }
  [[nodiscard, gnu::always_inline]] static float tanh(float x) {
    return std::tanh(x);
  }
  [[nodiscard, gnu::always_inline]] static float erf(float x) {
    return std::erf(x);
  }
};

/// y = e^(x - the row's largest number), for each row; end_of_row(x, y, largest, sum of y) makes results of it.
template <class EndOfRow>
[[nodiscard]] inline peer::unary_of_rows std_rows(EndOfRow end_of_row) {
  return [end_of_row](std::span<float const> all_x, std::span<float> all_y, std::size_t row) {
    for (std::size_t begin = 0; begin < all_x.size(); begin += row) {
      std::span<float const> const x = all_x.subspan(begin, row);
      std::span<float> const y = all_y.subspan(begin, row);
      float largest = x[0];
      for (float const value : x) {
        largest = std_words::max(value, largest);
      }
      float sum = 0;
      for (std::size_t i = 0; i < row; ++i) {
        y[i] = std::exp(x[i] - largest);
      }
      for (float const value : y) {
        sum += value;
      }
      end_of_row(x, y, largest, sum);
    }
  };
}

inline void add_std_loops(std::vector<peer>& peers) {
  add_piecewise<std_words>(peers);
  add_smooth<std_words>(peers);
  auto const softmax = [](std::span<float const>, std::span<float> y, float, float sum) {
    float const share = 1 / sum;
    for (float& value : y) {
      value *= share;
    }
  };
  auto const log_softmax = [](std::span<float const> x, std::span<float> y, float largest, float sum) {
    float const logarithm = largest + std::log(sum);
    for (std::size_t i = 0; i < x.size(); ++i) {
      y[i] = x[i] - logarithm;
    }
  };
  peers.push_back({std_words::library(), std_words::version(), "softmax", {}, {}, {}, std_rows(softmax)});
  peers.push_back({std_words::library(), std_words::version(), "log_softmax", {}, {}, {}, std_rows(log_softmax)});
}

} // namespace
} // namespace rectify_peers
