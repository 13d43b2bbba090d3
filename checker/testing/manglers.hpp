// SPDX-License-Identifier: MIT
// checker/testing: uses checker/report, checker/predict, checker/reproduce; used by all tests.
// What mail programs, list archives and people do to a text on its way.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pincheck::test {

struct Mangler {
  std::string_view name;
  std::string (*mangle)(const std::string&);
};

/// Of lines as they stand: broken, joined, indented, with other blanks.
const std::vector<Mangler>& line_manglers();
/// Of what is around: quote marks, fences, other text. They come after those of lines.
const std::vector<Mangler>& context_manglers();
/// Of the whole text, which becomes the bytes of a file: encodings, mails, mboxes.
const std::vector<Mangler>& envelopes();

/// As gzip does.
std::string gzipped(const std::string& text);

}  // namespace pincheck::test
