// SPDX-License-Identifier: MIT
// judge FACTOR [MODE [EXEMPT...]]: the results of kernels that another translation unit compiled with hostile flags are, for
// finite inputs, within FACTOR times the promised bound. MODE is the state of the machine around the kernels: flush (subnormal
// numbers are 0: an error of twice the smallest normal number more), downward, upward or towardzero (nothing is promised; it
// prints what is), or nearest. EXEMPT names what is printed and not judged, as in "gelu derivative".
#include "flags/kernels.hpp"
#include "support/any_activation.hpp"
#include "support/inputs.hpp"
#include "support/ulp.hpp"

#include <algorithm>
#include <cfenv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

using namespace rectify::test;

namespace {

double factor = 1;
int rounding = FE_TONEAREST;
bool flushes = false;
int failures = 0;
std::vector<std::string> exempt;

template <class T>
std::vector<T> finite_inputs();
template <>
std::vector<float> finite_inputs() {
  std::vector<float> inputs;
  for_each_float(1999, [&](float x) {
    if (std::isfinite(x)) {
      inputs.push_back(x);
    }
  });
  return inputs;
}
template <>
std::vector<double> finite_inputs() {
  std::vector<double> inputs;
  for (double const scale : {1e-300, 1e-3, 0.5, 3.0, 40.0, 700.0}) {
    std::vector<double> const some = random_inputs<double>(20000, 1, scale);
    inputs.insert(inputs.end(), some.begin(), some.end());
  }
  return inputs;
}

/// Calls the kernel in the state of the machine that was asked for.
template <class T>
void call(void (*kernel)(T const*, T*, std::size_t), std::vector<T> const& x, std::vector<T>& y) {
  std::fesetround(rounding);
#if defined(__SSE2__)
  unsigned const before = _mm_getcsr();
  if (flushes) {
    _mm_setcsr(before | 0x8040U);
  }
#endif
  kernel(x.data(), y.data(), x.size());
#if defined(__SSE2__)
  _mm_setcsr(before);
#endif
  std::fesetround(FE_TONEAREST);
}

template <class T, class Exact>
void check(std::string_view name, char const* direction, double bound, std::vector<T> const& x, std::vector<T> const& y,
           Exact const& exact_at, rectify::absolute_bound const& near_zero) {
  double worst = 0;
  T witness = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    auto const exact = exact_at(x[i]);
    // a subnormal input counts as 0, for the derivative as a kink too
    if (flushes && std::abs(x[i]) < std::numeric_limits<T>::min()) {
      continue;
    }
    if (flushes &&
        std::abs(static_cast<decltype(exact)>(y[i]) - exact) <= static_cast<decltype(exact)>(2 * std::numeric_limits<T>::min())) {
      continue;
    }
    double const error = ulp_error(y[i], exact);
    if (!(error <= worst) &&
        !(x[i] >= T(near_zero.from) && x[i] <= T(near_zero.to) &&
          std::abs(static_cast<decltype(exact)>(y[i]) - exact) <= static_cast<decltype(exact)>(factor * near_zero.error))) {
      worst = error;
      witness = x[i];
    }
  }
  bool const is_exempt = std::find(exempt.begin(), exempt.end(), std::string(name) + ' ' + direction) != exempt.end();
  bool const is_good = worst <= factor * bound || is_exempt;
  if (!is_good) {
    ++failures;
  }
  std::printf("%-8s%-22.*s %-10s %-6s %6.3f ULP at %a\n",
              is_exempt ? "exempt"
              : is_good ? ""
                        : "WRONG",
              static_cast<int>(name.size()), name.data(), direction, sizeof(T) == 4 ? "float" : "double", worst,
              static_cast<double>(witness));
}

template <class T>
void check_all(std::vector<kernels<T>> const& all) {
  using wide = typename any_activation<T>::wide;
  std::vector<T> const x = finite_inputs<T>();
  std::vector<T> y(x.size());
  std::size_t next = 0;
  std::string last;
  for (auto const& f : every_activation<T>()) {
    if (!f->is_default || !f->is_kink_zero || f->name == last) { // a variant may be the default again
      continue;
    }
    last = f->name;
    kernels<T> const& k = all.at(next++);
    call(k.forward, x, y);
    check<T>(f->name, "forward", f->max_ulp, x, y, [&](T at) { return f->exact(static_cast<wide>(at)); }, {1, 0, 0});
    call(k.derivative, x, y);
    check<T>(
        f->name, "derivative", f->derivative_max_ulp, x, y,
        [&](T at) {
          for (T const kink : f->kinks) {
            if (at == kink) { // the policy's business, which other tests look at
              return static_cast<wide>(y[static_cast<std::size_t>(std::find(x.begin(), x.end(), at) - x.begin())]);
            }
          }
          return f->exact_derivative(static_cast<wide>(at));
        },
        f->near_zero);
  }
  if (next != all.size()) {
    std::puts("the catalogue and the kernels are of different length");
    ++failures;
  }
}

} // namespace

int main(int argc, char** argv) {
  factor = argc > 1 ? std::strtod(argv[1], nullptr) : 1;
  std::string_view const mode = argc > 2 ? argv[2] : "";
  rounding = mode == "downward"     ? FE_DOWNWARD
             : mode == "upward"     ? FE_UPWARD
             : mode == "towardzero" ? FE_TOWARDZERO
                                    : FE_TONEAREST;
  flushes = mode == "flush";
  exempt.assign(argv + std::min(argc, 3), argv + argc);
  check_all<float>(float_kernels());
  if (std::numeric_limits<long double>::digits >= 64) {
    check_all<double>(double_kernels());
  }
  return failures == 0 || rounding != FE_TONEAREST ? 0 : 1;
}
