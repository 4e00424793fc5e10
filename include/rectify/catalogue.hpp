// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/functions.hpp>

#include <cstddef>

/// The list of what the library promises. Law tests, bench rows, accuracy rows and the README's table walk along it.
namespace rectify {

/// A list of functor types.
template <class... F>
struct function_list {
  static constexpr std::size_t size = sizeof...(F);
};

/// Every function of the library for the element type T.
template <std::floating_point T = float, kink K = kink::zero>
using catalogue = function_list< //
    identity<T, K>,              //
    relu<T, K>,                  //
    leaky_relu<T, K>,            //
    prelu<T, K>,                 //
    relu6<T, K>,                 //
    hard_tanh<T, K>,             //
    thresholded_relu<T, K>,      //
    hard_sigmoid<T, K>,          //
    hard_swish<T, K>,            //
    softsign<T, K>,              //
    elu<T, K>,                   //
    selu<T, K>,                  //
    celu<T, K>,                  //
    sigmoid<T, K>,               //
    log_sigmoid<T, K>,           //
    softplus<T, K>,              //
    tanh<T, K>,                  //
    silu<T, K>,                  //
    gelu<T, K>,                  //
    gelu_tanh<T, K>,             //
    mish<T, K>>;

/// The gated units by their names.
template <std::floating_point T = float>
using glu = gated<sigmoid<T>>;
template <std::floating_point T = float, kink K = kink::zero>
using reglu = gated<relu<T, K>>;

template <std::floating_point T = float>
using geglu = gated<gelu<T>>;
template <std::floating_point T = float>
using swiglu = gated<silu<T>>;

/// visit(f) for each function of the list, with its default parameters.
template <class... F, class Visitor>
constexpr void for_each_function(function_list<F...>, Visitor&& visit) {
  (visit(F{}), ...);
}

} // namespace rectify
