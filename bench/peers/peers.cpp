// SPDX-License-Identifier: MIT
#include "libraries.hpp"

namespace rectify_peers {

std::vector<peer> all_peers() {
  std::vector<peer> peers;
  add_std(peers);
  add_std_fast_math(peers);
  add_xsimd(peers);
#if RECTIFY_HAS_EIGEN
  add_eigen(peers);
#endif
#if RECTIFY_HAS_SLEEF
  add_sleef(peers);
#endif
#if RECTIFY_HAS_HIGHWAY
  add_highway(peers);
#endif
#if RECTIFY_HAS_ONEDNN
  add_onednn(peers);
#endif
#if RECTIFY_HAS_XNNPACK
  add_xnnpack(peers);
#endif
#if RECTIFY_HAS_LIBTORCH
  add_libtorch(peers);
#endif
  return peers;
}

} // namespace rectify_peers
