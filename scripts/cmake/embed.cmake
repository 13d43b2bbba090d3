# SPDX-License-Identifier: MIT
# Write OUTPUT, a C++ source holding FILES (paths relative to the working directory) as arrays of
# characters: unlike string literals these may be of any length and content.

list(SORT FILES)
list(LENGTH FILES count)

foreach(file IN LISTS FILES)
  file(READ "${file}" bytes HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
  string(MD5 name "${file}")
  string(APPEND texts "constexpr char text_${name}[] = {${bytes}'\\0'};\n")
  string(APPEND entries "    {\"${file}\", {text_${name}, sizeof text_${name} - 1}},\n")
endforeach()

file(WRITE "${OUTPUT}" "\
#include \"model/base/embedded.hpp\"

#include <array>

namespace pincheck {
namespace {
${texts}
constexpr std::array<EmbeddedFile, ${count}> files{{
${entries}}};
}  // namespace

std::span<const EmbeddedFile> embedded_files() { return files; }

}  // namespace pincheck
")
