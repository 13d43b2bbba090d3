// SPDX-License-Identifier: MIT
#include "checker/source/front/overlay.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "checker/source/front/cache.hpp"
#include "model/base/atomic_file.hpp"

namespace pincheck::front {

Overlay::Overlay(const std::map<std::string, std::string>& texts) {
  // JSON is YAML.
  nlohmann::json roots = nlohmann::json::array();
  std::string all;
  for (const auto& [path, text] : texts) {
    const std::string content = fmt::format("{}/{}", folder_.path(), roots.size());
    write_atomically(content, text);
    roots.push_back({{"type", "file"}, {"name", path}, {"external-contents", content}});
    all += fmt::format("{}\n{}\n{}", path, text.size(), text);
  }
  digest_ = front::digest(all);
  // Messages and debug information name the file that is replaced.
  const nlohmann::json overlay{{"version", 0}, {"use-external-names", false}, {"roots", roots}};
  write_atomically(file(), overlay.dump());
}

}  // namespace pincheck::front
