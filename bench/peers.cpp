// SPDX-License-Identifier: MIT
#include "contender.hpp"

#if defined(RECTIFY_BENCH_HAS_PEERS)
#include <peer.hpp>
#endif

#include <cctype>

namespace rectify_bench {

#if defined(RECTIFY_BENCH_HAS_PEERS)

namespace {

/// Set up when the first row asks; the rows keep copies, which share what was set up.
[[nodiscard]] std::vector<rectify_peers::peer> const& all() {
  static std::vector<rectify_peers::peer> const peers = rectify_peers::all_peers();
  return peers;
}

/// As a part of a row's name: "std -ffast-math" becomes std_ffast_math.
[[nodiscard]] std::string name_of(std::string const& library) {
  std::string name;
  for (char const c : library) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      name.push_back(c);
    } else if (!name.empty() && name.back() != '_') {
      name.push_back('_');
    }
  }
  return name;
}

} // namespace

std::vector<contender<float>> peers_of(std::string_view direction, std::string_view function) {
  std::vector<contender<float>> found;
  for (rectify_peers::peer const& p : all()) {
    if (p.function != function) {
      continue;
    }
    if (direction == "forward" && p.forward) {
      found.push_back(
          contender_with_loop<float>(name_of(p.library), [f = p.forward](operands<float>& data) { f(data.x, data.out); }));
    }
    auto const& gradient = direction == "backward" ? p.backward : p.backward_from_output;
    if ((direction == "backward" || direction == "backward_from_output") && gradient) {
      found.push_back(contender_with_loop<float>(name_of(p.library),
                                                 [f = gradient](operands<float>& data) { f(data.x, data.dy, data.out); }));
    }
  }
  return found;
}

std::vector<contender<float>> peers_of_rows(std::string_view direction, std::string_view function, std::size_t row) {
  std::vector<contender<float>> found;
  for (rectify_peers::peer const& p : all()) {
    if (p.function != function) {
      continue;
    }
    if (direction == "forward" && p.forward_of_rows) {
      found.push_back(contender_with_loop<float>(
          name_of(p.library), [f = p.forward_of_rows, row](operands<float>& data) { f(data.x, data.out, row); }));
    }
    if (direction == "backward_from_output" && p.backward_of_rows_from_output) {
      found.push_back(
          contender_with_loop<float>(name_of(p.library), [f = p.backward_of_rows_from_output, row](operands<float>& data) {
            f(data.x, data.dy, data.out, row);
          }));
    }
  }
  return found;
}

std::vector<std::pair<std::string, std::string>> peer_versions() {
  std::vector<std::pair<std::string, std::string>> versions;
  for (rectify_peers::peer const& p : all()) {
    if (versions.empty() || versions.back().first != name_of(p.library)) {
      versions.emplace_back(name_of(p.library), p.version);
    }
  }
  return versions;
}

#else

std::vector<contender<float>> peers_of(std::string_view, std::string_view) {
  return {};
}

std::vector<contender<float>> peers_of_rows(std::string_view, std::string_view, std::size_t) {
  return {};
}

std::vector<std::pair<std::string, std::string>> peer_versions() {
  return {};
}

#endif

} // namespace rectify_bench
