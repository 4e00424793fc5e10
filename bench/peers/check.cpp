// SPDX-License-Identifier: MIT
// Is every peer what its name says, with rectify's parameters? Compares each with the textbook formula in double, loosely: a
// wrong alpha or swapped arguments are far off, what rounding does to a formula is not its business. Prints what there is, and
// fails where a peer is something else, writes outside its range, or remembers an earlier call.
#include "peer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <map>
#include <numbers>
#include <random>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace {

using rectify_peers::peer;

struct reference {
  double (*forward)(double);
  double (*derivative)(double);
};

[[nodiscard]] double sigma(double x) {
  return 1 / (1 + std::exp(-x));
}
[[nodiscard]] double soft(double x) {
  return std::log1p(std::exp(-std::abs(x))) + std::max(x, 0.0);
}
[[nodiscard]] double normal_share(double x) {
  return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}
[[nodiscard]] double normal_density(double x) {
  return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
}
[[nodiscard]] double tanh_argument(double x) {
  return std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x);
}
constexpr double selu_scale = 1.0507009873554804934193349852946;
constexpr double selu_alpha = 1.6732632423543772848170429916717;

std::map<std::string, reference> const references{
    {"relu", {[](double x) { return std::max(x, 0.0); }, [](double x) { return x > 0 ? 1.0 : 0.0; }}},
    {"leaky_relu", {[](double x) { return x > 0 ? x : 0.01 * x; }, [](double x) { return x > 0 ? 1 : 0.01; }}},
    {"prelu", {[](double x) { return x > 0 ? x : 0.25 * x; }, [](double x) { return x > 0 ? 1 : 0.25; }}},
    {"relu6", {[](double x) { return std::clamp(x, 0.0, 6.0); }, [](double x) { return x > 0 && x < 6 ? 1.0 : 0.0; }}},
    {"hard_tanh", {[](double x) { return std::clamp(x, -1.0, 1.0); }, [](double x) { return x > -1 && x < 1 ? 1.0 : 0.0; }}},
    {"thresholded_relu", {[](double x) { return x > 1 ? x : 0; }, [](double x) { return x > 1 ? 1.0 : 0.0; }}},
    {"hard_sigmoid",
     {[](double x) { return std::clamp(x / 6 + 0.5, 0.0, 1.0); }, [](double x) { return x > -3 && x < 3 ? 1.0 / 6 : 0; }}},
    {"hard_swish",
     {[](double x) { return x * std::clamp(x / 6 + 0.5, 0.0, 1.0); },
      [](double x) { return x < -3  ? 0
                            : x > 3 ? 1
                                    : x / 3 + 0.5; }}},
    {"softsign",
     {[](double x) { return x / (1 + std::abs(x)); }, [](double x) { return 1 / ((1 + std::abs(x)) * (1 + std::abs(x))); }}},
    {"elu", {[](double x) { return x > 0 ? x : std::expm1(x); }, [](double x) { return x > 0 ? 1 : std::exp(x); }}},
    {"celu", {[](double x) { return x > 0 ? x : std::expm1(x); }, [](double x) { return x > 0 ? 1 : std::exp(x); }}},
    {"selu",
     {[](double x) { return selu_scale * (x > 0 ? x : selu_alpha * std::expm1(x)); },
      [](double x) { return selu_scale * (x > 0 ? 1 : selu_alpha * std::exp(x)); }}},
    {"sigmoid", {sigma, [](double x) { return sigma(x) * sigma(-x); }}},
    {"log_sigmoid", {[](double x) { return -soft(-x); }, [](double x) { return sigma(-x); }}},
    {"tanh", {[](double x) { return std::tanh(x); }, [](double x) { return 1 / (std::cosh(x) * std::cosh(x)); }}},
    {"silu", {[](double x) { return x * sigma(x); }, [](double x) { return sigma(x) * (1 + x * sigma(-x)); }}},
    {"softplus", {soft, sigma}},
    {"mish",
     {[](double x) { return x * std::tanh(soft(x)); },
      [](double x) {
        double const t = std::tanh(soft(x));
        return t + x * (1 - t * t) * sigma(x);
      }}},
    {"gelu", {[](double x) { return x * normal_share(x); }, [](double x) { return normal_share(x) + x * normal_density(x); }}},
    {"gelu_tanh",
     {[](double x) { return 0.5 * x * (1 + std::tanh(tanh_argument(x))); },
      [](double x) {
        double const t = std::tanh(tanh_argument(x));
        double const slope = std::sqrt(2 / std::numbers::pi) * (1 + 3 * 0.044715 * x * x);
        return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * slope;
      }}},
};

[[nodiscard]] std::vector<double> in_double(std::span<float const> x) {
  return {x.begin(), x.end()};
}

/// The functions of a row, of which no number's result is its own.
std::set<std::string> const row_functions{"softmax", "log_softmax"};

/// The logarithm of each number's share of its row.
[[nodiscard]] std::vector<double> log_softmax(std::span<float const> x, std::size_t row) {
  std::vector<double> y = in_double(x);
  for (std::size_t begin = 0; begin < y.size(); begin += row) {
    std::span<double> const of_row = std::span(y).subspan(begin, row);
    double const largest = *std::max_element(of_row.begin(), of_row.end());
    double sum = 0;
    for (double const value : of_row) {
      sum += std::exp(value - largest);
    }
    for (double& value : of_row) {
      value -= largest + std::log(sum);
    }
  }
  return y;
}

[[nodiscard]] std::vector<double> forward_reference(std::string const& function, std::span<float const> x, std::size_t row) {
  if (row_functions.contains(function)) {
    std::vector<double> y = log_softmax(x, row);
    if (function == "softmax") {
      std::transform(y.begin(), y.end(), y.begin(), [](double logarithm) { return std::exp(logarithm); });
    }
    return y;
  }
  std::vector<double> y = in_double(x);
  std::transform(y.begin(), y.end(), y.begin(), references.at(function).forward);
  return y;
}

[[nodiscard]] std::vector<double> backward_reference(std::string const& function, std::span<float const> x,
                                                     std::span<float const> dy, std::size_t row) {
  std::vector<double> dx = in_double(dy);
  if (row_functions.contains(function)) {
    bool const of_shares = function == "softmax";
    std::vector<double> const shares = forward_reference("softmax", x, row);
    for (std::size_t begin = 0; begin < dx.size(); begin += row) {
      double sum = 0;
      for (std::size_t i = begin; i < begin + row; ++i) {
        sum += of_shares ? shares[i] * dx[i] : dx[i];
      }
      for (std::size_t i = begin; i < begin + row; ++i) {
        dx[i] = of_shares ? shares[i] * (dx[i] - sum) : dx[i] - shares[i] * sum;
      }
    }
    return dx;
  }
  for (std::size_t i = 0; i < dx.size(); ++i) {
    dx[i] *= references.at(function).derivative(static_cast<double>(x[i]));
  }
  return dx;
}

/// Numbers on both sides of every kink, but none so near to one that its rounding would choose the side.
void fill(std::span<float> x, unsigned seed) {
  std::mt19937 bits(seed);
  std::uniform_real_distribution<float> distribution(-8, 8);
  for (float& value : x) {
    do {
      value = distribution(bits);
    } while (std::abs(value - std::round(value)) < 0.001F);
  }
}

/// Which part of memory that all calls share. A peer keeps what it set up: each place differs from the one before in one respect
/// (the size, the rows of it, where the inputs begin, where the output begins), or in the numbers alone, and the first one comes
/// back.
struct place {
  std::size_t size;
  std::size_t row;
  std::size_t in;
  std::size_t out;
};
constexpr std::array places{place{1024, 1024, 0, 1},   place{1024, 1024, 0, 1},    place{1024, 1024, 0, 2},
                            place{1024, 1024, 1, 2},   place{1024, 16, 1, 2},      place{1008, 16, 1, 2},
                            place{7, 7, 1, 2},         place{7, 1, 1, 2},          place{1, 1, 1, 2},
                            place{1, 1, 2, 2},         place{1, 1, 2, 3},          place{16384, 16384, 2, 3},
                            place{1024, 1024, 0, 1},   place{16384, 128, 2, 3},    place{1000, 10, 2, 3},
                            place{100000, 1000, 0, 1}, place{100000, 100000, 0, 1}};
constexpr std::size_t capacity = 100000 + 8;

struct memory {
  std::vector<float> x = std::vector<float>(capacity);
  std::vector<float> dy = std::vector<float>(capacity);
  std::vector<float> out = std::vector<float>(capacity);
};

int failures = 0;

/// The output lies between two sentinels.
template <class Call>
void check(peer const& p, char const* direction, memory& m, place at, std::vector<double> const& wanted, Call const& call) {
  constexpr float sentinel = 12345;
  float& before = m.out[at.out - 1];
  float& behind = m.out[at.out + at.size];
  std::span<float> const out = std::span(m.out).subspan(at.out, at.size);
  std::fill(out.begin(), out.end(), std::numeric_limits<float>::quiet_NaN());
  before = behind = sentinel;
  call(out);
  auto const report = [&](std::size_t i, char const* what) {
    ++failures;
    std::printf("FAILED %s %s %s, %zu of %zu: %s; from %g, got %g, wanted %g\n", p.library.c_str(), p.function.c_str(), direction,
                i, at.size, what, static_cast<double>(m.x[at.in + i]), static_cast<double>(out[i]), wanted[i]);
  };
  if (before != sentinel || behind != sentinel) {
    report(0, "wrote outside its range");
    return;
  }
  // 3e-5, since gelu and gelu_tanh are up to 4.7e-4 apart. In a row of 100,000 a plain sum in float is 9e-5 off, its gradient by
  // that many times as much, and a share is measured against the average one.
  bool const of_rows = row_functions.contains(p.function);
  double const tolerance = of_rows ? 1e-3 : 3e-5;
  double const unit = p.function == "softmax" ? 1 / static_cast<double>(at.row) : 1;
  for (std::size_t i = 0; i < at.size; ++i) {
    if (!(std::abs(static_cast<double>(out[i]) - wanted[i]) <= tolerance * (std::abs(wanted[i]) + unit))) {
      report(i, "another function");
      return;
    }
  }
}

void check(peer const& p, memory& m, place at, unsigned seed) {
  std::span<float> const x = std::span(m.x).subspan(at.in, at.size);
  std::span<float> const dy = std::span(m.dy).subspan(at.in, at.size);
  fill(x, seed);
  fill(dy, seed + 1);
  std::vector<double> const y_wanted = forward_reference(p.function, x, at.row);
  std::vector<double> const dx_wanted = backward_reference(p.function, x, dy, at.row);
  if (p.forward) {
    check(p, "forward", m, at, y_wanted, [&](std::span<float> y) { p.forward(x, y); });
  }
  if (p.forward_of_rows) {
    check(p, "forward", m, at, y_wanted, [&](std::span<float> y) { p.forward_of_rows(x, y, at.row); });
  }
  if (p.backward) {
    check(p, "backward", m, at, dx_wanted, [&](std::span<float> dx) { p.backward(x, dy, dx); });
  }
  if (p.backward_from_output || p.backward_of_rows_from_output) {
    std::transform(y_wanted.begin(), y_wanted.end(), x.begin(), [](double y) { return static_cast<float>(y); });
    check(p, "backward from output", m, at, dx_wanted, [&](std::span<float> dx) {
      p.backward_from_output ? p.backward_from_output(x, dy, dx) : p.backward_of_rows_from_output(x, dy, dx, at.row);
    });
  }
}

struct counts {
  std::string version;
  std::size_t forward = 0;
  std::size_t backward = 0;
  std::size_t backward_from_output = 0;
};

} // namespace

int main() {
  memory m;
  std::vector<std::pair<std::string, counts>> found;
  std::set<std::pair<std::string, std::string>> seen;
  for (peer const& p : rectify_peers::all_peers()) {
    if (!row_functions.contains(p.function) && !references.contains(p.function)) {
      ++failures;
      std::printf("FAILED %s: no reference for %s\n", p.library.c_str(), p.function.c_str());
      continue;
    }
    if (!seen.emplace(p.library, p.function).second ||
        !(p.forward || p.forward_of_rows || p.backward || p.backward_from_output)) {
      ++failures;
      std::printf("FAILED %s: %s is there twice, or empty\n", p.library.c_str(), p.function.c_str());
    }
    if (found.empty() || found.back().first != p.library) {
      found.emplace_back(p.library, counts{p.version});
    }
    counts& count = found.back().second;
    count.forward += std::size_t{p.forward || p.forward_of_rows};
    count.backward += std::size_t{p.backward != nullptr};
    count.backward_from_output += std::size_t{p.backward_from_output || p.backward_of_rows_from_output};
    unsigned seed = 0;
    for (place const& at : places) {
      check(p, m, at, seed += 2);
    }
  }
  std::printf("%-16s %7s %8s %11s  %s\n", "library", "forward", "backward", "from output", "version");
  for (auto const& [library, count] : found) {
    std::printf("%-16s %7zu %8zu %11zu  %s\n", library.c_str(), count.forward, count.backward, count.backward_from_output,
                count.version.c_str());
  }
  std::printf(failures == 0 ? "every one is what its name says\n" : "%d failures\n", failures);
  return failures == 0 ? 0 : 1;
}
