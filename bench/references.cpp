// SPDX-License-Identifier: MIT
#include "contender.hpp"

#include <rectify/catalogue.hpp>

#include <cstddef>
#include <cstdio>
#include <cstdlib>

namespace rectify_bench {
namespace {

/// visit(functor) for the default functor of T by the name of F.
template <class T, class F, class Visitor>
void for_namesake(Visitor const& visit) {
  rectify::for_each_function(rectify::catalogue<T>{}, [&]<class G>(G const& namesake) {
    if constexpr (G::name == F::name) {
      visit(namesake);
    }
  });
}

template <class T, class F>
[[nodiscard]] F with_parameters_of() {
  F f{};
  for_namesake<T, F>([&]<class G>(G const& namesake) {
    auto const from = rectify::parameters_of<G>();
    auto const to = rectify::parameters_of<F>();
    static_assert(from.size() == to.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
      f.*to[i].member = static_cast<double>(namesake.*from[i].member);
    }
  });
  return f;
}

template <class T, class F>
[[nodiscard]] double derivative_bound(double x) {
  double bound = 0;
  for_namesake<T, F>([&]<class G>(G const&) {
    if constexpr (requires { G::derivative_near_zero; }) {
      constexpr rectify::absolute_bound near_zero = G::derivative_near_zero;
      bound = x >= near_zero.from && x <= near_zero.to ? near_zero.error : 0;
    }
  });
  return bound;
}

template <class T, class F>
F const default_reference = with_parameters_of<T, F>();

template <class T, class F>
F const steady_reference = steady(with_parameters_of<T, F>());

} // namespace

template <class T>
reference reference_of(std::string_view function, bool steady) {
  reference found{};
  rectify::for_each_function(rectify::catalogue<double>{}, [&]<class F>(F const&) {
    if constexpr (rectify::differentiable_activation<F>) {
      if (F::name == function) {
        if (steady) {
          found = {[](double x) { return steady_reference<T, F>.forward(x); },
                   [](double x) { return steady_reference<T, F>.derivative(x); }, derivative_bound<T, F>};
        } else {
          found = {[](double x) { return default_reference<T, F>.forward(x); },
                   [](double x) { return default_reference<T, F>.derivative(x); }, derivative_bound<T, F>};
        }
      }
    }
  });
  if (found.forward == nullptr) {
    std::fprintf(stderr, "no reference for %.*s\n", static_cast<int>(function.size()), function.data());
    std::exit(EXIT_FAILURE);
  }
  return found;
}

template reference reference_of<float>(std::string_view, bool);
template reference reference_of<double>(std::string_view, bool);

} // namespace rectify_bench
