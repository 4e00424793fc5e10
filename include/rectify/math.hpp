// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/math/erf.hpp>
#include <rectify/math/exp.hpp>
#include <rectify/math/gelu.hpp>
#include <rectify/math/log.hpp>
#include <rectify/math/log1p.hpp>
#include <rectify/math/sigmoid.hpp>
#include <rectify/math/softmax.hpp>
#include <rectify/math/tanh.hpp>
#include <rectify/math/value.hpp>
