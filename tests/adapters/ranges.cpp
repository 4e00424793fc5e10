// SPDX-License-Identifier: MIT
// What the kernels take as it is: every contiguous range, so views of std::ranges too; and what needs a word: views in more
// dimensions, with the interface of std::mdspan. Compiled with the one of CUDA's headers where they are, since the standard
// libraries of g++ 12 and clang 14 have none, else with a stand-in.
#include "support/inputs.hpp"

#include <rectify/adapters/mdspan.hpp>
#include <rectify/rectify.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <array>
#include <ranges>
#include <vector>

#if __has_include(<mdspan>) && __cplusplus > 202002L
#include <mdspan>
namespace standard = std;
#elif __has_include(<cuda/std/mdspan>)
#include <cuda/std/mdspan>
namespace standard = cuda::std;
#else
/// The part of std::mdspan that is used here, in two dimensions.
namespace standard {
template <class Index, std::size_t Rank>
struct dextents : std::array<Index, Rank> {};
struct layout_right {
  struct mapping {
    dextents<std::size_t, 2> extents;
    [[nodiscard]] std::size_t required_span_size() const { return extents[0] * extents[1]; }
    [[nodiscard]] static bool is_exhaustive() { return true; }
  };
};
struct layout_stride {
  struct mapping {
    dextents<std::size_t, 2> extents;
    std::array<std::size_t, 2> strides;
    [[nodiscard]] std::size_t required_span_size() const {
      return extents[0] * extents[1] == 0 ? 0 : (extents[0] - 1) * strides[0] + (extents[1] - 1) * strides[1] + 1;
    }
    [[nodiscard]] bool is_exhaustive() const { return required_span_size() == extents[0] * extents[1]; }
  };
};
template <class T, class Extents, class Layout = layout_right>
class mdspan {
public:
  using element_type = T;
  using rank_type = std::size_t;
  mdspan(T* data, typename Layout::mapping const& mapping) : data_(data), mapping_(mapping) {}
  mdspan(T* data, std::size_t rows, std::size_t columns) : mdspan(data, {{{rows, columns}}}) {}
  [[nodiscard]] static std::size_t rank() { return 2; }
  [[nodiscard]] std::size_t extent(std::size_t i) const { return mapping_.extents[i]; }
  [[nodiscard]] T* data_handle() const { return data_; }
  [[nodiscard]] auto const& mapping() const { return mapping_; }
  [[nodiscard]] bool is_exhaustive() const { return mapping_.is_exhaustive(); }

private:
  T* data_;
  typename Layout::mapping mapping_;
};
} // namespace standard
#endif

namespace {

using numbers = std::vector<float>;
using extents = standard::dextents<std::size_t, 2>;
using matrix = standard::mdspan<float, extents>;
using strided_matrix = standard::mdspan<float, extents, standard::layout_stride>;
constexpr rectify::relu<float> relu;

strided_matrix strided(numbers& x, std::size_t rows, std::size_t columns, std::size_t row_stride) {
#if __has_include(<cuda/std/mdspan>) || (__has_include(<mdspan>) && __cplusplus > 202002L)
  using mapping = standard::layout_stride::mapping<extents>;
  return {x.data(), mapping(extents(rows, columns), standard::array<std::size_t, 2>{row_stride, 1})};
#else
  return {x.data(), {{{rows, columns}}, {row_stride, 1}}};
#endif
}

} // namespace

#if !defined(__clang__) || __clang_major__ >= 16 // before, it does not compile the views of g++'s library
TEST_CASE("kernels take contiguous views of std::ranges") {
  numbers x = {-4, -3, -2, -1, 0, 1, 2, 3};
  numbers y(8, 9);
  rectify::forward(relu, x | std::views::take(3), y | std::views::take(3));
  CHECK(y == numbers{0, 0, 0, 9, 9, 9, 9, 9});
  rectify::forward(relu, x | std::views::drop(6), y | std::views::drop(6));
  CHECK(y == numbers{0, 0, 0, 9, 9, 9, 2, 3});
  rectify::forward(relu, std::views::counted(x.begin() + 3, 2), std::ranges::subrange(y.begin() + 3, y.begin() + 5));
  CHECK(y == numbers{0, 0, 0, 0, 0, 9, 2, 3});
  rectify::forward(relu, std::views::all(x));
  CHECK(x == numbers{0, 0, 0, 0, 0, 1, 2, 3});
}
#endif

TEST_CASE("a view whose data() is not where its elements begin is read and written where they are") {
  // as xtensor's views are
  struct tail : std::ranges::view_base {
    std::span<float> all;
    [[nodiscard]] float* begin() const { return all.data() + 2; }
    [[nodiscard]] float* end() const { return all.data() + all.size(); }
    [[nodiscard]] float* data() const { return all.data(); }
  };
  numbers x = {-4, -3, -2, -1};
  tail view;
  view.all = x;
  rectify::forward(relu, view);
  CHECK(x == numbers{-4, -3, 0, 0});
}

TEST_CASE("kernels take the elements of a view in two dimensions") {
  numbers x = {-3, -2, -1, 0, 1, 2};
  numbers y(6);
  rectify::forward(relu, rectify::elements(matrix(x.data(), 2, 3)), rectify::elements(matrix(y.data(), 2, 3)));
  CHECK(y == numbers{0, 0, 0, 0, 1, 2});
  rectify::forward(relu, rectify::elements(standard::mdspan<float const, extents>(x.data(), 2, 3)), y);
  CHECK(y == numbers{0, 0, 0, 0, 1, 2});
  rectify::forward(relu, rectify::elements(strided(x, 2, 3, 3))); // without gaps
  CHECK(x == numbers{0, 0, 0, 0, 1, 2});
  CHECK(rectify::elements(strided(x, 0, 3, 5)).empty());
}

TEST_CASE("a view with gaps is refused") {
  numbers x = {-3, -2, -1, 0, 1, 2};
  CHECK_THROWS_MATCHES(
      rectify::forward(relu, rectify::elements(strided(x, 2, 2, 3))), std::invalid_argument,
      Catch::Matchers::Message(
          "rectify::elements: the view has gaps: its 4 elements are spread over 5; copy it, or call once a row"));
  CHECK(x == numbers{-3, -2, -1, 0, 1, 2});
}
