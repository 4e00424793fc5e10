// SPDX-License-Identifier: MIT
// Prints what every function gives at the special values, from the functors themselves, as a table of Markdown.
#include <rectify/catalogue.hpp>

#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

using namespace rectify;

namespace {

std::string number(float value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", static_cast<double>(value));
  return text;
}

template <class F, class G>
void print_row(F const& f, G const& g) {
  float const infinity = std::numeric_limits<float>::infinity();
  std::printf("| @ref rectify::%s \"%s\" |", f.name.data(), f.name.data());
  for (float const x : {-infinity, -1.0F, -0.0F, 0.0F, 1.0F, infinity, std::numeric_limits<float>::quiet_NaN()}) {
    std::printf(" %s |", number(g(x)).c_str());
  }
  std::puts("");
}

} // namespace

int main(int count, char** arguments) {
  bool const derivative = count == 2 && std::string(arguments[1]) == "--derivative";
  std::puts("| x | -inf | -1 | -0 | +0 | 1 | +inf | NaN |\n|---|---:|---:|---:|---:|---:|---:|---:|");
  for_each_function(catalogue<float>{},
                    [&](auto const& f) { print_row(f, [&](float x) { return derivative ? f.derivative(x) : f(x); }); });
  return 0;
}
