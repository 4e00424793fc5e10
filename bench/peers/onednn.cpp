// SPDX-License-Identifier: MIT
// oneDNN's eltwise primitives; the API of 2.x, which 3.0 changed.
#include "libraries.hpp"

#include <omp.h>
#include <oneapi/dnnl/dnnl.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

namespace rectify_peers {
namespace {

using dnnl::algorithm;
using dnnl::memory;

struct processor {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
};

[[nodiscard]] memory::desc floats(std::size_t size) {
  return {{static_cast<memory::dim>(size)}, memory::data_type::f32, memory::format_tag::a};
}

/// A primitive, and its arguments without their addresses.
struct plan {
  dnnl::primitive primitive;
  std::unordered_map<int, memory> arguments;

  void bind(int argument, float const* address) { arguments.at(argument).set_data_handle(const_cast<float*>(address)); }
  void run(processor& on) {
    omp_set_num_threads(1); // of the calling thread
    primitive.execute(on.stream, arguments);
    on.stream.wait();
  }
};

[[nodiscard]] plan make_plan(processor& on, dnnl::primitive primitive, std::size_t size, std::initializer_list<int> arguments) {
  plan made{std::move(primitive), {}};
  for (int const argument : arguments) {
    made.arguments.emplace(argument, memory(floats(size), on.engine, nullptr));
  }
  return made;
}

/// What differs between the functions.
struct eltwise {
  algorithm kind;
  float alpha = 0;
  float beta = 0;
};

[[nodiscard]] dnnl::eltwise_forward::primitive_desc describe(processor& on, eltwise f, dnnl::prop_kind propagation,
                                                             std::size_t size) {
  return {dnnl::eltwise_forward::desc(propagation, f.kind, floats(size), f.alpha, f.beta), on.engine};
}

[[nodiscard]] peer::unary forward(std::shared_ptr<processor> const& on, eltwise f) {
  return [on, f, kept = std::make_shared<plans<plan>>()](std::span<float const> x, std::span<float> y) {
    plan& p = kept->get(x.size(), [&](std::size_t size) {
      dnnl::eltwise_forward const primitive(describe(*on, f, dnnl::prop_kind::forward_inference, size));
      return make_plan(*on, primitive, size, {DNNL_ARG_SRC, DNNL_ARG_DST});
    });
    p.bind(DNNL_ARG_SRC, x.data());
    p.bind(DNNL_ARG_DST, y.data());
    p.run(*on);
  };
}

/// `data` is DNNL_ARG_SRC, or DNNL_ARG_DST for the algorithms that start from the output.
[[nodiscard]] peer::binary backward(std::shared_ptr<processor> const& on, eltwise f, int data) {
  return [on, f, data, kept = std::make_shared<plans<plan>>()](std::span<float const> x, std::span<float const> dy,
                                                               std::span<float> dx) {
    plan& p = kept->get(x.size(), [&](std::size_t size) {
      dnnl::eltwise_backward::desc const description(f.kind, floats(size), floats(size), f.alpha, f.beta);
      auto const hint = describe(*on, f, dnnl::prop_kind::forward_training, size);
      dnnl::eltwise_backward const primitive(dnnl::eltwise_backward::primitive_desc(description, on->engine, hint));
      return make_plan(*on, primitive, size, {data, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC});
    });
    p.bind(data, x.data());
    p.bind(DNNL_ARG_DIFF_DST, dy.data());
    p.bind(DNNL_ARG_DIFF_SRC, dx.data());
    p.run(*on);
  };
}

[[nodiscard]] peer::unary softmax(std::shared_ptr<processor> const& on) {
  return [on, kept = std::make_shared<plans<plan>>()](std::span<float const> x, std::span<float> y) {
    plan& p = kept->get(x.size(), [&](std::size_t size) {
      dnnl::softmax_forward::desc const description(dnnl::prop_kind::forward_inference, floats(size), 0);
      dnnl::softmax_forward const primitive(dnnl::softmax_forward::primitive_desc(description, on->engine));
      return make_plan(*on, primitive, size, {DNNL_ARG_SRC, DNNL_ARG_DST});
    });
    p.bind(DNNL_ARG_SRC, x.data());
    p.bind(DNNL_ARG_DST, y.data());
    p.run(*on);
  };
}

[[nodiscard]] peer::binary softmax_backward_from_output(std::shared_ptr<processor> const& on) {
  return [on, kept = std::make_shared<plans<plan>>()](std::span<float const> y, std::span<float const> dy, std::span<float> dx) {
    plan& p = kept->get(y.size(), [&](std::size_t size) {
      dnnl::softmax_forward::desc const training(dnnl::prop_kind::forward_training, floats(size), 0);
      dnnl::softmax_backward::desc const description(floats(size), floats(size), 0);
      dnnl::softmax_backward const primitive(dnnl::softmax_backward::primitive_desc(
          description, on->engine, dnnl::softmax_forward::primitive_desc(training, on->engine)));
      return make_plan(*on, primitive, size, {DNNL_ARG_DST, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC});
    });
    p.bind(DNNL_ARG_DST, y.data());
    p.bind(DNNL_ARG_DIFF_DST, dy.data());
    p.bind(DNNL_ARG_DIFF_SRC, dx.data());
    p.run(*on);
  };
}

} // namespace

void add_onednn(std::vector<peer>& peers) {
  auto const on = std::make_shared<processor>();
  dnnl_version_t const* const v = dnnl_version();
  std::string const version = std::to_string(v->major) + '.' + std::to_string(v->minor) + '.' + std::to_string(v->patch);
  auto const add = [&](char const* function, eltwise f, std::optional<algorithm> from_output = {}) {
    peer p{"oneDNN", version, function, forward(on, f), backward(on, f, DNNL_ARG_SRC), {}};
    if (from_output) {
      p.backward_from_output = backward(on, {*from_output, f.alpha, f.beta}, DNNL_ARG_DST);
    }
    peers.push_back(std::move(p));
  };
  add("relu", {algorithm::eltwise_relu}, algorithm::eltwise_relu_use_dst_for_bwd);
  add("leaky_relu", {algorithm::eltwise_relu, 0.01F}, algorithm::eltwise_relu_use_dst_for_bwd);
  // its prelu primitive wants a tensor of slopes; for one slope this is the faster road
  add("prelu", {algorithm::eltwise_relu, 0.25F}, algorithm::eltwise_relu_use_dst_for_bwd);
  add("relu6", {algorithm::eltwise_clip_v2, 0, 6}, algorithm::eltwise_clip_v2_use_dst_for_bwd);
  add("hard_tanh", {algorithm::eltwise_clip_v2, -1, 1}, algorithm::eltwise_clip_v2_use_dst_for_bwd);
  add("hard_swish", {algorithm::eltwise_hardswish, 1.0F / 6.0F, 0.5F});
  add("elu", {algorithm::eltwise_elu, 1}, algorithm::eltwise_elu_use_dst_for_bwd);
  add("sigmoid", {algorithm::eltwise_logistic}, algorithm::eltwise_logistic_use_dst_for_bwd);
  add("log_sigmoid", {algorithm::eltwise_logsigmoid});
  add("tanh", {algorithm::eltwise_tanh}, algorithm::eltwise_tanh_use_dst_for_bwd);
  add("silu", {algorithm::eltwise_swish, 1});
  add("softplus", {algorithm::eltwise_soft_relu, 1});
  add("mish", {algorithm::eltwise_mish});
  add("gelu", {algorithm::eltwise_gelu_erf});
  add("gelu_tanh", {algorithm::eltwise_gelu_tanh});
  peers.push_back({"oneDNN", version, "softmax", softmax(on), {}, softmax_backward_from_output(on)});
}

} // namespace rectify_peers
