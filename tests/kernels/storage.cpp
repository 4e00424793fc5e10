// SPDX-License-Identifier: MIT
// Ranges of 16 bits: the conversions, and every kernel against the same one over floats.
#include "support/guarded.hpp"
#include "support/inputs.hpp"
#include "support/ulp.hpp"

#include <rectify/rectify.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <memory>
#include <span>
#include <string_view>

using namespace rectify;
using namespace rectify::test;

namespace {

/// Another library's type of 16 bits.
struct foreign_half {
  std::uint16_t pattern;
};

constexpr unsigned pattern_count = 1U << 16;

template <class E>
constexpr int significand_bits = storage_of<E> == storage::bfloat16 ? 7 : 10;
template <class E>
constexpr std::uint16_t infinity_of = storage_of<E> == storage::bfloat16 ? 0x7f80 : 0x7c00;

template <class E>
E pattern(unsigned bits) {
  return E::from_bits(static_cast<std::uint16_t>(bits));
}

template <class E>
bool same(E a, E b) {
  return a.bits() == b.bits();
}

/// The number of a pattern, from the definition of its format.
template <class E>
double number(unsigned bits) {
  int const fraction_bits = significand_bits<E>;
  int const largest_exponent = (1 << (15 - fraction_bits)) - 1;
  int const exponent = static_cast<int>((bits & 0x7fffU) >> fraction_bits);
  double const fraction = std::ldexp(static_cast<double>(bits & ((1U << fraction_bits) - 1U)), -fraction_bits);
  int const bias = largest_exponent / 2;
  double const magnitude = exponent == largest_exponent
                               ? (fraction == 0 ? std::numeric_limits<double>::infinity() : std::nan(""))
                               : std::ldexp(exponent == 0 ? fraction : 1 + fraction, std::max(exponent, 1) - bias);
  return (bits & 0x8000U) != 0 ? -magnitude : magnitude;
}

template <class E>
std::vector<E> all_patterns() {
  std::vector<E> all;
  for (unsigned bits = 0; bits < pattern_count; ++bits) {
    all.push_back(pattern<E>(bits));
  }
  return all;
}

template <class E>
std::vector<float> floats(std::vector<E> const& x) {
  std::vector<float> wide;
  for (E const value : x) {
    wide.push_back(static_cast<float>(value));
  }
  return wide;
}

/// Each element is its float, rounded once; of a NaN only that it is one, and quiet.
template <class E>
void check_rounded(char const* what, std::vector<E> const& actual, std::vector<float> const& expected) {
  std::size_t different = 0;
  std::size_t first = 0;
  for (std::size_t i = actual.size(); i-- > 0;) {
    unsigned const quiet = infinity_of<E> | (1U << (significand_bits<E> - 1));
    bool const is_right = std::isnan(expected[i]) ? (actual[i].bits() & quiet) == quiet : same(actual[i], E(expected[i]));
    if (!is_right) {
      ++different;
      first = i;
    }
  }
  INFO(what << ": first at " << first);
  CHECK(different == 0);
}

/// The same numbers in another order; their count is a power of two.
template <class T>
std::vector<T> shuffled(std::vector<T> const& x) {
  std::vector<T> other;
  for (std::size_t i = 0; i < x.size(); ++i) {
    other.push_back(x[i * 40503U % x.size()]);
  }
  return other;
}

/// What conversions of registers meet: every pattern's number, the ties between neighbours and what lies next to them.
template <class E>
std::vector<float> numbers_and_ties() {
  std::vector<float> x;
  for (unsigned bits = 0; bits < pattern_count; ++bits) {
    float const here = static_cast<float>(pattern<E>(bits));
    unsigned const middle = storage_of<E> == storage::bfloat16 ? 0x8000U : 0x1000U;
    x.push_back(here);
    for (unsigned const off : {1U, middle - 1, middle, middle + 1}) {
      x.push_back(std::bit_cast<float>(std::bit_cast<std::uint32_t>(here) + off));
    }
    x.push_back(here + 0x1p-25F);                        // the tie above a subnormal float16
    x.push_back(std::nextafter(here + 0x1p-25F, 1e30F)); // and its neighbours
    x.push_back(std::nextafter(here + 0x1p-25F, -1e30F));
  }
  return x;
}

/// Where in memory of floats the number is that lies at `place` in memory of 16 bits.
template <math::value V>
std::size_t place_of_float(std::size_t place) {
  return is_interleaved<V> ? place / 2 + place % 2 * (lanes<V> / 2) : place;
}

template <math::value V, class E>
void check_registers(std::vector<float> const& x) {
  std::size_t different = 0;
  E narrow[lanes<V>];
  float wide[lanes<V>];
  for (std::size_t i = 0; i + lanes<V> <= x.size(); i += lanes<V>) {
    rectify::store(narrow, rectify::load<V>(x.data() + i));
    for (std::size_t lane = 0; lane < lanes<V>; ++lane) {
      different += same(narrow[lane], E(x[i + place_of_float<V>(lane)])) ? 0U : 1U;
    }
  }
  for (unsigned bits = 0; bits < pattern_count; bits += static_cast<unsigned>(lanes<V>)) {
    for (std::size_t lane = 0; lane < lanes<V>; ++lane) {
      narrow[lane] = pattern<E>(bits + static_cast<unsigned>(lane));
    }
    rectify::store(wide, rectify::load<V>(static_cast<E const*>(narrow)));
    for (std::size_t lane = 0; lane < lanes<V>; ++lane) {
      auto const expected = static_cast<float>(narrow[lane]);
      float const actual = wide[place_of_float<V>(lane)];
      different += std::bit_cast<std::uint32_t>(actual) == std::bit_cast<std::uint32_t>(expected) ? 0U : 1U;
    }
  }
  CHECK(different == 0);
}

/// The registers of Arch, and pairs of them as kernels take them.
template <class Arch, class E>
void check_registers_of(std::vector<float> const& x) {
  using V = register_of<float, Arch>;
  INFO(Arch::name());
  check_registers<V, E>(x);
  if constexpr (lanes<V> != 1) {
    check_registers<register_pair<V>, E>(x);
    if constexpr (can_interleave<V, E>) {
      check_registers<register_pair<V, pair_order::interleaved>, E>(x);
    }
  }
}

/// forward, compiled once for the format: each kind of range would have a kernel of its own.
template <class E, class F>
void forward_of(F const& f, std::span<E const> x, std::span<E> y, streaming how = {}) {
  forward(f, x, y, how);
}

/// Every pattern, and as gradients the same ones in another order; their floats, and places for the results.
template <class E>
struct operands {
  std::vector<E> x = all_patterns<E>();
  std::vector<E> dy = shuffled(x);
  std::vector<float> wide_x = floats(x);
  std::vector<float> wide_dy = floats(dy);
  std::vector<E> y = x;
  std::vector<float> wide_y = wide_x;
};

template <class E, class F>
void check_forward(F const& f) {
  operands<E> o;
  INFO(f.name);
  forward_of<E>(f, o.x, o.y);
  forward_of<float>(f, o.wide_x, o.wide_y);
  check_rounded("forward", o.y, o.wide_y);
  std::vector<E> in_place = o.x;
  forward_of<E>(f, in_place, in_place);
  CHECK(std::equal(o.y.begin(), o.y.end(), in_place.begin(), same<E>));
}

/// call(x, dy, result) of numbers of 16 bits is what it is of their floats, rounded once.
template <class E, class Call>
void check_call(char const* kernel, std::string_view function, Call const& call) {
  operands<E> o;
  INFO(function);
  call(o.x, o.dy, o.y);
  call(o.wide_x, o.wide_dy, o.wide_y);
  check_rounded(kernel, o.y, o.wide_y);
}

template <class E, class F>
void check_derivative(F const& f) {
  check_call<E>("derivative", F::name, [&](auto const& x, auto const&, auto& result) { derivative(f, x, result); });
}

template <class E, class F>
void check_backward(F const& f) {
  check_call<E>("backward", F::name, [&](auto const& x, auto const& dy, auto& result) { backward(f, x, dy, result); });
}

template <class E, class F>
void check_backward_from_output(F const& f) {
  check_call<E>("backward_from_output", F::name,
                [&](auto const& y, auto const& dy, auto& result) { backward_from_output(f, y, dy, result); });
}

} // namespace

template <>
inline constexpr auto rectify::storage_of<foreign_half> = rectify::storage::float16;

TEMPLATE_TEST_CASE("numbers of 16 bits: the patterns mean what the formats say", "", bfloat16, float16) {
  using E = TestType;
  std::size_t different = 0;
  for (unsigned bits = 0; bits < pattern_count; ++bits) {
    different += same_bits(static_cast<double>(static_cast<float>(pattern<E>(bits))), number<E>(bits)) ? 0U : 1U;
  }
  CHECK(different == 0);
  static_assert(static_cast<float>(E(1.5F)) == 1.5F);
  static_assert(sizeof(E) == 2 && std::is_trivial_v<E>);
  CHECK(E(0.0F) == E(-0.0F));
  CHECK(E(1.0F) < E(2.0F));
  CHECK_FALSE(E(std::numeric_limits<float>::quiet_NaN()) == E(std::numeric_limits<float>::quiet_NaN()));
}

TEMPLATE_TEST_CASE("numbers of 16 bits: rounding to nearest, ties to even", "", bfloat16, float16) {
  using E = TestType;
  std::size_t different = 0;
  for (unsigned bits = 0; bits < infinity_of<E>; ++bits) { // from each number to the next, with the tie between them
    double const here = number<E>(bits);
    double const above = bits + 1U == infinity_of<E> ? 2 * here - number<E>(bits - 1) : number<E>(bits + 1);
    auto const tie = static_cast<float>((here + above) / 2);
    unsigned const even = (bits & 1U) == 0 ? bits : bits + 1;
    for (auto const& [x, expected] : {std::pair(static_cast<float>(here), bits), std::pair(std::nextafter(tie, 0.0F), bits),
                                      std::pair(tie, even), std::pair(std::nextafter(tie, 1e38F * 10), bits + 1)}) {
      different += E(x).bits() == expected && E(-x).bits() == (expected | 0x8000U) ? 0U : 1U;
    }
  }
  CHECK(different == 0);
  using limits = std::numeric_limits<float>;
  CHECK(E(limits::infinity()).bits() == infinity_of<E>);
  CHECK(E(limits::max()).bits() == infinity_of<E>);
  CHECK(E(-limits::infinity()).bits() == (infinity_of<E> | 0x8000U));
  CHECK(E(limits::denorm_min()).bits() == 0);
  for (std::uint32_t const payload : {1U, 0x2000U, 0x12345U, 0x3fffffU, 0x7fffffU}) { // NaN stays a quiet NaN
    for (std::uint32_t const sign : {0U, 0x80000000U}) {
      unsigned const quiet = infinity_of<E> | (1U << (significand_bits<E> - 1));
      unsigned const narrow = E(std::bit_cast<float>(0x7f800000U | payload | sign)).bits();
      CHECK((narrow & quiet) == quiet);
      CHECK((narrow >> 15) == (sign >> 31));
    }
  }
}

TEMPLATE_TEST_CASE("numbers of 16 bits: registers convert as numbers do", "", bfloat16, float16) {
  // NaNs beside NaNs, and beside numbers
  std::vector<float> const in_order = numbers_and_ties<TestType>();
  for (std::vector<float> const& x : {in_order, shuffled(in_order)}) {
    check_registers_of<compiled_arch, TestType>(x);
    check_registers_of<no_simd, TestType>(x);
#if XSIMD_WITH_SSE2
    check_registers_of<xsimd::sse2, TestType>(x);
#endif
#if XSIMD_WITH_AVX
    check_registers_of<xsimd::avx, TestType>(x);
#endif
  }
}

TEMPLATE_TEST_CASE("ranges of 16 bits: every input gives the float kernel's result, rounded once", "", bfloat16, float16) {
  using E = TestType;
  using clamp = relu6<float, kink::left>; // compares the 16 bits themselves
  check_forward<E>(clamp{});
  check_derivative<E>(clamp{});
  check_backward<E>(clamp{});
  check_backward_from_output<E>(relu<float, kink::right>{}); // x >= 0, which -0 meets
  check_forward<E>(elu<float>{});
  check_backward<E>(elu<float>{});
#ifdef RECTIFY_DISPATCH // the objects are there; compiled here, these would take as long as those above, and do nothing else
  check_forward<E>(relu<float>{});
  check_derivative<E>(relu<float>{});
  check_backward<E>(relu<float>{});
  check_derivative<E>(elu<float>{});
  check_backward_from_output<E>(elu<float>{});
#endif
}

TEMPLATE_TEST_CASE("ranges of 16 bits: every length and offset, and nothing outside", "", bfloat16, float16) {
  using E = TestType;
  guarded<std::uint16_t> x_memory(256);
  guarded<std::uint16_t> y_memory(256);
  auto const as_range = [](std::span<std::uint16_t> bits) { return std::span(reinterpret_cast<E*>(bits.data()), bits.size()); };
  for (std::size_t size = 0; size <= 70; ++size) {
    for (std::size_t const offset : {std::size_t{0}, std::size_t{1}, std::size_t{5}}) {
      for (bool const is_at_back : {false, true}) {
        auto const x = as_range(is_at_back ? x_memory.at_back(size, offset) : x_memory.at_front(size, offset));
        auto const y = as_range(is_at_back ? y_memory.at_back(size, offset) : y_memory.at_front(size, offset));
        std::vector<float> const wide = random_inputs<float>(size, size + 1);
        std::transform(wide.begin(), wide.end(), x.begin(), [](float value) { return E(value); });
        auto const check = [&](auto const& f) {
          forward_of<E>(f, x, y);
          std::size_t different = 0;
          for (std::size_t i = 0; i < size; ++i) {
            different += same(y[i], E(f(static_cast<float>(x[i])))) ? 0U : 1U;
          }
          CHECK(different == 0);
        };
        check(elu<float>{});
        check(relu6<float, kink::left>{});
      }
    }
  }
}

TEMPLATE_TEST_CASE("ranges of 16 bits: converted, every length, and nothing outside", "", bfloat16, float16) {
  using E = TestType;
  std::vector<float> const x = random_inputs<float>(200, 1);
  for (bool const streams : {false, true}) {
    for (std::size_t size = 0; size <= 150; ++size) {
      std::vector<E> narrow(size + 1, E(7.0F));
      std::vector<float> wide(size + 1, 7.0F);
      convert_kernel<float, E>::template run<compiled_arch>(x.data(), narrow.data(), size, streams);
      convert_kernel<E, float>::template run<compiled_arch>(narrow.data(), wide.data(), size, streams);
      std::size_t different = 0;
      for (std::size_t i = 0; i <= size; ++i) {
        E const expected(i < size ? x[i] : 7.0F);
        different += same(narrow[i], expected) && same_bits(wide[i], i < size ? static_cast<float>(expected) : 7.0F) ? 0U : 1U;
      }
      INFO(size);
      CHECK(different == 0);
    }
  }
}

TEMPLATE_TEST_CASE("ranges of 16 bits: past the caches", "", bfloat16, float16) {
  using E = TestType;
  std::vector<E> const x = all_patterns<E>();
  std::size_t const size = x.size() - 7;
  auto const check = [&](auto const& f, std::size_t offset) {
    std::vector<E> y(x.size());
    std::vector<E> streamed(x.size(), E(7.0F));
    forward_of<E>(f, std::span(x).first(size), std::span(y).subspan(offset, size), {streaming::never});
    forward_of<E>(f, std::span(x).first(size), std::span(streamed).subspan(offset, size), {1});
    CHECK(std::equal(y.begin() + static_cast<std::ptrdiff_t>(offset), y.begin() + static_cast<std::ptrdiff_t>(offset + size),
                     streamed.begin() + static_cast<std::ptrdiff_t>(offset), same<E>));
    CHECK(same(streamed[offset + size], E(7.0F)));
  };
  for (std::size_t const offset : {std::size_t{0}, std::size_t{1}, std::size_t{3}}) {
    check(elu<float>{}, offset);
    check(relu6<float, kink::left>{}, offset);
  }
}

#ifdef RECTIFY_DISPATCH
using formats_of_sums = std::tuple<bfloat16, float16>;
#else // the other format would take half as long again to compile; it differs in what one register does, of which all is above
using formats_of_sums = std::tuple<bfloat16>;
#endif

TEMPLATE_LIST_TEST_CASE("ranges of 16 bits: sums are float's", "", formats_of_sums) {
  using E = TestType;
  for (std::size_t const row : {std::size_t{10}, std::size_t{49}, std::size_t{3000}}) {
    std::size_t const size = 12 * row;
    std::vector<E> x;
    std::vector<E> dy;
    for (float const value : random_inputs<float>(size, 3)) {
      x.push_back(E(value));
    }
    for (float const value : random_inputs<float>(size, 4, 1)) {
      dy.push_back(E(value));
    }
    std::vector<E> y(size);
    std::vector<float> const wide_x = floats(x);
    std::vector<float> const wide_dy = floats(dy);
    std::vector<float> wide_y(size);
    INFO("row " << row);

    softmax(x, y, row);
    softmax(wide_x, wide_y, row);
    check_rounded("softmax", y, wide_y);
    std::vector<E> in_place = x;
    softmax(in_place, in_place, row);
    CHECK(std::equal(y.begin(), y.end(), in_place.begin(), same<E>));
    std::vector<float> const kept = floats(y);
    softmax_backward(y, dy, in_place, row);
    softmax_backward(kept, wide_dy, wide_y, row);
    check_rounded("softmax_backward", in_place, wide_y);
    log_softmax(x, y, row);
    log_softmax(wide_x, wide_y, row);
    check_rounded("log_softmax", y, wide_y);

    float slope = 0;
    float wide_slope = 0;
    backward(prelu<float>{}, x, dy, y, slope);
    backward(prelu<float>{}, wide_x, wide_dy, wide_y, wide_slope);
    check_rounded("backward of prelu", y, wide_y);
    CHECK(slope == wide_slope);

    std::vector<float> const slopes = random_inputs<float>(4, 5, 1);
    std::vector<float> dslopes(4);
    std::vector<float> wide_dslopes(4);
    channelwise_prelu<float> const f{slopes, {3, 4, row}};
    forward(f, x, y);
    forward(f, wide_x, wide_y);
    check_rounded("channelwise forward", y, wide_y);
    backward(f, x, dy, y, dslopes);
    backward(f, wide_x, wide_dy, wide_y, wide_dslopes);
    check_rounded("channelwise backward", y, wide_y);
    CHECK(dslopes == wide_dslopes);

    std::vector<E> db(size);
    std::vector<float> wide_db(size);
    forward(gated<relu<float>>{}, x, dy, y);
    forward(gated<relu<float>>{}, wide_x, wide_dy, wide_y);
    check_rounded("gated forward", y, wide_y);
    backward(gated<relu<float>>{}, x, dy, x, y, db);
    backward(gated<relu<float>>{}, wide_x, wide_dy, wide_x, wide_y, wide_db);
    check_rounded("gated backward, a", y, wide_y);
    check_rounded("gated backward, b", db, wide_db);
  }
}

TEST_CASE("ranges of 16 bits: types of others, in a line") {
  std::vector<foreign_half> x{{0xbc00}, {0x3c00}, {0x0001}}; // -1, 1, 2^-24
  std::vector<foreign_half> y(3);
  forward(relu<float>{}, x, y);
  CHECK((y[0].pattern == 0 && y[1].pattern == 0x3c00 && y[2].pattern == 1));
#if defined(__FLT16_MANT_DIG__) && (defined(__clang__) || __GNUC__ >= 13 || defined(__x86_64__) || defined(__i386__))
  std::vector<_Float16> const own(5, static_cast<_Float16>(-1));
  std::vector<_Float16> result(5);
  forward(leaky_relu<float>{.negative_slope = 0.5F}, own, result);
  CHECK(static_cast<float>(result[4]) == -0.5F);
#endif
}

TEST_CASE("ranges of 16 bits: errors before anything is written") {
  std::vector<bfloat16> const x(4);
  std::vector<bfloat16> y(5, bfloat16(3.0F));
  CHECK_THROWS_WITH(forward(relu<float>{}, x, y), "rectify::forward: x has 4 elements, but y has 5; they must be equal");
  CHECK_THROWS_WITH(forward(relu<float>{}, std::span(y).first(4), std::span(y).subspan(1)),
                    Catch::Matchers::ContainsSubstring("overlap in part: y is 8 bytes"));
  CHECK(y[0] == bfloat16(3.0F));
}
