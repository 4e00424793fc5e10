// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace rectify::test {

/// Inputs at which implementations go wrong: the ends of the format, zeros, infinities, NaN, and where exp saturates.
template <class T>
std::vector<T> special_inputs() {
  using limits = std::numeric_limits<T>;
  std::vector<T> inputs{limits::quiet_NaN()};
  for (T const x : {T(0),
                    limits::denorm_min(),
                    limits::min(),
                    T(limits::min() - limits::denorm_min()),
                    limits::epsilon(),
                    T(1e-3),
                    T(0.25),
                    T(0.5),
                    T(1),
                    T(2),
                    T(3),
                    T(6),
                    T(17.3),
                    T(17.4),
                    T(37.4),
                    T(37.5),
                    T(88),
                    T(88.7),
                    T(89),
                    T(103.9),
                    T(104),
                    T(709),
                    T(710),
                    T(745),
                    T(746),
                    T(1e6),
                    limits::max(),
                    limits::infinity()}) {
    inputs.push_back(x);
    inputs.push_back(-x);
  }
  return inputs;
}

/// Numbers of both signs around 0, the same in every run and on every machine.
template <class T>
std::vector<T> random_inputs(std::size_t size, std::uint64_t seed = 1, double scale = 4) {
  std::mt19937_64 generator(seed);
  std::vector<T> inputs(size);
  for (T& x : inputs) { // the standard's distributions differ between libraries
    double const unit = static_cast<double>(generator() >> 11) * 0x1p-53;
    double const wide = static_cast<double>(generator() >> 11) * 0x1p-53;
    x = static_cast<T>((2 * unit - 1) * scale * (wide < 0.1 ? 16 : 1));
  }
  return inputs;
}

/// Random inputs with the special ones strewn in.
template <class T>
std::vector<T> mixed_inputs(std::size_t size, std::size_t seed = 1) {
  std::vector<T> inputs = random_inputs<T>(size, seed);
  std::vector<T> const special = special_inputs<T>();
  for (std::size_t i = seed % 3; i < size; i += 3) {
    inputs[i] = special[(i / 3 + seed) % special.size()];
  }
  return inputs;
}

} // namespace rectify::test
