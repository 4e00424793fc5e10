// SPDX-License-Identifier: MIT
#pragma once

#include "peer.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

/// One file per library defines one of these.
namespace rectify_peers {

void add_eigen(std::vector<peer>& peers);
void add_highway(std::vector<peer>& peers);
void add_libtorch(std::vector<peer>& peers);
void add_onednn(std::vector<peer>& peers);
void add_sleef(std::vector<peer>& peers);
void add_std(std::vector<peer>& peers);
void add_std_fast_math(std::vector<peer>& peers);
void add_xnnpack(std::vector<peer>& peers);
void add_xsimd(std::vector<peer>& peers);

/// What was set up, by size (of what the library wants to know at once): few sizes, mostly the last one again.
template <class Plan, class Size = std::size_t>
class plans {
public:
  template <class Make>
  [[nodiscard]] Plan& get(Size size, Make const& make) {
    if (last_ >= kept_.size() || kept_[last_].first != size) {
      for (last_ = 0; last_ < kept_.size() && kept_[last_].first != size;) {
        ++last_;
      }
      if (last_ == kept_.size()) {
        kept_.emplace_back(size, make(size));
      }
    }
    return kept_[last_].second;
  }

private:
  std::vector<std::pair<Size, Plan>> kept_;
  std::size_t last_ = 0;
};

} // namespace rectify_peers
