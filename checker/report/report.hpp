// SPDX-License-Identifier: MIT
// checker/report: uses checker/judge; used by checker/source/scan, checker/command.
// What a command has to report, as a value: words for people, data for programs, and whatever else
// a format may ask for. It knows neither the formats nor the terminal.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "checker/explain/explain.hpp"

namespace pincheck::report {

using Json = nlohmann::ordered_json;

/// What every report can say.
class Report {
 public:
  Report() = default;
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;
  virtual ~Report() = default;
  /// For people, less what they have been told before (Printer::now).
  virtual std::string text() const = 0;
  /// For programs: a document as output.schema.json describes it, or an array of such.
  virtual Json data() const = 0;
};

/// A report of runs of the model, which can be drawn.
class HasStories {
 public:
  struct Told {
    const story::Story& story;
    const explain::Explanation& why;
    std::string remark;  ///< a line or more below it
  };
  HasStories() = default;
  HasStories(const HasStories&) = delete;
  HasStories& operator=(const HasStories&) = delete;
  virtual ~HasStories() = default;
  virtual std::vector<Told> stories() const = 0;
};

/// A report of things that are each as they should be, or not.
class HasCases {
 public:
  enum class Outcome : std::uint8_t {
    good,
    failed,  ///< it is not as it should be
    error,   ///< nobody can say: not finished, not stated, or about nothing
  };
  struct Case {
    std::string name;
    Outcome outcome = Outcome::good;
    std::string message{};  ///< one line: what is wrong; empty when nothing is
    std::string details{};  ///< lines of text, without colours
  };
  struct Suite {
    std::string name;
    std::vector<Case> cases;
  };
  HasCases() = default;
  HasCases(const HasCases&) = delete;
  HasCases& operator=(const HasCases&) = delete;
  virtual ~HasCases() = default;
  virtual std::vector<Suite> suites() const = 0;
};

/// A report of faults at places of a source.
class HasFindings {
 public:
  struct Place {
    std::string file;  ///< relative to the source's root, or absolute
    int line = 0;      ///< 0: not known
    std::string text;  ///< what happens there
  };
  struct Finding {
    std::string kind;         ///< "leak"
    std::string sentence;     ///< what is wrong
    std::string function;     ///< whose fault it is
    std::string cause;        ///< the same in other functions that show the same
    std::vector<Place> path;  ///< to the fault; not empty
    std::string known;        ///< what a person said who read it; empty: it is news
  };
  HasFindings() = default;
  HasFindings(const HasFindings&) = delete;
  HasFindings& operator=(const HasFindings&) = delete;
  virtual ~HasFindings() = default;
  virtual std::vector<Finding> findings() const = 0;
};

/// What a report has besides text and data: bits.
using Facets = unsigned;
inline constexpr Facets kStories = 1;
inline constexpr Facets kCases = 2;
inline constexpr Facets kFindings = 4;

template <class R>
inline constexpr Facets facets_of = (std::is_base_of_v<HasStories, R> ? kStories : 0) |
                                    (std::is_base_of_v<HasCases, R> ? kCases : 0) |
                                    (std::is_base_of_v<HasFindings, R> ? kFindings : 0);

}  // namespace pincheck::report
