// SPDX-License-Identifier: MIT
// XNNPACK's operators, which know no backward pass.
#include "libraries.hpp"

#include <xnnpack.h>

#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

namespace rectify_peers {
namespace {

void require(xnn_status status, char const* what) {
  if (status != xnn_status_success) {
    throw std::runtime_error(std::string("XNNPACK: ") + what + " failed");
  }
}

struct deleter {
  void operator()(xnn_operator_t op) const { xnn_delete_operator(op); }
};
using operator_pointer = std::unique_ptr<xnn_operator, deleter>;

using setup_function = xnn_status(xnn_operator_t, std::size_t batch_size, float const* input, float* output, pthreadpool_t);

/// Set up anew only where the memory has changed.
class running_operator {
public:
  running_operator(operator_pointer op, setup_function* setup) : op_(std::move(op)), setup_(setup) {}

  void run(std::size_t batch_size, float const* x, float* y) {
    if (batch_size != batch_size_ || x != x_ || y != y_) {
      require(setup_(op_.get(), batch_size, x, y, nullptr), "setup");
      batch_size_ = batch_size;
      x_ = x;
      y_ = y;
    }
    require(xnn_run_operator(op_.get(), nullptr), "run");
  }

private:
  operator_pointer op_;
  setup_function* setup_;
  std::size_t batch_size_ = 0;
  float const* x_ = nullptr;
  float* y_ = nullptr;
};

/// A batch of one channel is one contiguous array to XNNPACK, so one operator serves all sizes.
template <class... Parameters, class... Arguments>
[[nodiscard]] peer::unary elementwise(xnn_status (*create)(std::size_t, std::size_t, std::size_t, Parameters...),
                                      setup_function* setup, Arguments... arguments) {
  xnn_operator_t op = nullptr;
  require(create(1, 1, 1, arguments..., 0, &op), "create");
  auto const kept = std::make_shared<running_operator>(operator_pointer(op), setup);
  return [kept](std::span<float const> x, std::span<float> y) { kept->run(x.size(), x.data(), y.data()); };
}

[[nodiscard]] peer::unary_of_rows softmax() {
  return [kept = std::make_shared<plans<running_operator>>()](std::span<float const> x, std::span<float> y, std::size_t row) {
    kept->get(row,
              [](std::size_t channels) {
                xnn_operator_t op = nullptr;
                require(xnn_create_softmax_nc_f32(channels, channels, channels, 0, &op), "create");
                return running_operator(operator_pointer(op), xnn_setup_softmax_nc_f32);
              })
        .run(x.size() / row, x.data(), y.data());
  };
}

} // namespace

void add_xnnpack(std::vector<peer>& peers) {
  require(xnn_initialize(nullptr), "initialize");
  auto const add = [&](char const* function, peer::unary forward) {
    peers.push_back({"XNNPACK", RECTIFY_XNNPACK_VERSION, function, std::move(forward), {}, {}});
  };
  constexpr float infinity = std::numeric_limits<float>::infinity();
  add("relu", elementwise(xnn_create_clamp_nc_f32, xnn_setup_clamp_nc_f32, 0.0F, infinity));
  add("relu6", elementwise(xnn_create_clamp_nc_f32, xnn_setup_clamp_nc_f32, 0.0F, 6.0F));
  add("hard_tanh", elementwise(xnn_create_clamp_nc_f32, xnn_setup_clamp_nc_f32, -1.0F, 1.0F));
  add("leaky_relu", elementwise(xnn_create_leaky_relu_nc_f32, xnn_setup_leaky_relu_nc_f32, 0.01F));
  // its prelu operator reads a slope per channel; for one slope this is the faster road
  add("prelu", elementwise(xnn_create_leaky_relu_nc_f32, xnn_setup_leaky_relu_nc_f32, 0.25F));
  add("elu", elementwise(xnn_create_elu_nc_f32, xnn_setup_elu_nc_f32, 1.0F));
  add("hard_swish", elementwise(xnn_create_hardswish_nc_f32, xnn_setup_hardswish_nc_f32));
  add("sigmoid", elementwise(xnn_create_sigmoid_nc_f32, xnn_setup_sigmoid_nc_f32));
  peers.push_back({"XNNPACK", RECTIFY_XNNPACK_VERSION, "softmax", {}, {}, {}, softmax()});
}

} // namespace rectify_peers
