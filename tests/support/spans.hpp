// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels.hpp>

#include <span>

/// Kernels over spans, whatever contiguous range comes. Each kind of range that a kernel is called with is a kernel of its own to
/// compile, which takes half a second for a cheap one; those of executors are these.
namespace rectify::test::spans {

template <class F>
using in = std::span<typename F::value_type const>;
template <class F>
using out = std::span<typename F::value_type>;

template <class F>
void forward(F const& f, in<F> x, out<F> y) {
  rectify::forward(f, x, out<F>(y));
}
template <class F>
void derivative(F const& f, in<F> x, out<F> d) {
  rectify::derivative(f, x, out<F>(d));
}
template <class F>
void backward(F const& f, in<F> x, in<F> dy, out<F> dx) {
  rectify::backward(f, x, dy, out<F>(dx));
}
template <class F>
void backward(F const& f, in<F> x, in<F> dy, out<F> dx, typename F::value_type& dslope) {
  rectify::backward(f, x, dy, out<F>(dx), dslope);
}
template <class F>
void backward_from_output(F const& f, in<F> y, in<F> dy, out<F> dx) {
  rectify::backward_from_output(f, y, dy, out<F>(dx));
}
template <class F>
void forward(gated<F> const& unit, in<F> a, in<F> b, out<F> y) {
  rectify::forward(unit, a, b, out<F>(y));
}
template <class F>
void backward(gated<F> const& unit, in<F> a, in<F> b, in<F> dy, out<F> da, out<F> db) {
  rectify::backward(unit, a, b, dy, out<F>(da), out<F>(db));
}

} // namespace rectify::test::spans
