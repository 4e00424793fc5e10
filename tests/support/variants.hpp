// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/catalogue.hpp>

#include <tuple>
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
      all.push_back(f);
    }
  }
  return all;
}

template <class List>
struct as_tuple;
template <class... F>
struct as_tuple<function_list<F...>> {
  using type = std::tuple<F...>;
};

template <class... Lists>
using joined = decltype(std::tuple_cat(typename as_tuple<Lists>::type{}...));

/// Every function, as Catch2 takes lists of types.
using floats = joined<catalogue<float>>;
using floats_and_doubles = joined<catalogue<float>, catalogue<double>>;
using every_kink = joined<catalogue<float, kink::zero>, catalogue<float, kink::left>, catalogue<float, kink::right>,
                          catalogue<double, kink::zero>, catalogue<double, kink::left>, catalogue<double, kink::right>>;

} // namespace rectify::test
