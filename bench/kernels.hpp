// SPDX-License-Identifier: MIT
#pragma once

#include "contender.hpp"

#include <rectify/rectify.hpp>

/// For the files that instantiate the library's kernels.
namespace rectify_bench {

template <class F>
inline F const default_functor{};

template <class F>
inline F const steady_functor = steady(F{});

/// For each function of the catalogue that the direction has. Its members: has<F>, and run(f, operands).
template <class Direction, class T>
[[nodiscard]] std::vector<kernel<T>> kernels_of(bool steady = false) {
  std::vector<kernel<T>> kernels;
  rectify::for_each_function(rectify::catalogue<T>{}, [&]<class F>(F const&) {
    if constexpr (has_rows<T> && Direction::template has<F>) {
      auto const run = [](void const* functor, operands<T>& data) { Direction::run(*static_cast<F const*>(functor), data); };
      kernels.push_back({F::name, run, steady ? &steady_functor<F> : &default_functor<F>});
    }
  });
  return kernels;
}

} // namespace rectify_bench
