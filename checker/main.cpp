#include <fmt/format.h>
#include "checker/verdict.hpp"
#include "model/files.hpp"
using namespace pincheck;
int main(int argc, char** argv) {
  Model model;
  model.baseline = find_convention("get-put", model.kinds);
  Catalogue cat;
  Visits visits;
  auto& cs = shipped_conventions(model.kinds);
  auto& ss = shipped_scenarios(model.kinds);
  fmt::print("{:28}", "");
  for (auto& c : cs) fmt::print("{:>8}", c.label);
  fmt::print("\n");
  std::uint64_t steps = 0;
  for (auto& s : ss) {
    fmt::print("{:28}", s.name);
    for (auto c : cs) {
      if (argc > 1) c.reclaim_tests_pins = argv[1][0] == '1';
      if (argc > 1) c.zero_pins_are_noops = argv[1][1] == '1';
      Cell cell = judge(s, c, model, cat, {1, 3000, 0}, &visits);
      steps += cell.result.steps;
      std::string t = cell.verdict == Verdict::not_stated ? "-"
                      : cell.verdict == Verdict::holds
                          ? fmt::format("{:g}", cell.operations_per_page)
                          : "";
      for (size_t i = 0; i < properties().size(); ++i)
        if (cell.answer() >> i & 1) {
          t = std::string(properties()[i].code);
          break;
        }
      fmt::print("{:>8}", t);
    }
    fmt::print("\n");
  }
  fmt::print("{} steps\n", steps);
}
