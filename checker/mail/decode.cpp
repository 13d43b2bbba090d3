// SPDX-License-Identifier: MIT
#include "checker/mail/decode.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

#include "checker/mail/mail.hpp"
#include "model/base/input.hpp"

namespace pincheck::mail {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// The line break that makes a `=` at `at` a soft one, npos if none does.
std::size_t soft_break(std::string_view text, std::size_t at) {
  const std::size_t end = text.find_first_not_of(" \t", at + 1);
  return end != std::string_view::npos && text[end] == '\n' ? end : std::string_view::npos;
}

/// A line of a flowed text: how deeply it is quoted, and what it says.
struct Flowed {
  std::size_t depth = 0;
  std::string_view says;
  bool goes_on = false;
};

Flowed flowed_line(std::string_view line) {
  Flowed out;
  out.depth = std::min(line.find_first_not_of('>'), line.size());
  out.says = line.substr(out.depth);
  if (out.says.starts_with(' ')) out.says.remove_prefix(1);
  out.goes_on = out.says.ends_with(' ') && out.says != "-- ";
  return out;
}

}  // namespace

std::string from_quoted_printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto at = [&](std::size_t ahead) {
      return i + ahead < text.size() ? text[i + ahead] : '\0';
    };
    if (text[i] == '=' && soft_break(text, i) != std::string_view::npos) {
      i = soft_break(text, i);
    } else if (text[i] == '=' && digit(at(1)) >= 0 && digit(at(2)) >= 0) {
      out += static_cast<char>(digit(at(1)) * 16 + digit(at(2)));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string from_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0;
  int have = 0;
  for (const char c : text) {
    const std::size_t value = kDigits.find(c);
    if (value == std::string_view::npos) continue;
    bits = bits << 6 | static_cast<unsigned>(value);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out += static_cast<char>(bits >> have & 0xff);
  }
  return out;
}

std::string from_flowed(std::string_view text, bool delsp) {
  std::string out;
  std::size_t depth = 0;
  bool goes_on = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const Flowed line = flowed_line(text.substr(begin, end - begin));
    begin = end + 1;
    const bool joins = goes_on && line.depth == depth;
    if (joins && delsp) out.pop_back();
    if (goes_on && !joins) out += '\n';
    if (!joins && line.depth > 0) out += std::string(line.depth, '>') + " ";
    out += line.says;
    if (!line.goes_on) out += '\n';
    depth = line.depth;
    goes_on = line.goes_on;
  }
  return goes_on ? out + "\n" : out;
}

std::string with_plain_lines(std::string text) {
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') out += text[i];
  return out;
}

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b\x08"); }

std::string gunzip(std::string_view bytes, const std::string& name) {
  const auto problem = [&](std::string_view why) {
    return InputError(fmt::format("{}: {}, expected a gzip file that is whole", name, why));
  };
  z_stream stream{};
  constexpr int kOnlyGzip = 16;
  if (inflateInit2(&stream, MAX_WBITS + kOnlyGzip) != Z_OK) throw problem("out of memory");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, inflateEnd);
  std::string input(bytes);  // zlib's pointer is to what may change
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  std::string out;
  while (stream.avail_in > 0) {
    std::array<char, 1U << 16> block{};
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = block.size();
    const int status = inflate(&stream, Z_NO_FLUSH);
    out.append(block.data(), block.size() - stream.avail_out);
    if (out.size() > kMaxBytes) throw problem(fmt::format("unpacks to over {} bytes", kMaxBytes));
    if (status == Z_STREAM_END &&
        is_gzip({input.data() + input.size() - stream.avail_in, stream.avail_in})) {
      inflateReset(&stream);
      continue;
    }
    if (status == Z_STREAM_END) return out;  // zeros may follow
    if (status == Z_BUF_ERROR) break;
    if (status != Z_OK) throw problem("the gzip data are damaged");
  }
  throw problem("the gzip data are cut off");
}

}  // namespace pincheck::mail
