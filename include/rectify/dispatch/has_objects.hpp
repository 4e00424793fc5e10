// SPDX-License-Identifier: MIT
#pragma once

#ifdef RECTIFY_DISPATCH_CATALOGUE
#include <rectify/dispatch/catalogue.hpp>
#endif

namespace rectify {

/// Is the program linked with objects of the functor F, one for each instruction set? They hold the kernels of gated<F> too.
/// rectify_add_dispatch() specialises it for a user's functors; the target rectify::dispatch defines RECTIFY_DISPATCH_CATALOGUE.
template <class F>
inline constexpr bool has_objects =
#ifdef RECTIFY_DISPATCH_CATALOGUE
    is_in_catalogue<F>;
#else
    false;
#endif

} // namespace rectify
