// SPDX-License-Identifier: MIT
// rectify's functions as PyTorch operators: torch.ops.rectify.silu(x) and so on through the catalogue, and prelu with its slopes.
// They run from C++, from Python and in TorchScript, and autograd knows their gradients, which are the kernels' too.
#include <rectify/kernels/parallel.hpp>
#include <rectify/rectify.hpp>

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/autograd_not_implemented_fallback.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

template <>
inline constexpr auto rectify::storage_of<at::BFloat16> = rectify::storage::bfloat16;

namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// The slope that PyTorch takes at the kinks of its own function: the one from the left, but 0 at both ends of what it clamps.
constexpr rectify::kink policy_of(std::string_view function) {
  if (function == "relu6" || function == "hard_tanh" || function == "hard_sigmoid") {
    return rectify::kink::zero;
  }
  // -1/2 at -3; at 3 its vector loop has 1, the rest of its loop 3/2
  return function == "hard_swish" ? rectify::kink::right : rectify::kink::left;
}

/// rectify's kernels on libtorch's threads. The bits of the results do not depend on their number.
constexpr auto threads = [](std::size_t count, auto const& task) {
  at::parallel_for(0, static_cast<std::int64_t>(count), 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      task(static_cast<std::size_t>(i));
    }
  });
};

/// A tensor's numbers in the order of its memory.
template <class E>
std::span<E> numbers(Tensor const& x) {
  return {x.data_ptr<E>(), static_cast<std::size_t>(x.numel())};
}

/// x itself where its elements lie without gaps in the given order, else a copy that does.
Tensor dense(Tensor const& x, at::MemoryFormat order) {
  TORCH_CHECK(x.layout() == at::kStrided, "rectify: a dense tensor is needed, not one of layout ", x.layout());
  return x.contiguous(order);
}

void check_same(char const* function, Tensor const& dy, Tensor const& x) {
  TORCH_CHECK(dy.sizes() == x.sizes() && dy.scalar_type() == x.scalar_type(), "rectify::", function, "_backward: dy is of shape ",
              dy.sizes(), " and type ", dy.scalar_type(), ", but x is of ", x.sizes(), " and ", x.scalar_type());
}

template <class... Signature>
auto operator_named(std::string const& name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(("rectify::" + name).c_str(), "").typed<Signature...>();
}

/// The same function for another type, with that policy.
template <class F, class T>
struct of_type;
template <template <std::floating_point, rectify::kink> class Function, std::floating_point Old, rectify::kink K, class T>
struct of_type<Function<Old, K>, T> {
  using type = Function<T, policy_of(Function<T, K>::name)>;
};

/// The operators of one function: <name>(x, parameters...) and <name>_backward(dy, x, parameters...).
template <class F, class Indices = std::make_index_sequence<rectify::parameters_of<F>().size()>>
struct elementwise;

template <class F, std::size_t... I>
struct elementwise<F, std::index_sequence<I...>> : torch::autograd::Function<elementwise<F, std::index_sequence<I...>>> {
  template <std::size_t>
  using number = double;

  static std::string name() { return std::string(F::name); }

  template <class T>
  static auto with(number<I>... values) {
    typename of_type<F, T>::type f;
    [[maybe_unused]] auto const parameters = rectify::parameters_of<typename of_type<F, T>::type>();
    ((f.*parameters[I].member = static_cast<T>(values)), ...);
    return f;
  }

  static Tensor run_forward(Tensor const& x, number<I>... values) {
    auto const order = x.suggest_memory_format();
    Tensor const from = dense(x, order);
    Tensor y = at::empty_like(from);
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, x.scalar_type(), F::name.data(), [&] {
      rectify::forward(threads, with<rectify::computed_in<scalar_t>>(values...), numbers<scalar_t>(from), numbers<scalar_t>(y));
    });
    return y;
  }

  static Tensor run_backward(Tensor const& dy, Tensor const& x, number<I>... values) {
    check_same(F::name.data(), dy, x);
    auto const order = x.suggest_memory_format();
    Tensor const from = dense(x, order);
    Tensor const gradient = dense(dy, order);
    Tensor dx = at::empty_like(from);
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, x.scalar_type(), F::name.data(), [&] {
      rectify::backward(threads, with<rectify::computed_in<scalar_t>>(values...), numbers<scalar_t>(from),
                        numbers<scalar_t>(gradient), numbers<scalar_t>(dx));
    });
    return dx;
  }

  // autograd: what torch::autograd::Function asks for
  static Tensor forward(AutogradContext* context, Tensor const& x, number<I>... values) {
    static auto const call = operator_named<Tensor(Tensor const&, number<I>...)>(name());
    at::AutoDispatchBelowADInplaceOrView const below;
    context->save_for_backward({x});
    context->saved_data["parameters"] = std::vector<double>{values...};
    return call.call(x, values...);
  }
  static variable_list backward(AutogradContext* context, variable_list const& dy) {
    static auto const call = operator_named<Tensor(Tensor const&, Tensor const&, number<I>...)>(name() + "_backward");
    [[maybe_unused]] auto const values = context->saved_data["parameters"].toDoubleVector();
    return {call.call(dy[0], context->get_saved_variables()[0], values[I]...), ((void)I, Tensor())...};
  }
  static Tensor with_gradient(Tensor const& x, number<I>... values) { return elementwise::apply(x, values...); }

  static void define(torch::Library& library) {
    std::string parameters;
    [[maybe_unused]] F const f;
    auto const add = [&](auto const& parameter) {
      char text[80];
      std::snprintf(text, sizeof text, ", float %s=%.17g", parameter.name, f.*parameter.member);
      parameters += text;
    };
    for (auto const& parameter : rectify::parameters_of<F>()) {
      add(parameter);
    }
    library.def((name() + "(Tensor x" + parameters + ") -> Tensor").c_str());
    library.def((name() + "_backward(Tensor dy, Tensor x" + parameters + ") -> Tensor").c_str());
  }
  static void implement(torch::Library& library) {
    library.impl(name().c_str(), &elementwise::run_forward);
    library.impl((name() + "_backward").c_str(), &elementwise::run_backward);
  }
  static void implement_gradient(torch::Library& library) {
    library.impl(name().c_str(), &elementwise::with_gradient);
    // a gradient of the gradient is an error, and not silently nothing
    library.impl((name() + "_backward").c_str(), torch::autograd::autogradNotImplementedFallback());
  }
};

/// prelu(x, slope): one slope for all, or one for each channel, which is dimension 1, as torch.nn.functional.prelu has it.
struct prelu : torch::autograd::Function<prelu> {
  static rectify::channel_layout layout(Tensor const& x, Tensor const& slope) {
    TORCH_CHECK(slope.dim() <= 1 && slope.scalar_type() == x.scalar_type(), "rectify::prelu: slope must be of the type of x, ",
                x.scalar_type(), ", and have one dimension at most; it is of ", slope.scalar_type(), " and shape ",
                slope.sizes());
    if (slope.numel() == 1) {
      return {.outer = 1, .channels = 1, .inner = static_cast<std::size_t>(x.numel())};
    }
    TORCH_CHECK(x.dim() >= 2 && x.size(1) == slope.numel(), "rectify::prelu: slope has ", slope.numel(),
                " elements, but x is of shape ", x.sizes(), "; there must be one, or one for each channel (dimension 1)");
    auto const outer = static_cast<std::size_t>(x.size(0));
    auto const channels = static_cast<std::size_t>(x.size(1));
    std::size_t inner = 1;
    for (std::int64_t dimension = 2; dimension < x.dim(); ++dimension) {
      inner *= static_cast<std::size_t>(x.size(dimension));
    }
    return {.outer = outer, .channels = channels, .inner = inner};
  }

  static Tensor run_forward(Tensor const& x, Tensor const& slope) {
    auto const channels = layout(x, slope);
    Tensor const from = dense(x, at::MemoryFormat::Contiguous);
    Tensor y = at::empty_like(from);
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, x.scalar_type(), "prelu", [&] {
      using T = rectify::computed_in<scalar_t>;
      Tensor const slopes = slope.to(c10::CppTypeToScalarType<T>::value).contiguous();
      rectify::channelwise_prelu<T, policy_of("prelu")> const f{numbers<T>(slopes), channels};
      rectify::forward(f, numbers<scalar_t>(from), numbers<scalar_t>(y));
    });
    return y;
  }

  static std::tuple<Tensor, Tensor> run_backward(Tensor const& dy, Tensor const& x, Tensor const& slope) {
    check_same("prelu", dy, x);
    auto const channels = layout(x, slope);
    Tensor const from = dense(x, at::MemoryFormat::Contiguous);
    Tensor const gradient = dense(dy, at::MemoryFormat::Contiguous);
    Tensor dx = at::empty_like(from);
    Tensor dslopes;
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, x.scalar_type(), "prelu", [&] {
      using T = rectify::computed_in<scalar_t>;
      Tensor const slopes = slope.to(c10::CppTypeToScalarType<T>::value).contiguous();
      dslopes = at::empty_like(slopes);
      rectify::channelwise_prelu<T, policy_of("prelu")> const f{numbers<T>(slopes), channels};
      rectify::backward(f, numbers<scalar_t>(from), numbers<scalar_t>(gradient), numbers<scalar_t>(dx), numbers<T>(dslopes));
    });
    return {dx, dslopes.to(slope.scalar_type())};
  }

  static Tensor forward(AutogradContext* context, Tensor const& x, Tensor const& slope) {
    static auto const call = operator_named<Tensor(Tensor const&, Tensor const&)>("prelu");
    at::AutoDispatchBelowADInplaceOrView const below;
    context->save_for_backward({x, slope});
    return call.call(x, slope);
  }
  static variable_list backward(AutogradContext* context, variable_list const& dy) {
    static auto const call =
        operator_named<std::tuple<Tensor, Tensor>(Tensor const&, Tensor const&, Tensor const&)>("prelu_backward");
    auto const saved = context->get_saved_variables();
    auto const [dx, dslope] = call.call(dy[0], saved[0], saved[1]);
    return {dx, dslope};
  }
  static Tensor with_gradient(Tensor const& x, Tensor const& slope) { return prelu::apply(x, slope); }

  static void define(torch::Library& library) {
    library.def("prelu(Tensor x, Tensor slope) -> Tensor");
    library.def("prelu_backward(Tensor dy, Tensor x, Tensor slope) -> (Tensor, Tensor)");
  }
  static void implement(torch::Library& library) {
    library.impl("prelu", &prelu::run_forward);
    library.impl("prelu_backward", &prelu::run_backward);
  }
  static void implement_gradient(torch::Library& library) {
    library.impl("prelu", &prelu::with_gradient);
    library.impl("prelu_backward", torch::autograd::autogradNotImplementedFallback());
  }
};

/// The struct that holds the operators of a functor of the catalogue.
template <class F>
using operators_of = std::conditional_t<rectify::trainable_activation<F>, prelu, elementwise<F>>;

template <class Visitor>
void for_each_operator(Visitor const& visit) {
  rectify::for_each_function(rectify::catalogue<double>{},
                             [&]<class F>(F const&) { visit.template operator()<operators_of<F>>(); });
}

} // namespace

TORCH_LIBRARY(rectify, library) {
  for_each_operator([&]<class Operators>() { Operators::define(library); });
}
TORCH_LIBRARY_IMPL(rectify, CPU, library) {
  for_each_operator([&]<class Operators>() { Operators::implement(library); });
}
TORCH_LIBRARY_IMPL(rectify, Autograd, library) {
  for_each_operator([&]<class Operators>() { Operators::implement_gradient(library); });
}
