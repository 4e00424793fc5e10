// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <utility>

#include <mpfr.h>

namespace rectify::test {

/// A number of 200 bits, with what the references in support/reference.hpp ask of a number type.
class mpfr_number {
public:
  mpfr_number() { mpfr_init2(value_, precision); }
  mpfr_number(double x) : mpfr_number() { mpfr_set_d(value_, x, MPFR_RNDN); }
  mpfr_number(mpfr_number const& other) : mpfr_number() { mpfr_set(value_, other.value_, MPFR_RNDN); }
  mpfr_number(mpfr_number&& other) noexcept : mpfr_number() { mpfr_swap(value_, other.value_); }
  mpfr_number& operator=(mpfr_number other) noexcept {
    mpfr_swap(value_, other.value_);
    return *this;
  }
  ~mpfr_number() { mpfr_clear(value_); }

  /// Rounded to double, subnormal results too, once.
  explicit operator double() const { return mpfr_get_d(value_, MPFR_RNDN); }
  explicit operator float() const { return mpfr_get_flt(value_, MPFR_RNDN); }

  friend mpfr_number operator+(mpfr_number const& a, mpfr_number const& b) { return apply(mpfr_add, a, b); }
  friend mpfr_number operator-(mpfr_number const& a, mpfr_number const& b) { return apply(mpfr_sub, a, b); }
  friend mpfr_number operator*(mpfr_number const& a, mpfr_number const& b) { return apply(mpfr_mul, a, b); }
  friend mpfr_number operator/(mpfr_number const& a, mpfr_number const& b) { return apply(mpfr_div, a, b); }
  friend mpfr_number operator-(mpfr_number const& a) { return apply(mpfr_neg, a); }
  friend bool operator==(mpfr_number const& a, mpfr_number const& b) { return mpfr_equal_p(a.value_, b.value_) != 0; }
  friend bool operator<(mpfr_number const& a, mpfr_number const& b) { return mpfr_less_p(a.value_, b.value_) != 0; }
  friend bool operator>(mpfr_number const& a, mpfr_number const& b) { return b < a; }
  friend bool operator<=(mpfr_number const& a, mpfr_number const& b) { return mpfr_lessequal_p(a.value_, b.value_) != 0; }
  friend bool operator>=(mpfr_number const& a, mpfr_number const& b) { return b <= a; }

  friend mpfr_number fma(mpfr_number const& a, mpfr_number const& b, mpfr_number const& c) { return apply(mpfr_fma, a, b, c); }
  friend mpfr_number exp(mpfr_number const& x) { return apply(mpfr_exp, x); }
  friend mpfr_number expm1(mpfr_number const& x) { return apply(mpfr_expm1, x); }
  friend mpfr_number log1p(mpfr_number const& x) { return apply(mpfr_log1p, x); }
  friend mpfr_number tanh(mpfr_number const& x) { return apply(mpfr_tanh, x); }
  friend mpfr_number atan(mpfr_number const& x) { return apply(mpfr_atan, x); }
  friend mpfr_number erf(mpfr_number const& x) { return apply(mpfr_erf, x); }
  friend mpfr_number erfc(mpfr_number const& x) { return apply(mpfr_erfc, x); }
  friend mpfr_number sqrt(mpfr_number const& x) { return apply(mpfr_sqrt, x); }
  friend bool isnan(mpfr_number const& x) { return mpfr_nan_p(x.value_) != 0; }
  friend int ilogb(mpfr_number const& x) { return static_cast<int>(mpfr_get_exp(x.value_)) - 1; }
  friend mpfr_number ldexp(mpfr_number const& x, int exponent) {
    mpfr_number result;
    mpfr_mul_2si(result.value_, x.value_, exponent, MPFR_RNDN);
    return result;
  }

private:
  static constexpr mpfr_prec_t precision = 200;

  template <class Function, class... Arguments>
  static mpfr_number apply(Function* function, Arguments const&... arguments) {
    mpfr_number result;
    function(result.value_, arguments.value_..., MPFR_RNDN);
    return result;
  }

  mpfr_t value_;
};

} // namespace rectify::test
