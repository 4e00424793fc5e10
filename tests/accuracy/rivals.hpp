// SPDX-License-Identifier: MIT
#pragma once

#include "accuracy/measurement.hpp"
#include "peer.hpp"

#include <map>

/// The same measurement for other libraries, side by side.
namespace rectify::test {

/// The largest errors over all floats, and over those between -5 and 5, where no result is near the end of the format.
struct rival_errors {
  double everywhere = 0;
  double near_zero = 0;
};

inline std::string in_ulp(double error) {
  char text[32];
  std::snprintf(text, sizeof text, error < 100 ? "%.2f" : "%.1e", error);
  return text;
}

template <class Kernel>
rival_errors measure_rival(subject<float> const& s, Kernel const& kernel, extent const& e) {
  rival_errors worst;
  block<float> b;
  for (std::size_t i = 0; i < block_count<float>(e); ++i) {
    fill(b.x, i, e);
    b.result.assign(b.x.size(), std::numeric_limits<float>::quiet_NaN());
    b.nearly.resize(b.x.size());
    kernel(b.x, b.result);
    s.nearly(b.x, b.nearly);
    for (std::size_t j = 0; j < b.x.size(); ++j) {
      if (std::isnan(b.x[j]) || is_left_out(s, b.x[j]) || is_near_zero(s, b.x[j])) {
        continue; // the last: where the derivative passes through zero, nobody is exact to the ULP
      }
      double const error = ulp_error(b.result[j], b.nearly[j]);
      worst.everywhere = std::max(worst.everywhere, error);
      if (std::abs(b.x[j]) <= 5) {
        worst.near_zero = std::max(worst.near_zero, error);
      }
    }
  }
  return worst;
}

/// A row a function and direction, a column a library, rectify first.
inline void print_rivals(extent const& e) {
  std::vector<rectify_peers::peer> const peers = rectify_peers::all_peers();
  std::vector<std::string> libraries;
  std::printf("Errors of float in ULP, of x from -5 to 5 / of all x; each %llu-th float. Libraries:",
              static_cast<unsigned long long>(e.stride));
  for (rectify_peers::peer const& peer : peers) {
    if (std::find(libraries.begin(), libraries.end(), peer.library) == libraries.end()) {
      libraries.push_back(peer.library);
      std::printf("%s %s %s", libraries.size() == 1 ? "" : ",", peer.library.c_str(), peer.version.c_str());
    }
  }
  std::printf(".\n\n| function | direction | rectify |");
  for (std::string const& library : libraries) {
    std::printf(" %s |", library.c_str());
  }
  std::printf("\n|---|---|");
  for (std::size_t i = 0; i <= libraries.size(); ++i) {
    std::printf("---|");
  }
  std::printf("\n");
  for (subject<float> const& s : subjects<float>()) {
    bool const is_forward = s.direction == "forward";
    auto const cell = [](rival_errors const& errors) { return in_ulp(errors.near_zero) + " / " + in_ulp(errors.everywhere); };
    std::map<std::string, std::string> cells;
    for (rectify_peers::peer const& peer : peers) {
      if (peer.function != s.function || (is_forward ? !peer.forward : !peer.backward)) {
        continue;
      }
      std::vector<float> ones(block_size, 1.0F);
      cells[peer.library] = cell(measure_rival(
          s,
          [&](std::vector<float> const& x, std::vector<float>& result) {
            if (is_forward) {
              peer.forward(x, result);
            } else {
              peer.backward(x, std::span<float const>(ones).first(x.size()), result);
            }
          },
          e));
    }
    if (cells.empty()) {
      continue;
    }
    rival_errors const own = measure_rival(
        s, [&](std::vector<float> const& x, std::vector<float>& result) { s.result(x, result); }, e);
    std::printf("| %s | %s | %s |", s.function.c_str(), s.direction.c_str(), cell(own).c_str());
    for (std::string const& library : libraries) {
      std::printf(" %s |", cells.contains(library) ? cells.at(library).c_str() : "");
    }
    std::printf("\n");
    std::fflush(stdout);
  }
}

} // namespace rectify::test
