// SPDX-License-Identifier: MIT
// What `check`, `verdicts`, `replay` and `list` print: text for people, JSON for programs.
#pragma once

#include <string>
#include <vector>

#include "checker/campaign.hpp"
#include "checker/counterexample/corpus.hpp"

namespace pincheck {

/// The verdict table, in blocks of at most `width` columns, with a legend of codes.
std::string table_text(const std::vector<Cell>&, const std::vector<Convention>&, int width);
/// All counterexamples, each under a heading that says whose they are.
std::string shown_text(const std::vector<Shown>&);
/// The random part: how much, how it was distributed, the PCT bound, what was found.
std::string random_text(const Campaign&, const std::vector<Convention>&);
/// What was saved, what was never reached, which verdicts differ or are about nothing, and at the
/// end what the exit status says, in words.
std::string closing_text(const Campaign&, const CampaignOptions&);
std::string replay_text(const Replay&, const Counterexample&);
/// Markdown: a ```mermaid block, and how the replay went.
std::string replay_mermaid(const Replay&);
/// How many of the corpus's files reproduce, and which do not, why.
std::string corpus_text(const std::vector<Replayed>&);

/// A file of the corpus, and the one that makes it superfluous, or null.
struct CorpusLine {
  const Replayed* replayed = nullptr;
  const Replayed* subsumer = nullptr;
};
/// One line a file, as a README lists them.
std::string corpus_list_text(const std::vector<CorpusLine>&, bool pruned);

/// What `shrink` made of a counterexample.
struct Shrunk {
  const Counterexample& given;
  const Counterexample& best;
  const Story& story;
  const Explanation& why;
  const Minimal& minimal;
  const std::string& output;
  bool written = true;  ///< all of it is in `output`
};
std::string shrink_text(const Shrunk&);

/// JSON documents; checker/output.schema.json describes them.
std::string check_json(const Campaign&, const std::vector<Convention>&, const CampaignOptions&,
                       std::string_view command);
std::string replay_json(const Replay&, const Counterexample&);
std::string corpus_json(const std::vector<CorpusLine>&, bool pruned);
std::string shrink_json(const Shrunk&);

/// `list WHAT`: kinds, callers, paths, steps, guards, properties, conventions or scenarios.
struct Listing {
  std::string name;
  std::string text;
};
std::vector<Listing> list_of(const std::string& what, const Model&, Catalogue&);
/// What list_of knows.
const std::vector<std::string>& listable();
std::string list_text(const std::vector<Listing>&);
std::string list_json(const std::string& what, const std::vector<Listing>&);

}  // namespace pincheck
