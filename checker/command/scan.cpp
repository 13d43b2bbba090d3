// SPDX-License-Identifier: MIT
// `pincheck scan`.
#include "checker/source/scan/scan.hpp"

#include <fmt/format.h>

#include "checker/command/command.hpp"
#include "checker/render/terminal.hpp"
#include "checker/report/printer.hpp"
#include "checker/source/front/tree.hpp"
#include "checker/source/scan/known.hpp"
#include "checker/source/scan/report.hpp"

namespace pincheck::command {
namespace {

class Scan final : public Command {
 public:
  Scan() : Command("scan", "read C: does each function drop the page references that it takes?") {}

  void declare(const Arguments& arguments) override {
    arguments.add("paths", paths_, "C files; with --tree files and folders in it").required();
    arguments.add("--tree", tree_, "a kernel's sources; without, files include only pincheck.h");
    arguments.add("--headers", headers_,
                  "folders of headers that the tree's own come after: of Debian's "
                  "linux-headers-*-common and -amd64");
    arguments.add("--model", model_, "files that say what more functions do to pages");
    arguments.add("--known", known_,
                  "files of findings that were read by a person: only others fail");
    arguments.add("--function", options_.functions, "only these functions");
    arguments.flag("--explain", explain_, "tell what was read, and what is assumed");
    arguments.add("--pages", options_.bounds.pages, "most pages of a call that takes some")
        .between(1, 4)
        .shows_default();
    arguments.add("--turns", options_.bounds.turns, "how often a branch is left open, in a call")
        .between(1, 16)
        .shows_default();
    arguments.add("--seconds", options_.bounds.seconds, "for a function").shows_default();
    arguments.add("--cache", options_.cache,
                  "a folder for what was read before, made if it is not there");
    arguments.add("--threads", options_.threads, "files at a time").between(1, 64);
    arguments.formats(out_);
  }

  ExitCode run() override {
    const callee::Callees callees = known_callees();
    scan::KnownFindings known;
    for (const std::string& file : known_) known.read(read_file(file), file);
    const std::vector<scan::Source> sources = tree_.empty() ? single_files() : files_of_tree();
    render::catch_interrupts();
    render::Progress progress;
    options_.stopped = render::interrupted;
    options_.progress = [&](std::string_view what, std::size_t done, std::size_t of) {
      progress.show(what, done, of);
    };
    std::vector<scan::FileResult> all = scan::scan(sources, callees, options_);
    progress.clear();
    known.mark(all);
    out_.report(scan::ScanReport(all, root_, explain_));
    return exit_code(all, sources.size());
  }

 private:
  callee::Callees known_callees() const {
    const auto version = tree_.empty() ? std::nullopt : front::Tree(tree_, headers_).version();
    callee::Callees all = callee::shipped_callees(version.value_or(callee::kNewest));
    for (const std::string& file : model_) all.read(read_file(file), file);
    return all;
  }
  std::vector<scan::Source> single_files() const {
    if (!headers_.empty()) throw InputError("--headers is of a tree, expected --tree with it");
    std::vector<scan::Source> all;
    for (const std::string& path : paths_) all.push_back({path, {front::alone(path)}});
    return all;
  }
  std::vector<scan::Source> files_of_tree() {
    const front::Tree tree(tree_, headers_);
    root_ = tree.folder();
    std::vector<scan::Source> all;
    for (const std::string& file : tree.files(paths_))
      all.push_back({file, tree.recipes(file), tree.not_built(file)});
    return all;
  }
  static ExitCode exit_code(const std::vector<scan::FileResult>& all, std::size_t asked) {
    const scan::Tally sum = scan::tally(all);
    if (sum.violated > sum.known) return kDiffers;
    if (all.size() < asked || sum.interrupted > 0) return kNotFinished;
    return sum.balanced + sum.undecided + sum.violated == 0 ? kVacuous : kAsExpected;
  }

  std::vector<std::string> paths_;
  std::string tree_;
  std::string root_;  ///< its whole name
  std::vector<std::string> headers_;
  std::vector<std::string> model_;
  std::vector<std::string> known_;
  bool explain_ = false;
  scan::Options options_;
  report::PrinterOf<scan::ScanReport> out_;
};

}  // namespace

Made commands::scan() { return std::make_unique<Scan>(); }

}  // namespace pincheck::command
