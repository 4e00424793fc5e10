// SPDX-License-Identifier: MIT
// Pictures of every function from the functors themselves: the curve with its derivative, and the error of both.
//   rectify_curves DIRECTORY           writes them
//   rectify_curves --check DIRECTORY   fails when those in DIRECTORY are not what it would write
//   rectify_curves --readme            prints the lines that show them
#include "curves/picture.hpp"
#include "curves/ulp.hpp"

#include <rectify/catalogue.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>
#include <map>
#include <random>
#include <sstream>

using namespace rectify;
using namespace curves;

namespace {

constexpr double range = 6;

/// The points at which to leave a line out: between the two numbers beside each kink.
template <class F>
std::vector<double> inputs(F const& f) {
  std::vector<double> xs;
  for (int i = 0; i <= 480; ++i) {
    xs.push_back(-range + 2 * range * i / 480);
  }
  for (double const kink : kinks_of(f)) {
    xs.push_back(kink);
    xs.push_back(std::nextafter(kink, -range));
    xs.push_back(std::nextafter(kink, range));
  }
  std::sort(xs.begin(), xs.end());
  return xs;
}

/// The line through g, in pieces: a jump of g at a kink is not a line.
template <class F, class G>
void draw(picture& plot, series s, F const& f, G const& g) {
  auto const kinks = kinks_of(f);
  std::vector<position> piece;
  for (double const x : inputs(f)) {
    if (std::find(kinks.begin(), kinks.end(), x) == kinks.end()) {
      piece.push_back({x, g(x)});
      continue;
    }
    double const below = g(std::nextafter(x, -range));
    double const above = g(std::nextafter(x, range));
    if (std::abs(below - above) > 0.01) {
      plot.curve(s, piece);
      piece.clear();
    }
  }
  plot.curve(s, piece);
  for (double const x : kinks) {
    double const below = g(std::nextafter(x, -range));
    double const above = g(std::nextafter(x, range));
    if (std::abs(below - above) > 0.01) {
      for (double const side : {below, above}) {
        plot.dot(s, {x, side}, std::abs(side - g(x)) < 0.01);
      }
      if (std::abs(g(x) - below) > 0.01 && std::abs(g(x) - above) > 0.01) {
        plot.dot(s, {x, g(x)}, true);
      }
    }
  }
}

template <class F>
std::string curve_of(F const& f) {
  auto const forward = [&](double x) { return f(x); };
  auto const derivative = [&](double x) { return f.derivative(x); };
  double low = 0;
  double high = 1;
  for (double const x : inputs(f)) {
    low = std::min({low, forward(x), derivative(x)});
    high = std::max({high, forward(x), derivative(x)});
  }
  low = std::max(std::floor(low * 2 - 0.2) / 2, -3.0);
  high = std::min(std::ceil(high * 2 + 0.2) / 2, 4.0);
  picture plot({-range, low}, {range, high});
  plot.title(F::name, F::formula);
  for (int x = -6; x <= 6; x += 2) {
    plot.vertical(x, std::to_string(x), x == 0);
  }
  for (int y = static_cast<int>(std::ceil(low)); y <= high; ++y) {
    plot.horizontal(y, std::to_string(y), y == 0);
  }
  draw(plot, series::derivative, f, derivative);
  draw(plot, series::forward, f, forward);
  plot.legend("f(x)", "f'(x)");
  return plot.text();
}

constexpr int lowest_exponent = -24;
constexpr int highest_exponent = 8;
constexpr int columns_per_octave = 6;
constexpr int samples_per_column = 192;

/// The largest error in each of many narrow ranges of x, from -2^8 to -2^-24 and from 2^-24 to 2^8. `unit(x)` is what one unit of
/// the axis stands for at x, or 0 for an ULP.
template <class Result, class Exact, class Unit>
std::vector<position> errors(Result const& result, Exact const& exact, Unit const& unit) {
  std::vector<position> points;
  std::mt19937 generator(1);
  int const columns = (highest_exponent - lowest_exponent) * columns_per_octave;
  for (int side : {-1, 1}) {
    for (int i = 0; i < columns; ++i) {
      int const column = side < 0 ? columns - 1 - i : i;
      int const exponent = lowest_exponent + column / columns_per_octave;
      double worst = 0;
      for (int sample = 0; sample < samples_per_column; ++sample) {
        double const fraction = (column % columns_per_octave + static_cast<double>(generator()) * 0x1p-32) / columns_per_octave;
        float const x = static_cast<float>(side * std::ldexp(1 + fraction, exponent));
        double const reference = exact(static_cast<double>(x));
        double const size = unit(static_cast<double>(x));
        double const error =
            size == 0 ? ulp_error(result(x), reference) : std::abs(static_cast<double>(result(x)) - reference) / size;
        worst = std::max(worst, error);
      }
      points.push_back({side * (column + 1.5), worst});
    }
  }
  return points;
}

template <template <class, kink> class F>
std::string errors_of() {
  F<float, kink::zero> const f{};
  F<double, kink::zero> exact{}; // with the parameters of f
  for (std::size_t i = 0; i < parameters_of<F<float, kink::zero>>().size(); ++i) {
    exact.*parameters_of<F<double, kink::zero>>()[i].member =
        static_cast<double>(f.*parameters_of<F<float, kink::zero>>()[i].member);
  }
  constexpr int columns = (highest_exponent - lowest_exponent) * columns_per_octave;
  picture plot({-columns - 1, 0}, {columns + 1, 2.5});
  plot.title(F<float, kink::zero>::name, "error of float, in ULP");
  plot.vertical(0, "0", true);
  for (int side : {-1, 1}) {
    for (int const exponent : {-20, -12, -4, 4}) {
      int const column = (exponent - lowest_exponent) * columns_per_octave + 1;
      plot.vertical(side * column, (side < 0 ? "-2^" : "2^") + std::to_string(exponent), false);
    }
  }
  for (int y = 0; y <= 2; ++y) {
    plot.horizontal(y, std::to_string(y), y == 0);
  }
  std::string remark;
  auto const ulp = [](double) { return 0.0; };
  auto const ulp_or_absolute = [&]([[maybe_unused]] double x) {
    if constexpr (requires { F<float, kink::zero>::derivative_near_zero; }) {
      absolute_bound const bound = F<float, kink::zero>::derivative_near_zero;
      char text[80];
      std::snprintf(text, sizeof text, "f'(x) from x = %g to %g: in units of 2^-25", bound.from, bound.to);
      remark = text;
      return x >= bound.from && x <= bound.to ? bound.error / 2 : 0.0;
    } else {
      return 0.0;
    }
  };
  double const column_width = (picture::right - picture::left) / (2 * columns + 2);
  plot.columns(series::derivative,
               errors([&](float x) { return f.derivative(x); }, [&](double x) { return exact.derivative(x); }, ulp_or_absolute),
               column_width);
  plot.columns(series::forward, errors([&](float x) { return f(x); }, [&](double x) { return exact(x); }, ulp), column_width);
  if constexpr (requires { F<float, kink::zero>::default_max_ulp; }) {
    plot.promise(std::max(F<float, kink::zero>::default_max_ulp, F<float, kink::zero>::default_derivative_max_ulp));
  } else if constexpr (F<float, kink::zero>::max_ulp > 0) {
    plot.promise(std::max(F<float, kink::zero>::max_ulp, F<float, kink::zero>::derivative_max_ulp));
  }
  plot.legend("f(x)", "f'(x)", remark);
  return plot.text();
}

/// File names and contents.
std::map<std::string, std::string> pictures() {
  std::map<std::string, std::string> all;
  auto const add = [&]<template <class, kink> class F>(F<double, kink::zero> const& f) {
    std::string const name(f.name);
    all[name + ".svg"] = curve_of(f);
    all[name + "_error.svg"] = errors_of<F>();
  };
  for_each_function(catalogue<double>{}, add);
  return all;
}

int check(std::string const& directory) {
  if constexpr (math::scalar_fma_is_fast) {
    std::puts("skipped: the pictures are of machines without fma, whose last bits differ");
    return 77;
  }
  int stale = 0;
  for (auto const& [name, content] : pictures()) {
    std::ifstream file(directory + "/" + name);
    std::ostringstream found;
    found << file.rdbuf();
    if (found.str() != content) {
      std::printf("%s/%s is not what the functors give now: run rectify_curves %s\n", directory.c_str(), name.c_str(),
                  directory.c_str());
      ++stale;
    }
  }
  std::printf("%d stale\n", stale);
  return stale == 0 ? 0 : 1;
}

int write(std::string const& directory) {
  for (auto const& [name, content] : pictures()) {
    std::ofstream file(directory + "/" + name);
    if (!(file << content)) {
      std::fprintf(stderr, "rectify_curves: %s/%s cannot be written\n", directory.c_str(), name.c_str());
      return 2;
    }
  }
  return 0;
}

void print_readme() {
  std::puts("| function and derivative | error over the range of float |\n|---|---|");
  for_each_function(catalogue<double>{}, [](auto const& f) {
    std::printf("| ![%s and its derivative](examples/curves/%s.svg) | ![errors of %s](examples/curves/%s_error.svg) |\n",
                f.name.data(), f.name.data(), f.name.data(), f.name.data());
  });
}

} // namespace

int main(int count, char** arguments) {
  if (count == 2 && std::strcmp(arguments[1], "--readme") == 0) {
    print_readme();
    return 0;
  }
  if (count == 3 && std::strcmp(arguments[1], "--check") == 0) {
    return check(arguments[2]);
  }
  if (count == 2 && arguments[1][0] != '-') {
    return write(arguments[1]);
  }
  std::fputs("usage: rectify_curves DIRECTORY | --check DIRECTORY | --readme\n", stderr);
  return 2;
}
