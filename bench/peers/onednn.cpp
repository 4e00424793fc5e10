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

[[nodiscard]] plan make_plan(processor& on, dnnl::primitive primitive, memory::desc const& data,
                             std::initializer_list<int> arguments) {
  plan made{std::move(primitive), {}};
  for (int const argument : arguments) {
    made.arguments.emplace(argument, memory(data, on.engine, nullptr));
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
      return make_plan(*on, primitive, floats(size), {DNNL_ARG_SRC, DNNL_ARG_DST});
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
      return make_plan(*on, primitive, floats(size), {data, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC});
    });
    p.bind(data, x.data());
    p.bind(DNNL_ARG_DIFF_DST, dy.data());
    p.bind(DNNL_ARG_DIFF_SRC, dx.data());
    p.run(*on);
  };
}

struct rows {
  std::size_t count;
  std::size_t row;

  bool operator==(rows const&) const = default;
};

[[nodiscard]] memory::desc floats(rows of) {
  return {{static_cast<memory::dim>(of.count), static_cast<memory::dim>(of.row)}, memory::data_type::f32, memory::format_tag::ab};
}

constexpr int last_axis = 1;

/// softmax_forward or logsoftmax_forward
template <class Primitive>
[[nodiscard]] typename Primitive::primitive_desc describe(processor& on, dnnl::prop_kind propagation, rows of) {
  return {typename Primitive::desc(propagation, floats(of), last_axis), on.engine};
}

template <class Primitive>
[[nodiscard]] peer::unary_of_rows forward_of_rows(std::shared_ptr<processor> const& on) {
  return [on, kept = std::make_shared<plans<plan, rows>>()](std::span<float const> x, std::span<float> y, std::size_t row) {
    plan& p = kept->get({x.size() / row, row}, [&](rows of) {
      Primitive const primitive(describe<Primitive>(*on, dnnl::prop_kind::forward_inference, of));
      return make_plan(*on, primitive, floats(of), {DNNL_ARG_SRC, DNNL_ARG_DST});
    });
    p.bind(DNNL_ARG_SRC, x.data());
    p.bind(DNNL_ARG_DST, y.data());
    p.run(*on);
  };
}

template <class Primitive, class Forward>
[[nodiscard]] peer::binary_of_rows backward_of_rows(std::shared_ptr<processor> const& on) {
  return [on, kept = std::make_shared<plans<plan, rows>>()](std::span<float const> y, std::span<float const> dy,
                                                            std::span<float> dx, std::size_t row) {
    plan& p = kept->get({y.size() / row, row}, [&](rows of) {
      typename Primitive::desc const description(floats(of), floats(of), last_axis);
      auto const hint = describe<Forward>(*on, dnnl::prop_kind::forward_training, of);
      Primitive const primitive(typename Primitive::primitive_desc(description, on->engine, hint));
      return make_plan(*on, primitive, floats(of), {DNNL_ARG_DST, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC});
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
  auto const add_rows = [&](char const* function, peer::unary_of_rows forward, peer::binary_of_rows backward) {
    peers.push_back({"oneDNN", version, function, {}, {}, {}, std::move(forward), std::move(backward)});
  };
  add_rows("softmax", forward_of_rows<dnnl::softmax_forward>(on),
           backward_of_rows<dnnl::softmax_backward, dnnl::softmax_forward>(on));
  add_rows("log_softmax", forward_of_rows<dnnl::logsoftmax_forward>(on),
           backward_of_rows<dnnl::logsoftmax_backward, dnnl::logsoftmax_forward>(on));
}

} // namespace rectify_peers
