// SPDX-License-Identifier: MIT
// checker/predict: uses checker/trace; used by checker/command.
// What both reports of predictions print.
#pragma once

#include <nlohmann/json.hpp>

#include "checker/predict/predict.hpp"

namespace pincheck::predict {

using Json = nlohmann::ordered_json;

/// As checker/report/output.schema.json's `refcount`.
Json to_json(const RefChange&);

}  // namespace pincheck::predict
