// SPDX-License-Identifier: MIT
#include "std_loops.hpp"

namespace rectify_peers {

void add_std(std::vector<peer>& peers) {
  add_std_loops(peers);
}

} // namespace rectify_peers
