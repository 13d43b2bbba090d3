// SPDX-License-Identifier: MIT
// checker/trace: uses checker/explain; used by checker/predict.
// The fields of an event's line, "key=value", as a record keeps them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "checker/trace/reader.hpp"

namespace pincheck::trace {

/// Which fields a line has, or lacks: a set of bits.
using Fields = std::uint16_t;

/// What a line of the probe must have to tell anything: of the arguments that probe_commands gives
/// it, those that cannot fault and that nothing else can stand for.
Fields needed_fields(const Probe&, bool returns, Kernel);

/// The arguments, of those that probe_commands gives the probe, that are of these fields: "page,
/// flags".
std::string argument_names(const Probe&, bool returns, Kernel, Fields);

/// Fills the record. Returns the fields that are there and are numbers.
Fields take_fields(std::string_view text, bool tracepoint, std::uint64_t vmemmap, Record&);

}  // namespace pincheck::trace
