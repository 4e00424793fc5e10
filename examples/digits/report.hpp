// SPDX-License-Identifier: MIT
#pragma once

#include "training.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// The table, what can be seen in it, and whether it is so.
namespace digits {

inline constexpr double first_slope = rectify::prelu<double>{}.slope;

/// The rows of one table.
struct comparison {
  measurement relu;
  measurement leaky_relu;
  measurement prelu;
  measurement elu;
  measurement none;

  [[nodiscard]] std::array<measurement, 5> rows() const { return {relu, leaky_relu, prelu, elu, none}; }
  [[nodiscard]] std::array<measurement, 4> with_activation() const { return {relu, leaky_relu, prelu, elu}; }
  [[nodiscard]] std::array<measurement, 3> with_a_negative_side() const { return {leaky_relu, prelu, elu}; }
};

inline bool is_less_accurate(measurement const& a, measurement const& b) {
  return a.accuracy < b.accuracy;
}

inline void print_table(beginning const& from, comparison const& seen) {
  std::printf("\n%.*s\n", static_cast<int>(from.description.size()), from.description.data());
  std::printf("activation   test accuracy   exact zeros   dead units   gradient at start   learned slopes   seconds\n");
  for (measurement const& row : seen.rows()) {
    char slopes[32] = "-";
    if (row.learned_slopes != 0) {
      std::snprintf(slopes, sizeof slopes, "%.2f .. %.2f", row.lowest_slope, row.highest_slope);
    }
    std::printf("%-10s %13.1f %% %11.2f %% %6zu of %zu %19.3g %16s %9.2f\n", row.name.data(), 100 * row.accuracy,
                100 * row.zero_share, row.dead_units, all_hidden_units, row.first_layer_gradient, slopes, row.seconds);
  }
  std::printf("\n");
}

/// "4.2 points below", from the accuracies.
inline std::string compare_accuracies(measurement const& a, measurement const& b) {
  double const points = 100 * (a.accuracy - b.accuracy);
  char text[64];
  std::snprintf(text, sizeof text, "%.1f points %s", std::abs(points), points < 0 ? "below" : "above");
  return text;
}

inline void describe_good_beginning(comparison const& seen) {
  auto const active = seen.with_activation();
  auto const worst = *std::min_element(active.begin(), active.end(), is_less_accurate);
  auto const leaking = seen.with_a_negative_side();
  auto const most_zeros = std::max_element(
      leaking.begin(), leaking.end(), [](measurement const& a, measurement const& b) { return a.zero_share < b.zero_share; });
  std::printf("Without an activation all layers together are one linear map, right for %.1f %% of the test digits,\n"
              "%s the worst of the others (%s, %.1f %%).\n",
              100 * seen.none.accuracy, compare_accuracies(seen.none, worst).c_str(), worst.name.data(), 100 * worst.accuracy);
  std::printf(
      "relu makes %.1f %% of the hidden activations exactly 0, products that an engine can skip; the others %.2f %% at most.\n",
      100 * seen.relu.zero_share, 100 * most_zeros->zero_share);
  std::printf("prelu began with slopes of %.2f and learned one for each of %zu units, from %.2f to %.2f.\n", first_slope,
              seen.prelu.learned_slopes, seen.prelu.lowest_slope, seen.prelu.highest_slope);
}

inline void describe_bad_beginning(comparison const& seen) {
  auto const leaking = seen.with_a_negative_side();
  auto const [worst, best] = std::minmax_element(leaking.begin(), leaking.end(), is_less_accurate);
  std::size_t dead = 0;
  for (measurement const& row : leaking) {
    dead += row.dead_units;
  }
  std::printf("relu has %zu of %zu units dead: their derivative is 0 for every training digit, so nothing can move them.\n"
              "Its first layer began with a gradient of %.3g, and it is right for %.1f %% of the test digits.\n",
              seen.relu.dead_units, all_hidden_units, seen.relu.first_layer_gradient, 100 * seen.relu.accuracy);
  std::printf("leaky_relu, prelu and elu, whose slope below zero is not 0, have %zu dead units among them\n"
              "and reach %.1f to %.1f %%: the worst is %s relu.\n",
              dead, 100 * worst->accuracy, 100 * best->accuracy, compare_accuracies(*worst, seen.relu).c_str());
}

/// Claims that do not hold, as text.
class claims {
public:
  void expect(bool holds, std::string claim) {
    if (!holds) {
      broken_.push_back(std::move(claim));
    }
  }
  [[nodiscard]] std::span<std::string const> broken() const { return broken_; }

private:
  std::vector<std::string> broken_;
};

inline void check_zeros(comparison const& seen, claims& all) {
  all.expect(seen.relu.zero_share > 0.1, "relu leaves more than a tenth of the hidden activations exactly 0");
  for (measurement const& row : seen.with_a_negative_side()) {
    // not == 0: among a hundred thousand sums one may come out as 0 by chance
    all.expect(row.zero_share < 0.0001, std::string(row.name) + " leaves no activation exactly 0, but by chance");
  }
}

inline void check_good_beginning(comparison const& seen, claims& all) {
  check_zeros(seen, all);
  all.expect(seen.prelu.lowest_slope < first_slope && first_slope < seen.prelu.highest_slope,
             "prelu learns slopes on both sides of the first one");
  for (measurement const& row : seen.with_activation()) {
    all.expect(row.accuracy > seen.none.accuracy + 0.02,
               std::string(row.name) + " is more than 2 points better than no activation");
  }
}

inline void check_bad_beginning(comparison const& seen, claims& all) {
  check_zeros(seen, all);
  all.expect(seen.relu.dead_units > 0, "relu has dead units");
  for (measurement const& row : seen.with_a_negative_side()) {
    all.expect(row.dead_units == 0, std::string(row.name) + " has no dead unit");
    all.expect(row.accuracy > seen.relu.accuracy + 0.1, std::string(row.name) + " is more than 10 points better than relu");
  }
}

} // namespace digits
