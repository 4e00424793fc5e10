// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels.hpp>

#include <tuple>

/// What the generated sources of rectify::dispatch are made of; nothing else includes it. Each compiles
///   template struct rectify::dispatch_object<Arch, Functors...>;
/// with the flags of Arch.
namespace rectify {

template <class Arch, class Kernel, class Result, class... Arguments>
Result kernel_on<Arch, Kernel, Result(Arguments...)>::run(Arguments... arguments) noexcept {
  return Kernel::template run<Arch>(arguments...);
}

template <class... Kernels>
struct kernel_list {};

template <class... A, class... B>
kernel_list<A..., B...> operator+(kernel_list<A...>, kernel_list<B...>);

template <bool Where, class... Kernels>
using kernels_where = std::conditional_t<Where, kernel_list<Kernels...>, kernel_list<>>;

/// The loop of an operation over numbers of F.
template <class F, class Operation>
using loop_of = elementwise_kernel<typename F::value_type, Operation>;

/// The kernels that a functor's objects hold.
template <class F>
struct kernels_of {
  using value = forward_form_of<F>;
  using slope = derivative_form_of<F>;
  using type = decltype( //
      kernel_list<loop_of<F, forward_operation<value>>, loop_of<F, forward_gated_operation<value>>>{} +
      kernels_where<differentiable_activation<F>, loop_of<F, derivative_operation<slope>>, loop_of<F, backward_operation<slope>>,
                    loop_of<F, backward_gated_operation<slope>>>{} +
      kernels_where<output_differentiable_activation<F>, loop_of<F, backward_from_output_operation<slope>>>{} +
      kernels_where<trainable_activation<F>, backward_with_slope_kernel<F>>{});
};
template <class T, kink K>
struct kernels_of<channelwise_prelu<T, K>> {
  using type = kernel_list<forward_channelwise_kernel<T>, backward_channelwise_kernel<T, K>>;
};
template <class T>
struct kernels_of<softmax_kernels<T>> {
  using type = kernel_list<rows_kernel<softmax_of_row, T>, rows_kernel<log_softmax_of_row, T>,
                           gradient_rows_kernel<softmax_gradient, T>, gradient_rows_kernel<log_softmax_gradient, T>>;
};

template <class Arch, class Kernels>
struct kernel_addresses;
template <class Arch, class... Kernels>
struct kernel_addresses<Arch, kernel_list<Kernels...>> {
  static constexpr std::tuple all{&kernel_on<Arch, Kernels>::run...};
};

/// Its explicit instantiation compiles every kernel of the functors for Arch: a constant that no one reads holds their addresses.
template <class Arch, class... F>
struct dispatch_object {
  static constexpr std::tuple all{kernel_addresses<Arch, typename kernels_of<F>::type>::all...};
};

} // namespace rectify
