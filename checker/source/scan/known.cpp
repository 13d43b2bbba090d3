// SPDX-License-Identifier: MIT
#include "checker/source/scan/known.hpp"

#include <algorithm>
#include <map>

#include "model/base/reader.hpp"

namespace pincheck::scan {
namespace {

using follow::Wrong;

const Words<Wrong> kWrong = [] {
  Words<Wrong> all;
  for (const Wrong one :
       {Wrong::leak, Wrong::dropped_twice, Wrong::wrong_primitive, Wrong::never_taken})
    all.emplace_back(follow::name_of(one), one);
  return all;
}();

enum class Class { real, false_alarm, contract };
const Words<Class> kClass{{"real", Class::real},           // a bug
                          {"false", Class::false_alarm},   // the path can't be, or holds it rightly
                          {"contract", Class::contract}};  // callers see to it that it can't be

}  // namespace

void KnownFindings::read(std::string_view text, const std::string& file) {
  const toml::table table = parse_toml(text, file);
  Reader reader(table, file, "a file of known findings");
  for (Reader& entry : reader.tables("finding")) {
    Known one;
    one.file = entry.text("file");
    one.function = entry.text("function");
    if (!entry.has("wrong")) entry.fail("", "'wrong' is missing");
    one.wrong = entry.word_or("wrong", Wrong::leak, kWrong);
    if (!entry.has("class")) entry.fail("", "'class' is missing");
    one.said = word(kClass, entry.word_or("class", Class::real, kClass));
    if (entry.texts_or_none("kernels").empty()) entry.fail("", "'kernels' is missing, or empty");
    entry.text("reading");
    entry.finish();
    all_.push_back(std::move(one));
  }
  reader.finish();
}

const KnownFindings::Known* KnownFindings::find(const FileResult& file,
                                                const follow::Verdict& verdict,
                                                const follow::Finding& finding) const {
  const auto found = std::find_if(all_.begin(), all_.end(), [&](const Known& one) {
    return one.file == file.name && one.function == verdict.function && one.wrong == finding.wrong;
  });
  return found == all_.end() ? nullptr : &*found;
}

void KnownFindings::mark(std::vector<FileResult>& all) const {
  std::map<std::string, std::string> said_of_cause;
  for (const FileResult& file : all)
    for (const follow::Verdict& verdict : file.verdicts)
      for (const follow::Finding& one : verdict.findings)
        if (const Known* known = find(file, verdict, one)) said_of_cause[one.cause] = known->said;
  for (FileResult& file : all)
    for (follow::Verdict& verdict : file.verdicts)
      for (follow::Finding& one : verdict.findings)
        if (const auto found = said_of_cause.find(one.cause); found != said_of_cause.end())
          one.known = found->second;
}

}  // namespace pincheck::scan
