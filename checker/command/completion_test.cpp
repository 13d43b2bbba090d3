// SPDX-License-Identifier: MIT
// What shells complete, asked as they ask and with the shells themselves; the man page.
#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "checker/command/completed.hpp"
#include "checker/command/interface.hpp"
#include "checker/testing/run_binary.hpp"

namespace pincheck::test {
namespace {

using command::Candidates;

/// What can be at the end of the line; a line that ends in a blank has an empty word there.
Candidates completed(const std::string& line) {
  static const auto all = command::interfaces();
  Arguments words = split(line);
  if (line.empty() || line.ends_with(' ')) words.emplace_back();
  return command::completed(words, words.size() - 1, all);
}

bool offers(const std::string& line, const std::string& word) {
  const auto found = completed(line).all;
  return std::any_of(found.begin(), found.end(), [&](const auto& one) { return one.word == word; });
}

TEST_CASE("completion: every command, option, choice and name", "[completion]") {
  for (const command::Interface& one : command::interfaces()) {
    CHECK(offers("", one.name));
    CHECK(offers(one.name.substr(0, 2), one.name));
    for (const command::Parameter& parameter : one.parameters) {
      if (!parameter.is_option()) continue;
      const std::string& name = parameter.names.back();
      CAPTURE(one.name, name);
      CHECK(offers(one.name + " -", name));
      CHECK(offers(name.substr(0, 3) + " " + one.name + " " + name.substr(0, 4), name));
      if (parameter.value != command::Value::choice) continue;
      for (const std::string& choice : parameter.choices) {
        CHECK(offers(one.name + " " + name + " ", choice));
        CHECK(offers(one.name + " " + name + "=", fmt::format("{}={}", name, choice)));
        CHECK(offers(one.name + " " + name + " = ", choice));
      }
    }
  }
}

TEST_CASE("completion: what a value can be", "[completion]") {
  CHECK(offers("check --convention ea", "easy-fix"));
  CHECK(offers("--convention ea", "easy-fix") == false);
  CHECK(offers("explore s2", "s2-splice-to-nfs"));
  CHECK(offers("explore --convention get-put s2", "s2-splice-to-nfs"));
  CHECK(offers("predict ext4-w", "ext4-write"));
  CHECK(offers("predict ext4-write ext4-r", "ext4-read"));
  CHECK(offers("list ste", "steps"));
  CHECK_FALSE(offers("list steps ", "steps"));
  for (const char* name : {"INUSE", "bio/end-io", "nfs-read", "bvec", "linux-6.12"})
    CHECK(offers("explain ", name));
  CHECK(completed("check --convention ").files);
  CHECK(completed("replay ").files);
  CHECK(completed("replay a.toml ").files);
  CHECK(completed("check --save ").folders);
  CHECK_FALSE(completed("check --seed ").files);
  CHECK(offers("check --report j", "junit="));
  CHECK(completed("check --report j").goes_on);
  CHECK(completed("check --report junit=").files);
  CHECK(completed("check --report junit = ").files);
  CHECK(completed("nonsense ").all.empty());
  CHECK_FALSE(offers("check ", "easy-fix"));
}

constexpr const char* kTyping = R"(
import os, pty, select, sys, time
shell, typed, wanted = sys.argv[1:4]
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(PS1='% ', TERM='dumb' if shell != 'fish' else 'xterm')
    os.execvp(shell, {'bash': ['bash', '--norc', '--noprofile', '-i'],
                      'zsh': ['zsh', '-f', '-i'],
                      'fish': ['fish', '--no-config', '-i']}[shell])
shown = ''
def until(part, seconds):
    global shown
    end = time.time() + seconds
    while part not in shown and time.time() < end:
        if select.select([fd], [], [], 0.1)[0]:
            try: shown += os.read(fd, 65536).decode(errors='replace')
            except OSError: return
def say(text):
    os.write(fd, text.encode())
first, rest = typed.split('\n', 1)
say(first + '; echo rea""dy\n')
until('ready', 10)
shown = ''
say(rest + '\t')
until(wanted, 10)
os.close(fd)
sys.stdout.write('' if wanted in shown else 'not completed: ' + repr(shown))
)";

/// Types into the shell, the first line to prepare it, and presses the tabulator behind the last.
std::string typed_into(const std::string& shell, const std::string& typed,
                       const std::string& completed_to) {
  const Folder folder;
  const Finished finished =
      Process({folder.write("typing.py", kTyping), shell, typed, completed_to}, "/usr/bin/python3")
          .wait();
  return finished.out + finished.err;
}

TEST_CASE("completion: shells do it when the tabulator is pressed", "[completion][optimized]") {
  const std::string binary = variable("PINCHECK_BINARY");
  const std::string folder = std::filesystem::path(binary).parent_path().string();
  const std::vector<std::pair<std::string, std::string>> shells{
      {"bash", "PATH=" + folder + ":$PATH; source <(pincheck completion bash)"},
      {"zsh", "PATH=" + folder +
                  ":$PATH; autoload -U compinit; compinit -D; source <(pincheck completion "
                  "zsh)"},
      {"fish", "set PATH " + folder + " $PATH; pincheck completion fish | source"}};
  for (const auto& [shell, prepare] : shells) {
    if (!std::filesystem::exists("/usr/bin/" + shell)) {
      WARN(shell << " is not installed: its completion was not tried");
      continue;
    }
    CAPTURE(shell);
    for (const auto& [line, completed_to] : std::vector<std::pair<std::string, std::string>>{
             {"pincheck verd", "verdicts"},
             {"pincheck check --conv", "--convention"},
             {"pincheck verdicts --convention easy", "easy-fix"},
             {"pincheck --json explore s11", "s11-nfs-to-pipe-killed"},
             {"pincheck list kinds --format=js", "json"},
             {"pincheck replay /usr/sha", "/usr/share/"}}) {
      CAPTURE(line);
      CHECK(typed_into(shell, fmt::format("{}\n{}", prepare, line), completed_to) == "");
    }
  }
}

TEST_CASE("the man page says what --help says, and its readers have nothing against it", "[man]") {
  const Folder folder;
  const std::string page = pincheck({"man"}).out;
  const std::string file = folder.write("pincheck.1", page);
  for (const command::Interface& one : command::interfaces()) {
    CHECK(contains(page, one.name));
    for (const command::Parameter& parameter : one.parameters)
      for (const std::string& name : parameter.names)
        if (parameter.is_option())
          CHECK(contains(page, std::regex_replace(name, std::regex("-"), "\\-")));
  }
  const auto run = [&](const std::string& program, Arguments words) {
    if (!std::filesystem::exists("/usr/bin/" + program)) {
      WARN(program << " is not installed: it did not read the man page");
      return std::string();
    }
    words.push_back(file);
    const Finished finished = Process(words, "/usr/bin/" + program).wait();
    return program == "mandoc" ? finished.out + finished.err : finished.err;
  };
  CHECK(run("mandoc", {"-Tlint", "-Wwarning"}) == "");
  CHECK(run("man", {"--warnings", "-l", "-Tutf8"}) == "");
}

}  // namespace
}  // namespace pincheck::test
