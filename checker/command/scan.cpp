// SPDX-License-Identifier: MIT
// `pincheck scan`.
#include "checker/source/scan/scan.hpp"

#include "checker/command/command.hpp"
#include "checker/command/reading.hpp"
#include "checker/report/printer.hpp"
#include "checker/source/scan/known.hpp"
#include "checker/source/scan/report.hpp"

namespace pincheck::command {
namespace {

class Scan final : public Command {
 public:
  Scan() : Command("scan", "read C: does each function drop the page references that it takes?") {}

  void declare(const Arguments& arguments) override {
    arguments.add("paths", paths_, "C files; with --tree files and folders in it")
        .is(Value::file)
        .required();
    reading_.declare(arguments);
    arguments
        .add("--known", known_, "files of findings that were read by a person: only others fail")
        .is(Value::file);
    arguments.flag("--explain", explain_, "tell what was read, and what is assumed");
    arguments.formats(out_);
    arguments.quiet(out_);
  }

  ExitCode run() override {
    const callee::Callees callees = reading_.callees();
    scan::KnownFindings known;
    for (const std::string& file : known_) known.read(read_file(file), file);
    const std::optional<front::Tree> tree = reading_.tree();
    const std::vector<scan::Source> sources =
        tree ? sources_of(*tree, tree->files(paths_)) : single_files();
    render::Progress progress;
    scan::Options options = reading_.options(progress);
    if (tree)
      options.nearby = [&](const std::string& file, const std::string& function) {
        return sources_of(*tree, tree->near(file, function));
      };
    std::vector<scan::FileResult> all = scan::scan(sources, callees, options);
    progress.clear();
    known.mark(all);
    const ExitCode code = exit_code(all, sources.size());
    out_.report(scan::ScanReport(all, tree ? tree->folder() : "", explain_), code);
    return code;
  }

 private:
  std::vector<scan::Source> single_files() const {
    std::vector<scan::Source> all;
    for (const std::string& path : paths_) all.push_back({path, {front::alone(path)}});
    return all;
  }
  static std::vector<scan::Source> sources_of(const front::Tree& tree,
                                              const std::vector<std::string>& files) {
    std::vector<scan::Source> all;
    for (const std::string& file : files)
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
  std::vector<std::string> known_;
  bool explain_ = false;
  Reading reading_;
  report::PrinterOf<scan::ScanReport> out_;
};

}  // namespace

Made commands::scan() { return std::make_unique<Scan>(); }

}  // namespace pincheck::command
