// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/catalogue.hpp>

#include <type_traits>

namespace rectify {

template <std::floating_point T, kink K>
struct channelwise_prelu;
template <std::floating_point T>
struct softmax_kernels;

template <class F, class List>
inline constexpr bool is_in_list = false;
template <class F, class... Functions>
inline constexpr bool is_in_list<F, function_list<Functions...>> = (std::is_same_v<F, Functions> || ...);

/// What rectify::dispatch has objects of: the catalogue for float and double, with the policies zero and left, what is made of
/// it, and softmax.
template <class F>
inline constexpr bool is_in_catalogue = is_in_list<F, catalogue<float>> || is_in_list<F, catalogue<float, kink::left>> || //
                                        is_in_list<F, catalogue<double>> || is_in_list<F, catalogue<double, kink::left>>;
template <class T, kink K>
inline constexpr bool is_in_catalogue<channelwise_prelu<T, K>> = is_in_catalogue<prelu<T, K>>;
template <class T>
inline constexpr bool is_in_catalogue<softmax_kernels<T>> = is_in_catalogue<relu<T>>;

} // namespace rectify
