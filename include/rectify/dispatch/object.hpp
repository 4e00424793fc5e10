// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/dispatch/catalogue.hpp>
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

/// The kernels that a functor's objects hold, over ranges of E.
template <class F, class E>
struct kernels_over {
  template <class Operation>
  using loop_of = elementwise_kernel<typename F::value_type, Operation, E>;
  using value = forward_form_of<F>;
  using slope = derivative_form_of<F>;
  using type = decltype( //
      kernel_list<loop_of<forward_operation<value>>, loop_of<forward_gated_operation<value>>>{} +
      kernels_where<differentiable_activation<F>, loop_of<derivative_operation<slope>>, loop_of<backward_operation<slope>>,
                    loop_of<backward_gated_operation<slope>>>{} +
      kernels_where<output_differentiable_activation<F>, loop_of<backward_from_output_operation<slope>>>{} +
      kernels_where<trainable_activation<F>, backward_with_slope_kernel<F, E>>{});
};
template <class T, kink K, class E>
struct kernels_over<channelwise_prelu<T, K>, E> {
  using type = kernel_list<forward_channelwise_kernel<T, E>, backward_channelwise_kernel<T, K, E>>;
};
template <class T, class E>
struct kernels_over<softmax_kernels<T>, E> {
  using type = kernel_list<rows_kernel<softmax_of_row, E>, rows_kernel<log_softmax_of_row, E>,
                           gradient_rows_kernel<softmax_gradient, E>, gradient_rows_kernel<log_softmax_gradient, E>>;
};

template <class F>
struct kernels_of : kernels_over<F, typename F::value_type> {};
template <class F, class E>
struct kernels_of<storage_form<F, E>>
    : std::conditional_t<runs_whole_on_16_bits<F>, kernels_over<F, E>, std::type_identity<kernel_list<>>> {};
template <storage S>
struct kernels_of<stored_float<S>> {
  using type = kernel_list<convert_kernel<stored_float<S>, float>, convert_kernel<float, stored_float<S>>>;
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
