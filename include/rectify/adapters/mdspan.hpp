// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/arch.hpp>
#include <rectify/kernels/errors.hpp>

#include <cstddef>
#include <span>

/// std::mdspan, and other views with its interface, as ranges that the kernels take:
///
///   rectify::forward(rectify::silu<float>{}, rectify::elements(x), rectify::elements(y));
///
/// A range (a vector, a span, a std::ranges view without gaps) needs no adapter.
namespace rectify {

/// A view in more dimensions, as far as it is needed here.
template <class View>
concept multidimensional_view = requires(View const& view) {
  typename View::element_type;
  view.data_handle();
  view.mapping().required_span_size();
  { view.is_exhaustive() } -> std::convertible_to<bool>;
};

/// The elements of the view, in the order of its memory: row by row, column by column, whatever the layout. Views of the same
/// layout and extents so meet element by element.
///
/// throws  std::invalid_argument if the view has gaps: kernels would write into them
template <class Arch = default_arch, multidimensional_view View>
[[nodiscard]] std::span<typename View::element_type> elements(View const& view) {
  static_assert(
      requires { std::span(view.data_handle(), std::size_t{}); },
      "rectify: the elements of the view must lie in memory as they are: its data_handle() must be a pointer to them");
  auto const span = static_cast<std::size_t>(view.mapping().required_span_size());
  if (!view.is_exhaustive()) {
    std::size_t size = 1;
    for (std::size_t dimension = 0; dimension < View::rank(); ++dimension) {
      size *= static_cast<std::size_t>(view.extent(static_cast<typename View::rank_type>(dimension)));
    }
    if (size != 0) {
      fail<Arch>("rectify::elements: the view has gaps: its %zu elements are spread over %zu; copy it, or call once a row", size,
                 span);
    }
  }
  return {view.data_handle(), span};
}

} // namespace rectify
