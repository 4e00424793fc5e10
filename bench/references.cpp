// SPDX-License-Identifier: MIT
#include "kernels.hpp"

#include <cstdio>
#include <cstdlib>

namespace rectify_bench {

reference reference_of(std::string_view function, bool steady) {
  reference found{};
  rectify::for_each_function(rectify::catalogue<double>{}, [&]<class F>(F const&) {
    if constexpr (rectify::differentiable_activation<F>) {
      if (F::name == function) {
        if (steady) {
          found = {[](double x) { return steady_functor<F>.forward(x); },
                   [](double x) { return steady_functor<F>.derivative(x); }};
        } else {
          found = {[](double x) { return F{}.forward(x); }, [](double x) { return F{}.derivative(x); }};
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

} // namespace rectify_bench
