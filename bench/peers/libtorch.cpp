// SPDX-License-Identifier: MIT
// libtorch's functions into memory that is there already, where it has such a form without a copy inside; without autograd.
#include "libraries.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/api/include/torch/version.h>

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace rectify_peers {
namespace {

/// A tensor around memory of ours, made anew only where the memory has changed.
class view {
public:
  [[nodiscard]] at::Tensor& of(std::span<float const> x) { return of(x.data(), {static_cast<std::int64_t>(x.size())}); }
  [[nodiscard]] at::Tensor& of(std::span<float const> x, std::size_t row) {
    return of(x.data(), {static_cast<std::int64_t>(x.size() / row), static_cast<std::int64_t>(row)});
  }

private:
  [[nodiscard]] at::Tensor& of(float const* data, at::IntArrayRef shape) {
    if (data != data_ || tensor_.sizes() != shape) {
      tensor_ = at::from_blob(const_cast<float*>(data), shape, at::kFloat);
      data_ = data;
    }
    return tensor_;
  }

  at::Tensor tensor_;
  float const* data_ = nullptr;
};

using views = std::array<view, 3>;

/// call(out, x): of a peer, or of its rows
template <class Call>
[[nodiscard]] auto forward(Call call) {
  return [call, kept = std::make_shared<views>()](std::span<float const> x, std::span<float> y, auto... row) {
    c10::InferenceMode const guard;
    call((*kept)[1].of(y, row...), (*kept)[0].of(x, row...));
  };
}

/// call(out, dy, x), likewise
template <class Call>
[[nodiscard]] auto backward(Call call) {
  return [call, kept = std::make_shared<views>()](std::span<float const> x, std::span<float const> dy, std::span<float> dx,
                                                  auto... row) {
    c10::InferenceMode const guard;
    call((*kept)[2].of(dx, row...), (*kept)[1].of(dy, row...), (*kept)[0].of(x, row...));
  };
}

constexpr double selu_scale = 1.0507009873554804934193349852946;
constexpr double selu_alpha = 1.6732632423543772848170429916717;

} // namespace

void add_libtorch(std::vector<peer>& peers) {
  using at::Tensor;
  at::set_num_threads(1);
  auto const add = [&](char const* function, peer::unary forward, peer::binary backward, peer::binary from_output = {}) {
    peers.push_back({"libtorch", TORCH_VERSION, function, std::move(forward), std::move(backward), std::move(from_output)});
  };
  auto const leak = [&](char const* function, double slope) {
    add(function, forward([=](Tensor& y, Tensor const& x) { at::leaky_relu_out(y, x, slope); }),
        backward([=](Tensor& dx, Tensor const& dy, Tensor const& x) { at::leaky_relu_backward_out(dx, dy, x, slope, false); }),
        backward([=](Tensor& dx, Tensor const& dy, Tensor const& y) { at::leaky_relu_backward_out(dx, dy, y, slope, true); }));
  };
  // celu and selu are this call there too
  auto const elu = [&](char const* function, double alpha, double scale) {
    add(function, forward([=](Tensor& y, Tensor const& x) { at::elu_out(y, x, alpha, scale, 1); }),
        backward([=](Tensor& dx, Tensor const& dy, Tensor const& x) { at::elu_backward_out(dx, dy, alpha, scale, 1, false, x); }),
        backward([=](Tensor& dx, Tensor const& dy, Tensor const& y) { at::elu_backward_out(dx, dy, alpha, scale, 1, true, y); }));
  };
  auto const clamp = [&](char const* function, double low, double high) {
    add(function, forward([=](Tensor& y, Tensor const& x) { at::hardtanh_out(y, x, low, high); }),
        backward([=](Tensor& dx, Tensor const& dy, Tensor const& x) { at::hardtanh_backward_out(dx, dy, x, low, high); }));
  };
  auto const above_zero =
      backward([](Tensor& dx, Tensor const& dy, Tensor const& x) { at::threshold_backward_out(dx, dy, x, 0); });

  // relu_out copies a relu; this is what relu calls
  add("relu", forward([](Tensor& y, Tensor const& x) { at::clamp_min_out(y, x, 0); }), above_zero, above_zero);
  leak("leaky_relu", 0.01);
  leak("prelu", 0.25); // its prelu wants a tensor of slopes, and makes its own output
  clamp("relu6", 0, 6);
  clamp("hard_tanh", -1, 1);
  add("thresholded_relu", forward([](Tensor& y, Tensor const& x) { at::threshold_out(y, x, 1, 0); }),
      backward([](Tensor& dx, Tensor const& dy, Tensor const& x) { at::threshold_backward_out(dx, dy, x, 1); }));
  add("hard_sigmoid", forward([](Tensor& y, Tensor const& x) { at::hardsigmoid_out(y, x); }),
      backward([](Tensor& dx, Tensor const& dy, Tensor const& x) { at::hardsigmoid_backward_out(dx, dy, x); }));
  // hardswish_backward and mish_backward make their own output: the copy is part of the price here
  add("hard_swish", forward([](Tensor& y, Tensor const& x) { at::hardswish_out(y, x); }),
      backward([](Tensor& dx, Tensor const& dy, Tensor const& x) { dx.copy_(at::hardswish_backward(dy, x)); }));
  add("softsign", forward([](Tensor& y, Tensor const& x) { // as torch.nn.functional does, in three steps
        at::abs_out(y, x);
        y.add_(1);
        at::div_out(y, x, y);
      }),
      {});
  elu("elu", 1, 1);
  elu("celu", 1, 1);
  elu("selu", selu_alpha, selu_scale);
  add("sigmoid", forward([](Tensor& y, Tensor const& x) { at::sigmoid_out(y, x); }), {},
      backward([](Tensor& dx, Tensor const& dy, Tensor const& y) { at::sigmoid_backward_out(dx, dy, y); }));
  // its backward pass needs what the forward pass left in a buffer, so it is neither of ours
  add("log_sigmoid", forward([](Tensor& y, Tensor const& x) { at::log_sigmoid_out(y, x); }), {});
  add("tanh", forward([](Tensor& y, Tensor const& x) { at::tanh_out(y, x); }), {},
      backward([](Tensor& dx, Tensor const& dy, Tensor const& y) { at::tanh_backward_out(dx, dy, y); }));
  add("silu", forward([](Tensor& y, Tensor const& x) { at::silu_out(y, x); }),
      backward([](Tensor& dx, Tensor const& dy, Tensor const& x) { at::silu_backward_out(dx, dy, x); }));
  add("softplus", forward([](Tensor& y, Tensor const& x) { at::softplus_out(y, x); }),
      backward([](Tensor& dx, Tensor const& dy, Tensor const& x) { at::softplus_backward_out(dx, dy, x, 1, 20); }));
  add("mish", forward([](Tensor& y, Tensor const& x) { at::mish_out(y, x); }),
      backward([](Tensor& dx, Tensor const& dy, Tensor const& x) { dx.copy_(at::mish_backward(dy, x)); }));
  add("gelu", forward([](Tensor& y, Tensor const& x) { at::gelu_out(y, x); }),
      backward([](Tensor& dx, Tensor const& dy, Tensor const& x) { at::gelu_backward_out(dx, dy, x); }));
  add("gelu_tanh", forward([](Tensor& y, Tensor const& x) { at::gelu_out(y, x, "tanh"); }),
      backward([](Tensor& dx, Tensor const& dy, Tensor const& x) { at::gelu_backward_out(dx, dy, x, "tanh"); }));
  auto const add_rows = [&](char const* function, peer::unary_of_rows forward, peer::binary_of_rows backward) {
    peers.push_back({"libtorch", TORCH_VERSION, function, {}, {}, {}, std::move(forward), std::move(backward)});
  };
  add_rows(
      "softmax", forward([](Tensor& y, Tensor const& x) { at::_softmax_out(y, x, 1, false); }),
      backward([](Tensor& dx, Tensor const& dy, Tensor const& y) { at::_softmax_backward_data_out(dx, dy, y, 1, at::kFloat); }));
  add_rows("log_softmax", forward([](Tensor& y, Tensor const& x) { at::_log_softmax_out(y, x, 1, false); }),
           backward([](Tensor& dx, Tensor const& dy, Tensor const& y) {
             at::_log_softmax_backward_data_out(dx, dy, y, 1, at::kFloat);
           }));
}

} // namespace rectify_peers
