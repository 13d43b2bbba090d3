// SPDX-License-Identifier: MIT
// checker/render: uses checker/explain; used by checker/counterexample.
// A story for its readers: text for a terminal or a mail, a Mermaid diagram, JSON for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "checker/explain/explain.hpp"

namespace pincheck::render {

/// For whom a story is drawn.
struct Look {
  std::size_t width = 80;  ///< columns, where names allow it
  bool colours = false;
};

/// For standard output: its width, but at most 100 columns, and colours().
Look terminal_look();

/// Plain text, a line a step, in lanes as `git log --graph` draws branches. Where that is too wide
/// what a step changed is below it, and then its words, too.
std::string render_text(const story::Story&, const explain::Explanation&, const Look&);

/// A Mermaid sequenceDiagram, as GitHub renders it in a ```mermaid block.
std::string render_mermaid(const story::Story&, const explain::Explanation&);

/// Events of the Trace Event Format, for Perfetto; `process` tells stories of one trace apart.
nlohmann::ordered_json render_perfetto(const story::Story&, const explain::Explanation&,
                                       int process);

/// What checker/report/output.schema.json calls a story.
nlohmann::ordered_json render_json(const story::Story&, const explain::Explanation&);

}  // namespace pincheck::render
