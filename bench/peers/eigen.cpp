// SPDX-License-Identifier: MIT
// Eigen's array expressions. select() has no vector form in 3.4 and takes it from the whole expression, so functions with an
// exponential say their two sides by min and max.
#include "libraries.hpp"

#include <Eigen/Core>
#include <unsupported/Eigen/SpecialFunctions>

#include <cmath>
#include <cstddef>
#include <span>
#include <string>

namespace rectify_peers {
namespace {

using array = Eigen::Map<Eigen::ArrayXf>;
using const_array = Eigen::Map<Eigen::ArrayXf const>;

[[nodiscard]] const_array of(std::span<float const> x) {
  return {x.data(), static_cast<Eigen::Index>(x.size())};
}
[[nodiscard]] array of(std::span<float> y) {
  return {y.data(), static_cast<Eigen::Index>(y.size())};
}

/// formula(x), an expression in x
template <class Formula>
[[nodiscard]] peer::unary forward(Formula formula) {
  return [formula](std::span<float const> x, std::span<float> y) {
    const_array const in = of(x);
    of(y) = formula(in);
  };
}

/// formula(x, dy)
template <class Formula>
[[nodiscard]] peer::binary backward(Formula formula) {
  return [formula](std::span<float const> x, std::span<float const> dy, std::span<float> dx) {
    const_array const in = of(x);
    const_array const gradient = of(dy);
    of(dx) = formula(in, gradient);
  };
}

/// formula(x, y) of each row
template <class Formula>
[[nodiscard]] peer::unary_of_rows forward_of_rows(Formula formula) {
  return [formula](std::span<float const> x, std::span<float> y, std::size_t row) {
    for (std::size_t i = 0; i < x.size(); i += row) {
      array out = of(y.subspan(i, row));
      formula(of(x.subspan(i, row)), out);
    }
  };
}

/// As many as x has: select() wants one side with a size.
[[nodiscard]] auto constant(const_array const& x, float value) {
  return Eigen::ArrayXf::Constant(x.size(), value);
}

[[nodiscard]] std::string eigen_version() {
  return std::to_string(EIGEN_WORLD_VERSION) + '.' + std::to_string(EIGEN_MAJOR_VERSION) + '.' +
         std::to_string(EIGEN_MINOR_VERSION) + " (" + Eigen::SimdInstructionSetsInUse() + ')';
}

constexpr float selu_scale = 1.0507009873554804934F;
constexpr float selu_alpha = 1.6732632423543772848F;
constexpr float root_half = 0.70710678F;
constexpr float root_two_over_pi = 0.79788456F;
constexpr float density_at_zero = 0.39894228F;
constexpr float cubic = 0.044715F;

} // namespace

// An expression keeps its leaves by value or by reference to what outlives it, but not its intermediate `auto`s: each formula is
// one expression.
void add_eigen(std::vector<peer>& peers) {
  auto const add = [&](char const* function, peer::unary forward, peer::binary backward, peer::binary from_output = {}) {
    peers.push_back({"Eigen", eigen_version(), function, std::move(forward), std::move(backward), std::move(from_output)});
  };
  auto const elu = forward([](auto& x) { return x.max(0.0F) + x.min(0.0F).expm1(); });
  auto const elu_backward = backward([](auto& x, auto& dy) { return dy * x.min(0.0F).exp(); });

  add("relu", forward([](auto& x) { return x.max(0.0F); }),
      backward([](auto& x, auto& dy) { return (x > 0.0F).select(dy, 0.0F); }));
  add("leaky_relu", forward([](auto& x) { return x.max(0.01F * x); }),
      backward([](auto& x, auto& dy) { return dy * (x > 0.0F).select(constant(x, 1.0F), 0.01F); }));
  add("prelu", forward([](auto& x) { return x.max(0.0F) + 0.25F * x.min(0.0F); }),
      backward([](auto& x, auto& dy) { return dy * (x > 0.0F).select(constant(x, 1.0F), 0.25F); }));
  add("relu6", forward([](auto& x) { return x.max(0.0F).min(6.0F); }),
      backward([](auto& x, auto& dy) { return (x > 0.0F && x < 6.0F).select(dy, 0.0F); }));
  add("hard_tanh", forward([](auto& x) { return x.max(-1.0F).min(1.0F); }),
      backward([](auto& x, auto& dy) { return (x.abs() < 1.0F).select(dy, 0.0F); }));
  add("thresholded_relu", forward([](auto& x) { return (x > 1.0F).select(x, 0.0F); }),
      backward([](auto& x, auto& dy) { return (x > 1.0F).select(dy, 0.0F); }));
  add("hard_sigmoid", forward([](auto& x) { return (x * (1.0F / 6.0F) + 0.5F).max(0.0F).min(1.0F); }),
      backward([](auto& x, auto& dy) { return dy * (x.abs() < 3.0F).select(constant(x, 1.0F / 6.0F), 0.0F); }));
  add("hard_swish", forward([](auto& x) { return x * (1.0F / 6.0F) * (x + 3.0F).max(0.0F).min(6.0F); }),
      backward([](auto& x, auto& dy) {
        return (x.abs() < 3.0F).select(dy * (x * (1.0F / 3.0F) + 0.5F), (x > 0.0F).select(dy, 0.0F));
      }));
  add("softsign", forward([](auto& x) { return x / (1.0F + x.abs()); }),
      backward([](auto& x, auto& dy) { return dy / (1.0F + x.abs()).square(); }));
  add("elu", elu, elu_backward);
  add("celu", elu, elu_backward);
  add("selu", forward([](auto& x) { return selu_scale * x.max(0.0F) + selu_scale * selu_alpha * x.min(0.0F).expm1(); }),
      [](std::span<float const> x, std::span<float const> dy, std::span<float> dx) {
        of(dx) = of(dy) * of(x).min(0.0F).exp();
        of(dx) *= (of(x) > 0.0F).select(constant(of(x), selu_scale), selu_scale * selu_alpha);
      });
  add(
      "sigmoid", forward([](auto& x) { return x.logistic(); }),
      [](std::span<float const> x, std::span<float const> dy, std::span<float> dx) {
        // once, and not twice within one expression
        of(dx) = of(x).logistic();
        of(dx) = of(dy) * (of(dx) * (1.0F - of(dx)));
      },
      backward([](auto& y, auto& dy) { return dy * (y * (1.0F - y)); }));
  add("log_sigmoid", forward([](auto& x) { return x.min(0.0F) - (-x.abs()).exp().log1p(); }),
      backward([](auto& x, auto& dy) { return dy * (-x).logistic(); }));
  add("tanh", forward([](auto& x) { return x.tanh(); }),
      backward([](auto& x, auto& dy) { return dy * (1.0F - x.tanh().square()); }),
      backward([](auto& y, auto& dy) { return dy * (1.0F - y.square()); }));
  add("silu", forward([](auto& x) { return x * x.logistic(); }),
      [](std::span<float const> x, std::span<float const> dy, std::span<float> dx) {
        of(dx) = of(x).logistic();
        of(dx) = of(dy) * (of(dx) * (1.0F + of(x) * (1.0F - of(dx))));
      });
  add("softplus", forward([](auto& x) { return x.max(0.0F) + (-x.abs()).exp().log1p(); }),
      backward([](auto& x, auto& dy) { return dy * x.logistic(); }));
  add("mish", forward([](auto& x) { return x * (x.max(0.0F) + (-x.abs()).exp().log1p()).tanh(); }), {});
  add("gelu", forward([](auto& x) { return 0.5F * x * (1.0F + (root_half * x).erf()); }), backward([](auto& x, auto& dy) {
        return dy * (0.5F * (1.0F + (root_half * x).erf()) + density_at_zero * x * (-0.5F * x.square()).exp());
      }));
  add("gelu_tanh",
      forward([](auto& x) { return 0.5F * x * (1.0F + (root_two_over_pi * x * (1.0F + cubic * x.square())).tanh()); }), {});
  auto const add_rows = [&](char const* function, auto formula) {
    peers.push_back({"Eigen", eigen_version(), function, {}, {}, {}, forward_of_rows(formula)});
  };
  add_rows("softmax", [](const_array const& x, array& y) {
    y = (x - x.maxCoeff()).exp();
    y *= 1.0F / y.sum();
  });
  add_rows("log_softmax", [](const_array const& x, array& y) {
    float const largest = x.maxCoeff();
    y = x - (largest + std::log((x - largest).exp().sum()));
  });
}

} // namespace rectify_peers
