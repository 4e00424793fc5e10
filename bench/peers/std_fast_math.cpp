// SPDX-License-Identifier: MIT
// Compiled with -ffast-math, which lets the compiler call glibc's vector functions (libmvec). Infinities, NaN and -0 are then
// nobody's promise. The flag stays out of the link: it would add code that makes the whole process flush subnormals.
#include "std_loops.hpp"

#if !defined(__FAST_MATH__)
#error "this file is std.cpp again without -ffast-math"
#endif

namespace rectify_peers {

void add_std_fast_math(std::vector<peer>& peers) {
  add_std_loops(peers);
}

} // namespace rectify_peers
