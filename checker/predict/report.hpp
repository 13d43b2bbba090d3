// SPDX-License-Identifier: MIT
// What both reports of predictions print.
#pragma once

#include <nlohmann/json.hpp>

#include "checker/predict/predict.hpp"

namespace pincheck::predict {

using Json = nlohmann::ordered_json;

/// As checker/report/output.schema.json's `refcount`.
Json to_json(const RefChange&);

}  // namespace pincheck::predict
