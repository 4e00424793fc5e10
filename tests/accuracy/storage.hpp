// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace rectify::test {

/// Measures ranges of 16 bits, every input of every function in both directions, and prints a table of the largest errors. Fails
/// where one is above 0.5 and what float may lose, or, with a file, where a row of the table is not in it.
bool print_storage_errors(std::string const& file);

} // namespace rectify::test
