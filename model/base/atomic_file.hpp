// SPDX-License-Identifier: MIT
// model/base: used by model/language, checker/mail, checker/source/value, checker/source/callee, checker/source/front.
// checker/source/front. Files that are whole or not there.
#pragma once

#include <string>

namespace pincheck {

/// Writes to a temporary file beside `path`, puts it on the disk, and renames it: whoever looks, at
/// whatever moment, sees the old file or the new one. Links stay, and lead to it; what is no file
/// (a FIFO, a device) is written to as it is. Throws InputError when it cannot; the old file is
/// untouched then, and the temporary one is gone.
void write_atomically(const std::string& path, const std::string& text);

/// The same for those who go on without the file: the message instead of the exception, "" when it
/// is written.
std::string problem_writing(const std::string& path, const std::string& text);

}  // namespace pincheck
