// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/catalogue.hpp>

#include <vector>

namespace rectify::test {

/// f with its default parameters and with others, among them those for which a formula by max or min would be wrong.
template <class F>
std::vector<F> variants() {
  using T = typename F::value_type;
  std::vector<F> all{F{}};
  for (parameter<F> const& p : parameters_of<F>()) {
    for (T const value : {T(0), T(0.5), T(1), T(1.99), T(7), T(-0.75)}) {
      F f{};
      f.*p.member = value;
      if constexpr (requires { f.check(); }) {
        if (f.check()) { // outside its domain
          continue;
        }
      }
      all.push_back(f);
    }
  }
  return all;
}

} // namespace rectify::test
