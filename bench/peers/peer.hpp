// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

/// What other libraries do for the same functions, behind one interface: to time them, and to measure their error, beside
/// rectify. Of every library that the build found, in the version that it found: distributions carry old ones, so `version`
/// belongs to every number that is printed. Functions have rectify's default parameters.
namespace rectify_peers {

/// One function of one library, on one thread. What a careful user sets up once (a primitive, an operator, a tensor around the
/// memory) is set up at the first call for a size, or for new memory, and kept: call once before you time. A copy shares what
/// was set up, so a second thread takes peers of its own from all_peers().
struct peer {
  using unary = std::function<void(std::span<float const> x, std::span<float> y)>;
  using binary = std::function<void(std::span<float const> x, std::span<float const> dy, std::span<float> dx)>;
  using unary_of_rows = std::function<void(std::span<float const> x, std::span<float> y, std::size_t row)>;
  using binary_of_rows =
      std::function<void(std::span<float const> y, std::span<float const> dy, std::span<float> dx, std::size_t row)>;

  std::string library;
  std::string version;         ///< as the library itself reports it, with the instruction set where it names one
  std::string function;        ///< the name in rectify's catalogue, softmax or log_softmax
  unary forward;               ///< y = f(x); empty where the library has none
  binary backward;             ///< dx = dy · f'(x) from the input; empty where the library has none, or only from the output
  binary backward_from_output; ///< the same from the output, whose argument is then y; empty where the library has none
  unary_of_rows forward_of_rows = {};               ///< of softmax and log_softmax: each row of `row` elements
  binary_of_rows backward_of_rows_from_output = {}; ///< likewise
};

/// Libraries that choose their instruction set when the program runs take the machine's best, whatever the flags of this build.
[[nodiscard]] std::vector<peer> all_peers();

} // namespace rectify_peers
