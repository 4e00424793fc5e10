// SPDX-License-Identifier: MIT
#include "directions.hpp"
#include "rows.hpp"

#include <rectify/rectify.hpp>

#include <algorithm>
#include <cmath>

namespace rectify_bench {
namespace {

/// As a loop over numbers, and so also the reference in double. silu(b) = b · s, silu'(b) = s · (1 + b · (1 - s)).
template <class T>
[[nodiscard]] T swiglu(T a, T b) {
  return a * b / (T(1) + std::exp(-b));
}
template <class T>
[[nodiscard]] T gradient_for_a(T b, T dy) {
  return dy * b / (T(1) + std::exp(-b));
}
template <class T>
[[nodiscard]] T gradient_for_b(T a, T b, T dy) {
  T const s = T(1) / (T(1) + std::exp(-b));
  return dy * a * (s * (T(1) + b * (T(1) - s)));
}

[[nodiscard]] double number(float x) {
  return static_cast<double>(x);
}

void add_gated_forward_rows(buffers& memory, std::size_t size) {
  std::string const elements = std::to_string(size);
  judgement<float> const check = [](std::string const& row, operands<float> const& data) {
    return check_elements<float>(row, data.out, [&](std::size_t i) { return swiglu(number(data.x[i]), number(data.dy[i])); });
  };
  contender<float> const contenders[] = {
      {"rectify", [](operands<float>& data) { rectify::forward(rectify::swiglu<float>{}, data.x, data.dy, data.out); }},
      {"std_loop", [](operands<float>& data) {
         for (std::size_t i = 0; i < data.x.size(); ++i) {
           data.out[i] = swiglu(data.x[i], data.dy[i]);
         }
       }}};
  add_limit_rows<float>(memory, "gated_forward", 2, 1, size, elements);
  for (contender<float> const& who : contenders) {
    add_row<float>(memory, {row_name<float>("gated_forward", "swiglu", who.name, elements), size, 2, 1, who, check});
  }
}

void add_gated_backward_rows(buffers& memory, std::size_t size) {
  std::string const elements = std::to_string(size);
  judgement<float> const check = [](std::string const& row, operands<float> const& data) {
    double const error_of_a = check_elements<float>(
        row, data.out, [&](std::size_t i) { return gradient_for_a(number(data.dy[i]), number(data.third[i])); });
    double const error_of_b = check_elements<float>(row, data.second, [&](std::size_t i) {
      return gradient_for_b(number(data.x[i]), number(data.dy[i]), number(data.third[i]));
    });
    return std::max(error_of_a, error_of_b);
  };
  contender<float> const contenders[] = {{"rectify",
                                          [](operands<float>& data) {
                                            rectify::backward(rectify::swiglu<float>{}, data.x, data.dy, data.third, data.out,
                                                              data.second);
                                          }},
                                         {"std_loop", [](operands<float>& data) {
                                            for (std::size_t i = 0; i < data.x.size(); ++i) {
                                              data.out[i] = gradient_for_a(data.dy[i], data.third[i]);
                                              data.second[i] = gradient_for_b(data.x[i], data.dy[i], data.third[i]);
                                            }
                                          }}};
  add_limit_rows<float>(memory, "gated_backward", 3, 2, size, elements);
  for (contender<float> const& who : contenders) {
    add_row<float>(memory, {row_name<float>("gated_backward", "swiglu", who.name, elements), size, 3, 2, who, check});
  }
}

} // namespace

void add_gated_rows(buffers& memory) {
  for_each_size<float>([&](std::size_t size) { add_gated_forward_rows(memory, size); });
  for_each_size<float>([&](std::size_t size) { add_gated_backward_rows(memory, size); });
}

} // namespace rectify_bench
