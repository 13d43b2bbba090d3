// SPDX-License-Identifier: MIT
// `pincheck explain`: what a name stands for, in the words of those who define it.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "checker/command/chosen.hpp"
#include "checker/command/command.hpp"
#include "checker/command/explained.hpp"
#include "checker/render/terminal.hpp"
#include "checker/render/words.hpp"
#include "checker/report/parts.hpp"
#include "checker/report/printer.hpp"

namespace pincheck::command {
namespace {

std::string paragraph(const std::string& text, std::size_t indent, std::size_t hang = 0) {
  return render::hanging(text, render::terminal_width(), indent, hang);
}

std::string text_of(const Explained& one) {
  std::string out = paragraph(fmt::format("{} ({}): {}", one.name, one.what, one.summary), 0, 2);
  for (const std::string& about : one.about) out += "\n" + paragraph(about, 2);
  for (const Explained::Fact& fact : one.facts) {
    out += fmt::format("\n{}:\n", fact.about);
    for (const std::string& line : fact.lines) out += paragraph(line, 2, 2);
  }
  if (!one.file.empty()) out += fmt::format("\nDefined in {}.\n", one.file);
  return out + fmt::format("\nGo on with:\n  {}\n", fmt::join(one.commands, "\n  "));
}

class ExplainReport final : public report::Report {
 public:
  explicit ExplainReport(const std::vector<Explained>& all) : all_(all) {}

  std::string text() const override {
    std::string out;
    for (const Explained& one : all_) out += (out.empty() ? "" : "\n") + text_of(one);
    return out;
  }

  report::Json data() const override {
    report::Json out = report::header("explain");
    out["items"] = report::Json::array();
    for (const Explained& one : all_) {
      report::Json facts = report::Json::array();
      for (const Explained::Fact& fact : one.facts)
        facts.push_back({{"about", fact.about}, {"lines", fact.lines}});
      out["items"].push_back({{"name", one.name},
                              {"what", one.what},
                              {"summary", one.summary},
                              {"about", one.about},
                              {"facts", facts},
                              {"file", one.file},
                              {"commands", one.commands}});
    }
    return out;
  }

 private:
  const std::vector<Explained>& all_;
};

class Explain final : public Command {
 public:
  Explain()
      : Command("explain",
                "what a property, a step, a convention or anything else with a name is") {}

  void declare(const Arguments& arguments) override {
    arguments
        .add("name", name_,
             "a name that `pincheck list` shows, the code of a property, or a kernel function")
        .is(Value::topic)
        .required();
    arguments.formats(out_);
  }

  ExitCode run() override {
    out_.report(ExplainReport(explained(name_, make_model())), kAsExpected);
    return kAsExpected;
  }

 private:
  std::string name_;
  report::PrinterOf<ExplainReport> out_;
};

}  // namespace

Made commands::explain() { return std::make_unique<Explain>(); }

}  // namespace pincheck::command
