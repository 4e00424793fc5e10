// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/math/exp.hpp>
#include <rectify/math/value.hpp>
