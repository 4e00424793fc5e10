// SPDX-License-Identifier: MIT
// The whole catalogue in device code: the functors as they are, without a word for the device in the library. By nvcc (with
// --expt-relaxed-constexpr, which lets device code call constexpr functions) and by clang, which needs neither the flag nor the
// toolkit. Compiled, and looked at; CMakeLists.txt says for what.
#ifdef __clang__
#include <cstdlib> // for clang's own <new>
#define __global__ __attribute__((global))
#endif

#include <rectify/catalogue.hpp>

template <class T, class... F>
__global__ void forward(rectify::function_list<F...>, T const* x, T* y) {
  ((*y++ = F{}.forward(*x)), ...);
}

template <class T, class... F>
__global__ void derivative(rectify::function_list<F...>, T const* x, T* d) {
  ((*d++ = F{}.derivative(*x)), ...);
}

template <class T, class... F>
__global__ void backward(rectify::function_list<F...>, T const* x, T const* dy, T* dx) {
  ((*dx++ = rectify::chain(F{}, *x, *dy)), ...);
}

// parameters that the compiler does not know
template <class F, class T>
__global__ void with_parameters(F f, T const* x, T const* dy, T* dx) {
  *dx++ = f.forward(*x);
  *dx = rectify::chain(f, *x, *dy);
}

template __global__ void forward(rectify::catalogue<float>, float const*, float*);
template __global__ void forward(rectify::catalogue<double>, double const*, double*);
template __global__ void derivative(rectify::catalogue<float>, float const*, float*);
template __global__ void derivative(rectify::catalogue<double>, double const*, double*);
template __global__ void backward(rectify::catalogue<float>, float const*, float const*, float*);
template __global__ void backward(rectify::catalogue<double>, double const*, double const*, double*);
template __global__ void with_parameters(rectify::elu<float>, float const*, float const*, float*);
template __global__ void with_parameters(rectify::celu<float>, float const*, float const*, float*);
template __global__ void with_parameters(rectify::softplus<double>, double const*, double const*, double*);
