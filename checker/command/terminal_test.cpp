// SPDX-License-Identifier: MIT
// What a terminal shows: its width, colours, and the live line.
#include "checker/testing/terminal.hpp"

#include "checker/render/terminal.hpp"

namespace pincheck::test {
namespace {

/// Sets a variable for those that are run meanwhile.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { unsetenv(name_); }

 private:
  const char* name_;
};

/// Commands stay whole: they are to be copied.
std::size_t widest(const std::string& text) {
  std::istringstream lines(std::regex_replace(text, std::regex("\x1b\\[[0-9]*[a-zA-Z]|.*\r"), ""));
  std::size_t width = 0;
  for (std::string line; std::getline(lines, line);)
    if (!contains(line, "  pincheck ")) width = std::max(width, line.size());
  return width;
}

const std::vector<std::string> kTexts{
    "--help",
    "check --help",
    "list properties",
    "list steps",
    "explain not-freed-while-in-use",
    "verdicts --scenario s2-splice-to-nfs --schedules 10",
    "explore s3-splice-to-nfs-killed --convention find-pages",
    "check --scenario s3-splice-to-nfs-killed --convention find-pages --schedules 10"};

TEST_CASE("texts, tables and stories fit the terminal", "[terminal][optimized]") {
  unsetenv("COLUMNS");
  for (const unsigned short columns : {70, 80, 120}) {
    Terminal terminal(columns);
    for (const std::string& line : kTexts) {
      CAPTURE(line, columns);
      const std::string shown = terminal.shows(split(line));
      CHECK(widest(shown) > 40);
      CHECK(widest(shown) <= columns);
    }
  }
}

TEST_CASE("whatever is reported fits the terminal", "[terminal][optimized]") {
  unsetenv("COLUMNS");
  const std::string top = variable("PINCHECK_SOURCE_DIR");
  Terminal terminal(80);
  for (const std::string& line :
       {"corpus " + top + "/corpus/regression", std::string("predict --convention linux-6.12"),
        "trace " + top + "/corpus/traces/6.1-splice.txt.gz --kernel 6.1",
        std::string("check -v --scenario s3-tmp-page --convention find-pages --schedules 10")}) {
    CAPTURE(line);
    CHECK(widest(terminal.shows(split(line))) <= 80);
  }
}

TEST_CASE("what is piped has at most 80 columns, or COLUMNS", "[terminal][optimized]") {
  unsetenv("COLUMNS");
  for (const std::string& line : kTexts) {
    CAPTURE(line);
    const std::string piped = pincheck(split(line)).out;
    CHECK(widest(piped) <= 80);
    for (const char* columns : {"200", "0", "-7", "x"}) {
      const Variable set("COLUMNS", columns);
      CHECK(pincheck(split(line)).out == piped);
    }
    const Variable set("COLUMNS", "70");
    CHECK(widest(pincheck(split(line)).out) <= 70);
  }
}

TEST_CASE("colours on a terminal that wants them, or where they are asked for", "[terminal]") {
  unsetenv("NO_COLOR");
  Terminal terminal(80);
  const std::string line = "verdicts --convention get-put --scenario s2-splice-to-nfs";
  const std::string colour = "\x1b[32m";
  const std::string piped = pincheck(split(line)).out;
  CHECK_FALSE(contains(piped, "\x1b"));
  CHECK(contains(terminal.shows(split(line)), colour));
  CHECK_FALSE(contains(terminal.shows(split(line + " --color never")), colour));
  CHECK(contains(pincheck(split("--color always " + line)).out, colour));
  CHECK(pincheck(split("--color=auto " + line)).out == piped);
  {
    const Variable set("NO_COLOR", "1");
    CHECK_FALSE(contains(terminal.shows(split(line)), colour));
    CHECK(contains(terminal.shows(split(line + " --color always")), colour));
  }
  {
    const Variable set("NO_COLOR", "");
    CHECK(contains(terminal.shows(split(line)), colour));
  }
  const Variable set("TERM", "dumb");
  CHECK_FALSE(contains(terminal.shows(split(line)), "\x1b"));
}

TEST_CASE("a live line says what is done, how fast, and for how long yet",
          "[terminal][optimized]") {
  const std::string line = "check --convention linux-6.12 --schedules 20 --cases 100000 --budget 4";
  Terminal terminal(100);
  const std::string shown = terminal.shows(split(line));
  CHECK(std::regex_search(shown, std::regex("\r\x1b\\[Kjudging [0-9]+/")));
  CHECK(std::regex_search(
      shown,
      std::regex("\r\x1b\\[Krandom scenarios [0-9]+/100000, [0-9]+/s, [0-9]+ of [0-9]+ steps "
                 "reached, [0-9] s of the budget left")));
  CHECK(contains(shown, "\r\x1b[KChecked:\n"));
  const Variable set("TERM", "dumb");
  CHECK(terminal.shows(split("check --convention linux-6.12 --schedules 20 --cases 100"))
            .starts_with("Checked:\n"));
}

TEST_CASE("how long it takes, in words", "[terminal]") {
  CHECK(render::duration_words(0.4) == "0 s");
  CHECK(render::duration_words(59.2) == "59 s");
  CHECK(render::duration_words(200) == "3 min 20 s");
  CHECK(render::duration_words(7500) == "2 h 5 min");
  CHECK(render::duration_words(-1) == "0 s");
  CHECK(render::duration_words(1e300) == render::duration_words(1e9));
}

}  // namespace
}  // namespace pincheck::test
