// SPDX-License-Identifier: MIT
#include "checker/source/scan/store.hpp"

#include <fmt/format.h>
#include <llvm/Support/MemoryBuffer.h>

#include <nlohmann/json.hpp>

#include "checker/source/front/cache.hpp"
#include "model/base/atomic_file.hpp"

using Json = nlohmann::json;

namespace pincheck::follow {
template <class... T>
static void get_all(const Json& from, T&... to) {
  std::size_t i = 0;
  (from.at(i++).get_to(to), ...);
}

// Found by their arguments. Bindings, so that a field that is forgotten here does not compile.

static void to_json(Json& out, const Line& in) {
  const auto& [file, line, function, text, counts] = in;
  out = Json::array({file, line, function, text, counts});
}
static void from_json(const Json& in, Line& out) {
  auto& [file, line, function, text, counts] = out;
  get_all(in, file, line, function, text, counts);
}

static void to_json(Json& out, const Finding& in) {
  const auto& [wrong, sentence, cause, path, known] = in;
  out = Json::array({wrong, sentence, cause, path, known});
}
static void from_json(const Json& in, Finding& out) {
  auto& [wrong, sentence, cause, path, known] = out;
  get_all(in, wrong, sentence, cause, path, known);
}

static void to_json(Json& out, const Verdict& in) {
  const auto& [function, file, line, decision, findings, open, left, kept_after_error, contracts,
               asks, read_with, assumptions, cuts, kept, ends, reached, passes, turns, paths, took,
               merged, seconds] = in;
  out = Json::array(
      {function,  file,  line,      decision,    findings, open,   left, kept_after_error,
       contracts, asks,  read_with, assumptions, cuts,     kept,   ends, reached,
       passes,    turns, paths,     took,        merged,   seconds});
}
static void from_json(const Json& in, Verdict& out) {
  auto& [function, file, line, decision, findings, open, left, kept_after_error, contracts, asks,
         read_with, assumptions, cuts, kept, ends, reached, passes, turns, paths, took, merged,
         seconds] = out;
  get_all(in, function, file, line, decision, findings, open, left, kept_after_error, contracts,
          asks, read_with, assumptions, cuts, kept, ends, reached, passes, turns, paths, took,
          merged, seconds);
}

}  // namespace pincheck::follow

namespace pincheck::scan {

Store::Store(std::string folder, const std::string& from)
    : folder_(std::move(folder)), from_(front::digest(from)) {}

std::string Store::path(const std::string& file, const std::string& function) const {
  return fmt::format("{}/{}.json", folder_,
                     front::digest(fmt::format("{} {} {}", from_, file, function)));
}

std::optional<follow::Verdict> Store::find(const std::string& file,
                                           const std::string& function) const {
  const auto kept = llvm::MemoryBuffer::getFile(path(file, function));
  if (!kept) return std::nullopt;
  follow::Verdict out;
  try {
    follow::from_json(Json::parse((*kept)->getBuffer()), out);
  } catch (const Json::exception&) {
    return std::nullopt;
  }
  return out;
}

void Store::keep(const follow::Verdict& verdict) const {
  Json out;
  follow::to_json(out, verdict);
  write_atomically(path(verdict.file, verdict.function),
                   out.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string digest_of_this_program() {
  const auto self = llvm::MemoryBuffer::getFile("/proc/self/exe");
  return self ? front::digest((*self)->getBuffer()) : "";
}

}  // namespace pincheck::scan
