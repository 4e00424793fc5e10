// SPDX-License-Identifier: MIT
#include "support/every_activation.hpp"

template std::vector<std::unique_ptr<rectify::test::any_activation<float>>> const& rectify::test::every_activation<float>();
