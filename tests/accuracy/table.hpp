// SPDX-License-Identifier: MIT
#pragma once

#include "accuracy/measurement.hpp"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

namespace rectify::test {

/// The class of machines within which all results are the same.
inline constexpr char const* instruction_class = math::fuses<float> ? "fma" : "no fma";

/// A row, as it is printed and as a table in a file has it.
struct row {
  std::string function;
  std::string direction;
  std::string type;
  std::string instructions;
  double ulp = 0;
  std::string ulp_at;
  double share = 0;
  std::string bound;
  std::string absolute; // "2^-24.31 at -0x1p+0, bound 2^-24", or nothing

  [[nodiscard]] std::string key() const { return function + " " + direction + " " + type + " " + instructions; }
};

inline std::string formatted(char const* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

template <class T>
row row_of(subject<T> const& s, measurement<T> const& errors) {
  row r{s.function,
        s.direction,
        std::is_same_v<T, float> ? "f32" : "f64",
        instruction_class,
        errors.ulp,
        formatted("%a", static_cast<double>(errors.ulp_at)),
        errors.share(),
        formatted("%.9g", s.bound),
        ""};
  if (s.near_zero.from <= s.near_zero.to) {
    r.absolute = formatted("2^%.2f", std::log2(errors.absolute)) + " at " +
                 formatted("%a", static_cast<double>(errors.absolute_at)) + ", bound " +
                 formatted("2^%.9g", std::log2(s.near_zero.error)) + formatted(" from %.9g", s.near_zero.from) +
                 formatted(" to %.9g", s.near_zero.to);
  }
  return r;
}

inline void print_heading() {
  std::puts("| function | direction | type | machine | max ULP | at x = | correctly rounded, % | bound, ULP | absolute, near its "
            "zero |\n"
            "|---|---|---|---|---:|---|---:|---:|---|");
}

inline void print(row const& r) {
  std::printf("| %s | %s | %s | %s | %.5f | %s | %.4f | %s | %s |\n", r.function.c_str(), r.direction.c_str(), r.type.c_str(),
              r.instructions.c_str(), r.ulp, r.ulp_at.c_str(), r.share, r.bound.c_str(), r.absolute.c_str());
  std::fflush(stdout);
}

/// The rows of this class of machines in a file that has tables of them.
inline std::map<std::string, row> read_rows(std::string const& file) {
  std::ifstream stream(file);
  if (!stream) {
    throw std::runtime_error("cannot read " + file);
  }
  std::map<std::string, row> rows;
  for (std::string line; std::getline(stream, line);) {
    std::vector<std::string> cells;
    std::istringstream text(line);
    for (std::string cell; std::getline(text, cell, '|');) {
      std::size_t const first = cell.find_first_not_of(' ');
      cells.push_back(first == std::string::npos ? "" : cell.substr(first, cell.find_last_not_of(' ') - first + 1));
    }
    if (cells.size() == 10 && cells[4] == instruction_class && (cells[2] == "forward" || cells[2] == "derivative")) {
      row const r{cells[1], cells[2], cells[3], cells[4], std::atof(cells[5].c_str()), cells[6], std::atof(cells[7].c_str()),
                  cells[8], cells[9]};
      rows[r.key()] = r;
    }
  }
  return rows;
}

/// Does the row of a file agree with what was measured now, on a part of the inputs? Its witness must give its error, to the last
/// printed digit; nothing measured may be above it; the bound must be the header's.
template <class T>
bool agrees(row const& written, row const& measured, subject<T> const& s) {
  std::vector<std::string> objections;
  measurement<T> at_witness;
  T const x = static_cast<T>(std::strtod(written.ulp_at.c_str(), nullptr));
  T result;
  s.result(std::span<T const>(&x, 1), std::span<T>(&result, 1));
  if (!is_left_out(s, x)) { // an exact function has no witness
    add_exact_error(s, x, result, at_witness);
  }
  if (formatted("%.5f", at_witness.ulp) != formatted("%.5f", written.ulp)) {
    objections.push_back("at its x the error is " + formatted("%.5f", at_witness.ulp) + " ULP");
  }
  if (measured.ulp > written.ulp + 5e-6) {
    objections.push_back(formatted("%.5f", measured.ulp) + " ULP were measured at " + measured.ulp_at);
  }
  if (measured.bound != written.bound) {
    objections.push_back("the header's bound is " + measured.bound);
  }
  if (std::is_same_v<T, float> && std::abs(measured.share - written.share) > 1) { // samples of doubles come in blocks
    objections.push_back(formatted("%.2f %% were correctly rounded", measured.share));
  }
  auto const bound_in = [](std::string const& text) { return text.substr(std::min(text.size(), text.find(','))); };
  if (bound_in(measured.absolute) != bound_in(written.absolute) ||
      std::atof(measured.absolute.substr(std::min<std::size_t>(2, measured.absolute.size())).c_str()) >
          std::atof(written.absolute.substr(std::min<std::size_t>(2, written.absolute.size())).c_str()) + 0.005) {
    objections.push_back("near the zero it was " + measured.absolute);
  }
  for (std::string const& objection : objections) {
    std::printf("  not what the file says of %s (%.5f ULP at %s): %s\n", written.key().c_str(), written.ulp,
                written.ulp_at.c_str(), objection.c_str());
  }
  return objections.empty();
}

} // namespace rectify::test
