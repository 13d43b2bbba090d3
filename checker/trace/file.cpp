// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "checker/trace/reader.hpp"
#include "model/base/input.hpp"

namespace pincheck::trace {

std::string read_text(const std::string& file) {
  errno = 0;
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> stream(gzopen(file.c_str(), "rb"), gzclose);
  const auto problem = [&](const char* why) {
    return InputError(fmt::format("{}: cannot be read, expected a trace: {}", file, why));
  };
  if (!stream) throw problem(errno == 0 ? "out of memory" : std::strerror(errno));
  gzbuffer(stream.get(), 1U << 18);
  constexpr std::size_t kBlock = std::size_t{1} << 22;
  std::string text;
  std::error_code ignored;
  if (const auto size = std::filesystem::file_size(file, ignored); !ignored)
    text.reserve(size + kBlock);
  while (true) {
    const std::size_t old = text.size();
    text.resize(old + kBlock);
    const int got = gzread(stream.get(), text.data() + old, static_cast<unsigned>(kBlock));
    text.resize(old + static_cast<std::size_t>(std::max(got, 0)));
    int status = Z_OK;
    const char* why = gzerror(stream.get(), &status);
    if (status == Z_BUF_ERROR)
      throw problem("the gzip file is cut off, what is missing may tell everything");
    if (got < 0 || (status != Z_OK && status != Z_STREAM_END))
      throw problem(status == Z_ERRNO ? std::strerror(errno) : why);
    if (got < static_cast<int>(kBlock)) return text;
  }
}

}  // namespace pincheck::trace
