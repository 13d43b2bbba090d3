// SPDX-License-Identifier: MIT
#include "checker/report/replay.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "checker/render/render.hpp"
#include "checker/render/terminal.hpp"
#include "checker/report/parts.hpp"

namespace pincheck::report {
namespace {

std::string how_it_went(const ReplayReport::One& one) {
  return (one.replay.reproduced ? "reproduced\n"
                                : fmt::format("not reproduced: {}\n", one.replay.problem)) +
         (one.example.changed ? "changed since it was written: its checksum differs\n" : "") +
         one.again;
}

Json to_json(const ReplayReport::One& one) {
  Json out = header("replay");
  out["file"] = one.file;
  out["changed"] = one.example.changed;
  out["reproduced"] = one.replay.reproduced;
  out["problem"] = one.replay.problem;
  out["convention"] = one.example.convention.name;
  out["seed"] = one.example.seed;
  out["story"] = render::render_json(one.replay.story, one.replay.why);
  return out;
}

}  // namespace

std::string ReplayReport::text() const {
  std::string out;
  for (const One& one : all_)
    out +=
        fmt::format("{}{}: {} under {}\n\n{}{}", all_.size() > 1 ? one.file + ":\n" : "",
                    one.example.scenario.name, one.example.property, one.example.convention.name,
                    render::render_text(one.replay.story, one.replay.why, render::terminal_look()),
                    how_it_went(one));
  return out;
}

Json ReplayReport::data() const {
  Json documents = Json::array();
  for (const One& one : all_) documents.push_back(to_json(one));
  return all_.size() == 1 ? documents.front() : documents;
}

std::vector<HasStories::Told> ReplayReport::stories() const {
  std::vector<Told> out;
  for (const One& one : all_) out.push_back({one.replay.story, one.replay.why, how_it_went(one)});
  return out;
}

std::vector<HasCases::Suite> ReplayReport::suites() const {
  Suite suite{"counterexamples", {}};
  for (const One& one : all_)
    suite.cases.push_back(failed_if(!one.replay.reproduced, one.file, one.replay.problem,
                                    render::render_text(one.replay.story, one.replay.why, {})));
  for (const Unread& one : unread_) suite.cases.push_back({one.file, Outcome::error, one.problem});
  return {suite};
}

}  // namespace pincheck::report
