// SPDX-License-Identifier: MIT
// Prints the README's table of functions from the functors themselves.
#include <rectify/catalogue.hpp>

#include <cmath>
#include <cstdio>
#include <string>

using namespace rectify;

namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

/// A formula as code within a table: a bar would end the cell.
std::string code(std::string_view formula) {
  std::string text = "`";
  for (char const c : formula) {
    text += c == '|' ? std::string("\\|") : std::string(1, c);
  }
  return text + "`";
}

template <class F>
std::string parameters() {
  std::string text;
  for (parameter<F> const& p : parameters_of<F>()) {
    text += (text.empty() ? "" : ", ") + std::string(p.name) + " = " + number(F{}.*p.member);
  }
  return text.empty() ? "none" : text;
}

/// The derivative at 0 by each policy, or once where they agree.
template <template <class, kink> class F>
std::string at_zero() {
  std::string const zero = number(F<double, kink::zero>{}.derivative(0.0));
  std::string const left = number(F<double, kink::left>{}.derivative(0.0));
  std::string const right = number(F<double, kink::right>{}.derivative(0.0));
  return zero == left && left == right ? zero : zero + " (`left` " + left + ", `right` " + right + ")";
}

/// The bound for float, for double where that is another, and for the default parameters where they have their own.
std::string bounds(double of_float, double of_double) {
  return number(of_float) + (of_float == of_double ? "" : " (`double` " + number(of_double) + ")");
}

template <template <class, kink> class F>
void print_row(F<double, kink::zero> const& f) {
  using functor = F<double, kink::zero>;
  using narrow_functor = F<float, kink::zero>;
  std::string forward_bound = bounds(narrow_functor::max_ulp, functor::max_ulp);
  std::string derivative_bound = bounds(narrow_functor::derivative_max_ulp, functor::derivative_max_ulp);
  if constexpr (requires { functor::default_max_ulp; }) {
    forward_bound += ", by default " + bounds(narrow_functor::default_max_ulp, functor::default_max_ulp);
  }
  if constexpr (requires { functor::default_derivative_max_ulp; }) {
    derivative_bound += ", by default " + bounds(narrow_functor::default_derivative_max_ulp, functor::default_derivative_max_ulp);
  }
  std::string absolute;
  if constexpr (requires { functor::derivative_near_zero; }) {
    absolute_bound const narrow = F<float, kink::zero>::derivative_near_zero;
    absolute_bound const wide = functor::derivative_near_zero;
    absolute = "; from " + number(wide.from) + " to " + number(wide.to) + " 2^" + number(std::log2(narrow.error)) +
               " (`double` 2^" + number(std::log2(wide.error)) + ") where that is more";
  }
  std::printf("| `%s` | %s | %s | %s | %s | %s | %s | %s |\n", functor::name.data(), parameters<functor>().c_str(),
              code(functor::formula).c_str(), code(functor::derivative_formula).c_str(), number(f(0.0)).c_str(),
              at_zero<F>().c_str(), forward_bound.c_str(), (derivative_bound + absolute).c_str());
}

} // namespace

int main() {
  std::puts("| function | parameters | forward | derivative | f(0) | f'(0) | forward, ULP | derivative, ULP |");
  std::puts("|---|---|---|---|---|---|---|---|");
  for_each_function(catalogue<double>{}, [](auto const& f) { print_row(f); });
}
