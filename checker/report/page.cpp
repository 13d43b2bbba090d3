// SPDX-License-Identifier: MIT
// The page: its parts are files beside this one, and the data of this run.
#include "checker/report/page.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <new>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "model/base/embedded.hpp"

namespace pincheck::report {
namespace {

std::string_view part(std::string_view name) {
  const std::string path = fmt::format("checker/report/html/{}", name);
  for (const EmbeddedFile& file : embedded_files())
    if (file.path == path) return file.text;
  throw std::logic_error(fmt::format("internal error: the page has no part {}", name));
}

std::string compressed(const std::string& text) {
  uLongf size = compressBound(text.size());
  std::string out(size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(out.data()), &size,
                reinterpret_cast<const Bytef*>(text.data()), text.size(),
                Z_BEST_COMPRESSION) != Z_OK)
    throw std::bad_alloc();
  out.resize(size);
  return out;
}

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view group = bytes.substr(i, 3);
    unsigned bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8 | (k < group.size() ? static_cast<unsigned char>(group[k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += k <= group.size() ? kLetters[bits >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

/// The JSON, compressed to a twentieth, so that a page can be mailed. Names are any bytes.
std::string data_text(const Json& document) {
  return base64(compressed(document.dump(-1, ' ', false, Json::error_handler_t::replace)));
}

}  // namespace

std::string page_of(const Json& document) {
  constexpr std::string_view kOpen = "{{";
  constexpr std::string_view kClose = "}}";
  std::string_view rest = part("page.html");
  std::string out;
  while (true) {
    const std::size_t at = rest.find(kOpen);
    out += rest.substr(0, at);
    if (at == std::string_view::npos) return out;
    rest.remove_prefix(at + kOpen.size());
    const std::string_view name = rest.substr(0, rest.find(kClose));
    out += name == "data" ? data_text(document) : std::string(part(name));
    rest.remove_prefix(name.size() + kClose.size());
  }
}

}  // namespace pincheck::report
