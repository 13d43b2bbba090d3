// SPDX-License-Identifier: MIT
// Counterexamples that went through the mail replay as they were written, or not at all.
#include "checker/counterexample/mailed.hpp"

#include <catch2/catch.hpp>

#include "checker/counterexample/corpus.hpp"
#include "checker/counterexample/layout.hpp"
#include "checker/testing/forall.hpp"
#include "checker/testing/manglers.hpp"
#include "checker/testing/run_binary.hpp"
#include "checker/testing/test_support.hpp"

namespace pincheck::counterexample {
namespace {

using test::contains;
using test::Mangler;
using test::model;

/// Files whose lines were all folded or broken at some place.
std::vector<std::string> shipped_texts() {
  std::vector<std::string> all;
  for (const CorpusFile& file : shipped_corpus(model()))
    all.push_back(test::source_file(file.path));
  return all;
}

/// All that a counterexample says.
std::string said(const Counterexample& one) {
  std::string out = fmt::format("{} {} {} {} {}\n", one.property, one.breaks_at, one.commit,
                                one.seed, shrinkers::minimality_name(one.minimality));
  for (const NamedStep& step : one.schedule)
    out += fmt::format("{} {} {}\n", step.actor, step.step, step.outcome);
  return out + write_scenario(one.scenario, "") + write_convention(one.convention, "");
}

std::string said(const std::string& text) { return said(parse_checked(text, "x.toml", model())); }

Found only_one(const std::string& bytes) {
  std::vector<Found> all = find_counterexamples(bytes, "x.eml", model());
  REQUIRE(all.size() == 1);
  return all[0];
}

/// "" if the bytes hold what the text says; else what they say, or why they are refused.
std::string difference(const std::string& bytes, const std::string& text) {
  const auto all = find_counterexamples(bytes, "x.eml", model());
  if (all.size() != 1) return fmt::format("{} counterexamples", all.size());
  if (!all[0].example) return all[0].problem;
  return said(*all[0].example) == said(text) ? "" : said(*all[0].example);
}

std::string problem_of(const std::string& bytes) { return only_one(bytes).problem; }

/// Up to so many of them, one after the other.
std::string mangled(std::string text, const std::vector<Mangler>& by, int most,
                    std::string& names) {
  test::DrawnChooser choose;
  for (int left = choose.number(0, most); left > 0; --left) {
    const Mangler& one =
        by[static_cast<std::size_t>(choose.number(0, static_cast<int>(by.size()) - 1))];
    text = one.mangle(text);
    names += fmt::format("{}; ", one.name);
  }
  return text;
}

std::string quoted(const std::string& text) { return test::context_manglers()[0].mangle(text); }

std::string a_mail(const std::string& body) { return "Subject: x\n\n" + body; }

}  // namespace

TEST_CASE("written counterexamples are as mails want them", "[counterexample][mail]") {
  for (const std::string& text : shipped_texts()) {
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
      INFO(line);
      CHECK(line.size() <= kMailColumns);
      CHECK_FALSE(line.ends_with(' '));
    }
    CHECK(contains(text, "\ncommit = \""));
    const Counterexample example = parse_checked(text, "x.toml", model());
    CHECK(contains(text, "\n#   pincheck replay " + file_name_of(example) + "\n"));
    CHECK_FALSE(example.changed);
  }
}

TEST_CASE("each thing that mail programs do is undone", "[counterexample][mail]") {
  const auto texts = shipped_texts();
  Catalogue catalogue;
  for (std::size_t i = 0; i < texts.size(); i += 2 + test::kShare)
    for (const auto* all : {&test::line_manglers(), &test::context_manglers(), &test::envelopes()})
      for (const Mangler& one : *all) {
        INFO(one.name);
        const std::string bytes = one.mangle(texts[i]);
        CHECK(difference(bytes, texts[i]) == "");
        const Found found = only_one(bytes);
        REQUIRE(found.example);
        const System system =
            compile_counterexample(*found.example, found.place, model(), catalogue);
        CHECK(replay_counterexample(*found.example, found.place, system).reproduced);
      }
}

TEST_CASE("several things that mail programs do are undone", "[counterexample][mail]") {
  const auto texts = shipped_texts();
  test::forall(600, [&] {
    std::string names;
    const std::string& text = texts[*rc::gen::inRange<std::size_t>(0, texts.size())];
    const std::string lines = mangled(text, test::line_manglers(), 2, names);
    const std::string around = mangled(lines, test::context_manglers(), 2, names);
    const std::string bytes = mangled(around, test::envelopes(), 1, names);
    RC_LOG() << names << "\n" << around;
    RC_ASSERT(difference(bytes, text) == "");
  });
}

TEST_CASE("what cannot be undone is refused, never guessed", "[counterexample][mail]") {
  const auto texts = shipped_texts();
  int refused = 0;
  test::forall(1000, [&] {
    const std::string& text = texts[*rc::gen::inRange<std::size_t>(0, texts.size())];
    std::string bad = text.substr(text.find("\nformat = ") + 1);
    const auto at = [&] { return *rc::gen::inRange<std::size_t>(0, bad.size()); };
    const std::size_t begin = at();
    const std::size_t line = bad.rfind('\n', begin) + 1;
    const std::size_t end = std::min(bad.find('\n', begin), bad.size() - 1) + 1;
    switch (*rc::gen::inRange(0, 6)) {
      case 0: bad.erase(begin); break;
      case 1: bad.erase(line, end - line); break;
      case 2: bad.insert(at(), bad.substr(line, end - line)); break;
      case 3: bad[begin] = static_cast<char>(bad[begin] ^ 1 << *rc::gen::inRange(0, 7)); break;
      case 4: bad.erase(begin, 1); break;
      default: bad.insert(begin, "\xe2\x80\x9d"); break;
    }
    RC_LOG() << bad;
    for (const Found& one : find_counterexamples(a_mail(bad), "x.eml", model())) {
      const bool good =
          one.example ? said(*one.example) == said(text) : one.problem.starts_with("x.eml:");
      RC_ASSERT(good);
      refused += one.example ? 0 : 1;
    }
  });
  CHECK(refused > 500 / test::kShare);
}

TEST_CASE("messages say where it stands and what is wrong", "[counterexample][mail]") {
  const std::string text = shipped_texts().front();
  const std::string data = text.substr(text.find("\nformat = ") + 1);
  CHECK(problem_of(a_mail("Hi.\n")) ==
        "x.eml: no counterexample in it, expected one that begins with the line 'format = 3'");
  CHECK(only_one(a_mail(data.substr(0, data.find("[end]")))).place == "x.eml:3");
  CHECK(problem_of(a_mail(data.substr(0, data.find("[end]")))) ==
        "x.eml:3: counterexample without its end, expected one to the line 'checksum = ...'");
  CHECK(problem_of(a_mail("\n\n" + test::replaced(data, "outcome = \"", "outcome = \"x"))) ==
        "x.eml:5: not the counterexample that was written (its checksum differs), expected it "
        "unchanged, best as an attachment");
  CHECK(problem_of(
            a_mail("format = 9\n[end]\nchecksum = \"" + checksum_of("format = 9\n") + "\"\n")) ==
        "x.eml:3, unfolded:1:10: counterexample: 'format' is 9, expected 1 to 3");
  CHECK(contains(problem_of("Content-Transfer-Encoding: x-uuencode\n\n" + data),
                 "x.eml:1: encoded as 'x-uuencode', expected 7bit"));
  CHECK(contains(problem_of(a_mail("format = 2\n")), "x.eml:"));
  // A file that was changed by hand says where it is no TOML.
  CHECK(contains(problem_of(test::replaced(text, "outcome = \"", "outcome = ")),
                 "not TOML, expected a TOML file"));
}

TEST_CASE("a sentence may look like a header", "[counterexample][mail]") {
  const std::string text = shipped_texts().front();
  const std::string data = text.substr(text.find("\nformat = ") + 1);
  CHECK(difference("Found: this\n" + data, text) == "");
}

TEST_CASE("a file of its own may be changed, which replay says", "[counterexample][mail]") {
  const std::string text = shipped_texts().front();
  const Found found = only_one(test::replaced(text, "seed = 1", "seed = 2"));
  CHECK(found.alone);
  REQUIRE(found.example);
  CHECK(found.example->changed);
  CHECK(found.example->seed == 2);
  const test::Folder folder;
  const std::string changed = folder.write("x.toml", test::replaced(text, "seed = 1", "seed = 2"));
  CHECK(contains(test::pincheck({"replay", changed}).out,
                 "reproduced\nchanged since it was written: its checksum differs\n"));
  CHECK_FALSE(contains(test::pincheck({"replay", folder.write("y.toml", text)}).out, "changed"));
}

TEST_CASE("older files in mails are read as they stand, or refused", "[counterexample][mail]") {
  const std::string old = test::source_file(
      "checker/counterexample/format-1/overflow-by-pins-no-overflow-linux-6.12.toml");
  CHECK(difference(a_mail("Hi,\n\n" + old + "-- \nA Developer\n"), old) == "");
  CHECK(difference(a_mail("```\n" + old + "```\nSo much.\n"), old) == "");
  CHECK(contains(problem_of(a_mail(test::line_manglers()[0].mangle(old))), "not TOML"));
}

/// Writes an mbox of mails with the files: as text, attached, compressed, forwarded.
constexpr const char* kWriter = R"(
import email.message, gzip, mailbox, sys
out, *files = sys.argv[1:]
texts = [open(file).read() for file in files]

def mail(text, **how):
    made = email.message.EmailMessage()
    made["Subject"], made["From"] = "\u00e4, a subject that goes on and on " * 3, "a@example.org"
    made.set_content(text, **how)
    return made

mails = [mail(texts[0] + "\u00e4\n" + texts[1], cte=cte) for cte in ("quoted-printable", "base64")]
attached = mail("See.", cte="7bit")
attached.add_alternative("<p>See.</p>", subtype="html")
attached.add_attachment(texts[2], filename="x.toml")
attached.add_attachment(gzip.compress(texts[3].encode()), maintype="application", subtype="gzip")
forwarded = mail("Look at that.")
forwarded.add_attachment(attached)
box = mailbox.mbox(out)
for one in [*mails, attached, forwarded]:
    box.add(one)
box.flush()
)";

TEST_CASE("mails that another library writes", "[counterexample][mail]") {
  const test::Folder folder;
  const std::string mbox = folder.path("x.mbox");
  test::Arguments arguments{folder.write("writer.py", kWriter), mbox};
  const auto texts = shipped_texts();
  for (std::size_t i = 0; i < 4; ++i)
    arguments.push_back(folder.write(std::to_string(i), texts[i]));
  REQUIRE(test::Process(arguments, "/usr/bin/python3").wait().status == 0);
  const std::vector<std::size_t> of{0, 1, 0, 1, 2, 3, 2, 3};
  const auto all = find_counterexamples(test::contents(mbox), mbox, model());
  REQUIRE(all.size() == of.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    INFO(all[i].place << ": " << all[i].problem);
    REQUIRE(all[i].example);
    CHECK(said(*all[i].example) == said(texts[of[i]]));
  }
}

TEST_CASE("replay goes on after a bad one, and says each", "[counterexample][mail]") {
  const auto texts = shipped_texts();
  const std::string bad = test::replaced(texts[1], "outcome = \"", "outcome = \"x");
  const test::Folder folder;
  const std::string mbox = folder.write(
      "x.mbox", "From a@b\nSubject: 1\n\n" + texts[0] + "\nFrom a@b\nSubject: 2\n\n" + bad +
                    "\n\n" + quoted(texts[2]) + "\nFrom a@b\nSubject: 3\n\n" + texts[3]);
  const test::Finished finished = test::pincheck(
      {"replay", folder.path("missing"), mbox, "--report", "junit=" + folder.path("x.xml")});
  CHECK(finished.status == 2);
  CHECK(std::count(finished.err.begin(), finished.err.end(), '\n') == 2);
  CHECK(contains(finished.err, "pincheck: " + folder.path("missing") + ": cannot be opened"));
  CHECK(contains(finished.err, "\npincheck: " + mbox + ":"));
  std::size_t reproduced = 0;
  for (std::size_t at = 0; (at = finished.out.find("\nreproduced\n", at)) != std::string::npos;
       ++at)
    ++reproduced;
  CHECK(reproduced == 3);
  CHECK(finished.out.starts_with(mbox + ":"));
  CHECK(contains(test::contents(folder.path("x.xml")), "tests=\"5\" failures=\"0\" errors=\"2\""));
}

TEST_CASE("replay reads standard input", "[counterexample][mail]") {
  const test::Folder folder;
  const std::string text = shipped_texts().front();
  const std::string file = folder.write("x.eml", a_mail(quoted(text)));
  const auto replay = [&](const std::string& more) {
    return test::Process(
               {"-c", "\"$0\" replay - " + more + " <" + file, test::variable("PINCHECK_BINARY")},
               "/bin/sh")
        .wait();
  };
  CHECK(replay("").status == 0);
  CHECK(contains(replay("").out, "reproduced\n"));
  const test::Finished twice = replay("- " + file);  // at its end the second time
  CHECK(twice.status == 2);
  CHECK(contains(twice.err, "pincheck: standard input:"));
}

TEST_CASE("what is found again of a mail goes into this folder", "[counterexample][mail]") {
  const test::Folder folder;
  const std::string text =
      test::replaced(test::source_file("checker/counterexample/format-1/"
                                       "overflow-by-pins-no-overflow-linux-6.12.toml"),
                     "outcome = \"", "outcome = \"other ");
  const std::string file = folder.write("x.eml", a_mail(text));
  const test::Finished finished =
      test::Process({"-c", "cd \"$1\" && \"$0\" replay --refind x.eml",
                     test::variable("PINCHECK_BINARY"), folder.path("")},
                    "/bin/sh")
          .wait();
  CHECK(finished.status == 1);
  CHECK(contains(finished.out, "written to no-overflow-"));
  CHECK(test::pincheck({"replay", test::saved_file(folder.path(""), "no-overflow")}).status == 0);
}

}  // namespace pincheck::counterexample
