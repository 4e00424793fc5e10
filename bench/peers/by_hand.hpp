// SPDX-License-Identifier: MIT
#pragma once

#include "libraries.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

/// What a careful user writes with a library of elementary functions: the textbook formula, guarded against overflow where that
/// costs one operation. `M` says how the library spells its words: a type V of `lanes` floats with + - * /, load, store, set,
/// min, max, abs, where_positive(x, a, b) = x > 0 ? a : b, and those of exp, expm1, log1p, tanh and erf that it has.
/// Unnamed, since each file that includes this has flags of its own.
namespace rectify_peers {
namespace {

template <class M>
using value = typename M::V;

template <class M>
[[nodiscard, gnu::always_inline]] inline value<M> minus(value<M> x) {
  return M::set(0) - x;
}

template <class M>
[[nodiscard, gnu::always_inline]] inline value<M> logistic(value<M> x) {
  return M::set(1) / (M::set(1) + M::exp(minus<M>(x)));
}

/// low < x < high ? inside : 0
template <class M>
[[nodiscard, gnu::always_inline]] inline value<M> between(value<M> x, float low, float high, value<M> inside) {
  return M::where_positive(x - M::set(low), M::where_positive(M::set(high) - x, inside, M::set(0)), M::set(0));
}

struct relu {
  static constexpr char const* name = "relu";
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> forward(value<M> x) {
    return M::max(x, M::set(0));
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward(value<M> x, value<M> dy) {
    return M::where_positive(x, dy, M::set(0));
  }
};

struct leaky_relu {
  static constexpr char const* name = "leaky_relu";
  static constexpr float slope = 0.01F;
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> forward(value<M> x) {
    return M::max(x, M::set(slope) * x);
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward(value<M> x, value<M> dy) {
    return M::where_positive(x, dy, M::set(slope) * dy);
  }
};

/// max(x, slope · x) is for slopes up to 1, and this one is learned. g++ 12 vectorises neither the choice without -ffast-math nor
/// max(x, 0) + slope · min(x, 0).
struct prelu {
  static constexpr char const* name = "prelu";
  static constexpr float slope = 0.25F;
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> forward(value<M> x) {
    return M::where_positive(x, x, M::set(slope) * x);
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward(value<M> x, value<M> dy) {
    return M::where_positive(x, dy, M::set(slope) * dy);
  }
};

struct relu6 {
  static constexpr char const* name = "relu6";
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> forward(value<M> x) {
    return M::min(M::max(x, M::set(0)), M::set(6));
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward(value<M> x, value<M> dy) {
    return between<M>(x, 0, 6, dy);
  }
};

struct hard_tanh {
  static constexpr char const* name = "hard_tanh";
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> forward(value<M> x) {
    return M::min(M::max(x, M::set(-1)), M::set(1));
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward(value<M> x, value<M> dy) {
    return between<M>(x, -1, 1, dy);
  }
};

struct thresholded_relu {
  static constexpr char const* name = "thresholded_relu";
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> forward(value<M> x) {
    return M::where_positive(x - M::set(1), x, M::set(0));
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward(value<M> x, value<M> dy) {
    return M::where_positive(x - M::set(1), dy, M::set(0));
  }
};

struct hard_sigmoid {
  static constexpr char const* name = "hard_sigmoid";
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> forward(value<M> x) {
    return M::min(M::max(x * M::set(1.0F / 6.0F) + M::set(0.5F), M::set(0)), M::set(1));
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward(value<M> x, value<M> dy) {
    return between<M>(x, -3, 3, dy * M::set(1.0F / 6.0F));
  }
};

struct hard_swish {
  static constexpr char const* name = "hard_swish";
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> forward(value<M> x) {
    // g++ 12 vectorises this, not x * hard_sigmoid(x): it splits that at the constants 0 and 1
    return x * M::set(1.0F / 6.0F) * M::min(M::max(x + M::set(3), M::set(0)), M::set(6));
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward(value<M> x, value<M> dy) {
    value<M> const line = dy * (x * M::set(1.0F / 3.0F) + M::set(0.5F));
    return M::where_positive(x - M::set(3), dy, M::where_positive(x + M::set(3), line, M::set(0)));
  }
};

struct softsign {
  static constexpr char const* name = "softsign";
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> forward(value<M> x) {
    return x / (M::set(1) + M::abs(x));
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward(value<M> x, value<M> dy) {
    value<M> const d = M::set(1) + M::abs(x);
    return dy / (d * d);
  }
};

template <class Parameters>
struct scaled_elu {
  static constexpr char const* name = Parameters::name;
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> forward(value<M> x) {
    value<M> const below = M::set(Parameters::scale * Parameters::alpha) * M::expm1(x);
    return M::where_positive(x, M::set(Parameters::scale) * x, below);
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward(value<M> x, value<M> dy) {
    value<M> const below = M::set(Parameters::scale * Parameters::alpha) * M::exp(x) * dy;
    return M::where_positive(x, M::set(Parameters::scale) * dy, below);
  }
};

struct elu_parameters {
  static constexpr char const* name = "elu";
  static constexpr float scale = 1;
  static constexpr float alpha = 1;
};
struct celu_parameters : elu_parameters { // the same function for alpha = 1
  static constexpr char const* name = "celu";
};
struct selu_parameters {
  static constexpr char const* name = "selu";
  static constexpr float scale = 1.0507009873554804934F;
  static constexpr float alpha = 1.6732632423543772848F;
};

struct sigmoid {
  static constexpr char const* name = "sigmoid";
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> forward(value<M> x) {
    return logistic<M>(x);
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward(value<M> x, value<M> dy) {
    return backward_from_output<M>(logistic<M>(x), dy);
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward_from_output(value<M> y, value<M> dy) {
    return dy * (y * (M::set(1) - y));
  }
};

struct tanh {
  static constexpr char const* name = "tanh";
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> forward(value<M> x) {
    return M::tanh(x);
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward(value<M> x, value<M> dy) {
    return backward_from_output<M>(M::tanh(x), dy);
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward_from_output(value<M> y, value<M> dy) {
    return dy * (M::set(1) - y * y);
  }
};

struct silu {
  static constexpr char const* name = "silu";
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> forward(value<M> x) {
    return x / (M::set(1) + M::exp(minus<M>(x)));
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward(value<M> x, value<M> dy) {
    value<M> const s = logistic<M>(x);
    return dy * (s * (M::set(1) + x * (M::set(1) - s)));
  }
};

struct softplus {
  static constexpr char const* name = "softplus";
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> forward(value<M> x) {
    return M::max(x, M::set(0)) + M::log1p(M::exp(minus<M>(M::abs(x))));
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward(value<M> x, value<M> dy) {
    return dy / (M::set(1) + M::exp(minus<M>(x)));
  }
};

struct log_sigmoid {
  static constexpr char const* name = "log_sigmoid";
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> forward(value<M> x) {
    return M::min(x, M::set(0)) - M::log1p(M::exp(minus<M>(M::abs(x))));
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward(value<M> x, value<M> dy) {
    return dy / (M::set(1) + M::exp(x));
  }
};

/// tanh(softplus(x)) = n / (n + 2) with n = e^x (e^x + 2); 1 from x = 20 on.
struct mish {
  static constexpr char const* name = "mish";
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> forward(value<M> x) {
    value<M> const e = M::exp(M::min(x, M::set(20)));
    value<M> const n = e * (e + M::set(2));
    return x * (n / (n + M::set(2)));
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward(value<M> x, value<M> dy) {
    value<M> const e = M::exp(M::min(x, M::set(20)));
    value<M> const n = e * (e + M::set(2));
    value<M> const t = n / (n + M::set(2));
    value<M> const s = e / (e + M::set(1));
    return dy * (t + x * s * (M::set(1) - t * t));
  }
};

struct gelu {
  static constexpr char const* name = "gelu";
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> forward(value<M> x) {
    return M::set(0.5F) * x * (M::set(1) + M::erf(x * M::set(0.70710678F)));
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward(value<M> x, value<M> dy) {
    value<M> const share = M::set(0.5F) * (M::set(1) + M::erf(x * M::set(0.70710678F)));
    value<M> const density = M::set(0.39894228F) * M::exp(M::set(-0.5F) * x * x);
    return dy * (share + x * density);
  }
};

struct gelu_tanh {
  static constexpr char const* name = "gelu_tanh";
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> forward(value<M> x) {
    value<M> const u = M::set(0.79788456F) * x * (M::set(1) + M::set(0.044715F) * x * x);
    return M::set(0.5F) * x * (M::set(1) + M::tanh(u));
  }
  template <class M>
  [[nodiscard, gnu::always_inline]] static value<M> backward(value<M> x, value<M> dy) {
    value<M> const u = M::set(0.79788456F) * x * (M::set(1) + M::set(0.044715F) * x * x);
    value<M> const t = M::tanh(u);
    value<M> const du = M::set(0.79788456F) * (M::set(1) + M::set(3 * 0.044715F) * x * x);
    return dy * (M::set(0.5F) * (M::set(1) + t) + M::set(0.5F) * x * (M::set(1) - t * t) * du);
  }
};

template <class M, class F>
void forward_loop(std::span<float const> x, std::span<float> y) {
  std::size_t const size = x.size();
  std::size_t i = 0;
  for (; i + M::lanes <= size; i += M::lanes) {
    M::store(y.data() + i, F::template forward<M>(M::load(x.data() + i)));
  }
  if constexpr (M::lanes > 1) {
    if (i < size) {
      float in[M::lanes] = {};
      float out[M::lanes];
      std::copy(x.begin() + static_cast<std::ptrdiff_t>(i), x.end(), in);
      M::store(out, F::template forward<M>(M::load(in)));
      std::copy_n(out, size - i, y.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

/// formula(x, dy) -> dx
template <class M, class Formula>
[[gnu::always_inline]] inline void binary_loop(std::span<float const> x, std::span<float const> dy, std::span<float> dx,
                                               Formula formula) {
  std::size_t const size = x.size();
  std::size_t i = 0;
  for (; i + M::lanes <= size; i += M::lanes) {
    M::store(dx.data() + i, formula(M::load(x.data() + i), M::load(dy.data() + i)));
  }
  if constexpr (M::lanes > 1) {
    if (i < size) {
      float in[2][M::lanes] = {};
      float out[M::lanes];
      std::copy(x.begin() + static_cast<std::ptrdiff_t>(i), x.end(), in[0]);
      std::copy(dy.begin() + static_cast<std::ptrdiff_t>(i), dy.end(), in[1]);
      M::store(out, formula(M::load(in[0]), M::load(in[1])));
      std::copy_n(out, size - i, dx.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

template <class M, class F>
void backward_loop(std::span<float const> x, std::span<float const> dy, std::span<float> dx) {
  binary_loop<M>(
      x, dy, dx, [](value<M> a, value<M> b) __attribute__((always_inline)) { return F::template backward<M>(a, b); });
}

template <class M, class F>
void backward_from_output_loop(std::span<float const> y, std::span<float const> dy, std::span<float> dx) {
  binary_loop<M>(
      y, dy, dx, [](value<M> a, value<M> b) __attribute__((always_inline)) { return F::template backward_from_output<M>(a, b); });
}

template <class M, class F>
void add_function(std::vector<peer>& peers) {
  peer p{M::library(), M::version(), F::name, forward_loop<M, F>, backward_loop<M, F>, {}};
  if constexpr (requires(value<M> v) { F::template backward_from_output<M>(v, v); }) {
    p.backward_from_output = backward_from_output_loop<M, F>;
  }
  peers.push_back(std::move(p));
}

/// For libraries that are more than elementary functions.
template <class M>
[[maybe_unused]] void add_piecewise(std::vector<peer>& peers) {
  add_function<M, relu>(peers);
  add_function<M, leaky_relu>(peers);
  add_function<M, prelu>(peers);
  add_function<M, relu6>(peers);
  add_function<M, hard_tanh>(peers);
  add_function<M, thresholded_relu>(peers);
  add_function<M, hard_sigmoid>(peers);
  add_function<M, hard_swish>(peers);
  add_function<M, softsign>(peers);
}

template <class M>
void add_smooth(std::vector<peer>& peers) {
  add_function<M, scaled_elu<elu_parameters>>(peers);
  add_function<M, scaled_elu<selu_parameters>>(peers);
  add_function<M, scaled_elu<celu_parameters>>(peers);
  add_function<M, sigmoid>(peers);
  add_function<M, log_sigmoid>(peers);
  add_function<M, tanh>(peers);
  add_function<M, silu>(peers);
  add_function<M, softplus>(peers);
  add_function<M, mish>(peers);
  add_function<M, gelu_tanh>(peers);
  if constexpr (requires(value<M> v) { M::erf(v); }) {
    add_function<M, gelu>(peers);
  }
}

} // namespace
} // namespace rectify_peers
