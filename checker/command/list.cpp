// SPDX-License-Identifier: MIT
// `pincheck list`: what the model knows, from the same descriptions that it runs on.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "checker/command/chosen.hpp"
#include "checker/command/command.hpp"
#include "checker/command/known.hpp"
#include "checker/render/terminal.hpp"
#include "checker/render/words.hpp"
#include "checker/report/parts.hpp"
#include "checker/report/printer.hpp"

namespace pincheck::command {
namespace {

constexpr std::size_t kLeastText = 24;

class ListReport final : public report::Report {
 public:
  ListReport(const std::string& what, const Listings& all) : what_(what), all_(all) {}

  std::string text() const override {
    std::size_t width = 0;
    for (const Listing& one : all_) width = std::max(width, one.name.size());
    std::string out;
    const std::size_t columns = render::terminal_width();
    // Where names are wide, the texts are below them.
    const std::size_t indent = width + 2 + kLeastText > columns ? 4 : width + 2;
    for (const Listing& one : all_) {
      std::string line = one.name;
      if (indent < width + 2) out += std::exchange(line, "") + "\n";
      for (const std::string& text : render::wrapped(one.text, columns - indent))
        out += fmt::format("{:{}}{}\n", std::exchange(line, ""), indent, text);
    }
    return out;
  }

  report::Json data() const override {
    report::Json out = report::header("list");
    out["what"] = what_;
    out["items"] = report::Json::array();
    for (const Listing& one : all_)
      out["items"].push_back({{"name", one.name}, {"text", one.text}});
    return out;
  }

 private:
  const std::string& what_;
  const Listings& all_;
};

class List final : public Command {
 public:
  List() : Command("list", "what the model knows") {}

  void declare(const Arguments& arguments) override {
    std::vector<std::string> names;
    for (const Topic& topic : topics()) names.push_back(topic.name);
    arguments.add("what", what_, "what to list").required().one_of(names);
    arguments.formats(out_);
    add_seed(arguments, seed_);
  }

  ExitCode run() override {
    out_.report(ListReport(what_, listed(what_, make_model())), kAsExpected);
    return kAsExpected;
  }

 private:
  std::string what_;
  std::uint64_t seed_ = 1;  ///< accepted, though nothing here is random
  report::PrinterOf<ListReport> out_;
};

}  // namespace

Made commands::list() { return std::make_unique<List>(); }

}  // namespace pincheck::command
