// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/catalogue.hpp>
#include <rectify/kernels/storage.hpp>

#include <type_traits>

namespace rectify {

template <std::floating_point T, kink K>
struct channelwise_prelu;
template <std::floating_point T>
struct softmax_kernels;
template <class F, class E>
struct storage_form;

template <class F, class List>
inline constexpr bool is_in_list = false;
template <class F, class... Functions>
inline constexpr bool is_in_list<F, function_list<Functions...>> = (std::is_same_v<F, Functions> || ...);

template <class F>
inline constexpr bool runs_whole_on_16_bits = only_selects<F> || trainable_activation<F>;
template <class T, kink K>
inline constexpr bool runs_whole_on_16_bits<channelwise_prelu<T, K>> = true;
template <class T>
inline constexpr bool runs_whole_on_16_bits<softmax_kernels<T>> = true;

/// What rectify::dispatch has objects of: the catalogue for float and double, with the policies zero and left, what is made of
/// it, and softmax; the conversions of 16 bits, and kernels that cannot go by way of them: what compares and selects runs on
/// the 16 bits themselves, and a sum is of the whole range.
template <class F>
inline constexpr bool is_in_catalogue = is_in_list<F, catalogue<float>> || is_in_list<F, catalogue<float, kink::left>> || //
                                        is_in_list<F, catalogue<double>> || is_in_list<F, catalogue<double, kink::left>>;
template <class T, kink K>
inline constexpr bool is_in_catalogue<channelwise_prelu<T, K>> = is_in_catalogue<prelu<T, K>>;
template <class T>
inline constexpr bool is_in_catalogue<softmax_kernels<T>> = is_in_catalogue<relu<T>>;
template <storage S>
inline constexpr bool is_in_catalogue<stored_float<S>> = true;
template <class F, storage S>
inline constexpr bool is_in_catalogue<storage_form<F, stored_float<S>>> = is_in_catalogue<F>&& runs_whole_on_16_bits<F>;

} // namespace rectify
