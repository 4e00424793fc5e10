// SPDX-License-Identifier: MIT
// Calls that must not compile. Above each stands what the compiler must say of it; check_messages.cmake reads that, too. In one
// file, since what it includes takes two seconds to read.
#include <rectify/rectify.hpp>

#include <deque>
#include <span>
#include <vector>

using floats = std::vector<float>;
using doubles = std::vector<double>;
using halves = std::vector<rectify::bfloat16>;

// error: write elu<float> for ranges of float, or elu<double> for ranges of double
void other_element_type(doubles const& x, doubles& y) {
  rectify::forward(rectify::elu<float>{}, x, y);
}

// error: ranges of 16 bits are computed in float
void double_of_16_bits(halves const& x, halves& y) {
  rectify::forward(rectify::elu<double>{}, x, y);
}

// error: elements of an output must not be const
void const_output(std::span<float const> x, std::span<float const> y) {
  rectify::forward(rectify::elu<float>{}, x, y);
}

// error: with a functor, its value_type, or for float also 16 bits
void two_element_types(doubles const& x, floats& y) {
  rectify::forward(rectify::elu<float>{}, x, y);
}

// error: must be contiguous ranges
void not_contiguous(std::deque<float> const& x, std::deque<float>& y) {
  rectify::forward(rectify::elu<float>{}, x, y);
}

struct not_one {
  using value_type = float;
};

// error: must be an activation
void not_an_activation(floats const& x, floats& y) {
  rectify::forward(not_one{}, x, y);
}

// error: needs an activation with slope_derivative
void no_slope(floats const& x, floats& dx, float& dslope) {
  rectify::backward(rectify::relu<float>{}, x, x, dx, dslope);
}

struct square {
  using value_type = float;
  template <rectify::value_of<float> V>
  constexpr V forward(V const& x) const noexcept {
    return x * x;
  }
};

// error: does not determine its derivative; keep x and use backward
void no_derivative_from_output(floats const& y, floats& dx) {
  rectify::backward_from_output(square{}, y, y, dx);
}

// error: must be of one type: float, double, or floats of 16 bits
void rows_of_two_types(floats const& x, doubles& y) {
  rectify::softmax(x, y, 10);
}

struct of_numbers_alone {
  using value_type = float;
  constexpr float forward(float x) const noexcept { return x * x; }
};

// error: forward of an activation must be a template
void not_for_registers(floats const& x, floats& y) {
  rectify::forward(of_numbers_alone{}, x, y);
}

struct no_such_arch {};

// error: flags do not allow the instruction set
void not_compiled_for(floats const& x, floats& y) {
  rectify::forward<no_such_arch>(rectify::relu<float>{}, x, y);
}
