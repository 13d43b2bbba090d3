// SPDX-License-Identifier: MIT
// `pincheck completion`: a script for a shell, and what such a script asks for.
#include <fmt/format.h>

#include "checker/command/command.hpp"
#include "checker/command/completed.hpp"
#include "checker/report/printer.hpp"

namespace pincheck::command {
namespace {

struct Shell {
  std::string_view name;
  std::string_view script;
  std::string (*line)(const Candidates::One&);
};

/// One that begins with a colon stands for what the shell itself knows.
constexpr std::string_view kFiles = ":files";
constexpr std::string_view kFolders = ":folders";
constexpr std::string_view kNoSpace = ":nospace";

constexpr std::string_view kBash = R"sh(_pincheck_paths() {
  local path
  compopt -o filenames 2>/dev/null
  while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "$1" -- "$word")
}
_pincheck() {
  local line word=${COMP_WORDS[COMP_CWORD]}
  [[ $word != '=' ]] || word=
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) _pincheck_paths -f ;;
      :folders) _pincheck_paths -d ;;
      :nospace) compopt -o nospace 2>/dev/null ;;
      *) COMPREPLY+=("$line") ;;
    esac
  done < <("${COMP_WORDS[0]}" completion bash --at "$((COMP_CWORD - 1))" -- "${COMP_WORDS[@]:1}" \
    2>/dev/null)
}
complete -F _pincheck pincheck
)sh";

constexpr std::string_view kZsh = R"sh(#compdef pincheck
_pincheck() {
  local line
  local -a found
  while IFS= read -r line; do
    case $line in
      :files) _files ;;
      :folders) _files -/ ;;
      :nospace) ;;
      *) found+=("$line") ;;
    esac
  done < <("${words[1]}" completion zsh --at "$((CURRENT - 2))" -- "${(@)words[2,-1]}" 2>/dev/null)
  (( ! $#found )) || _describe pincheck found
}
if [[ $funcstack[1] == _pincheck ]]; then _pincheck "$@"; else compdef _pincheck pincheck; fi
)sh";

constexpr std::string_view kFish = R"sh(function __pincheck_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in ($words[1] completion fish --at (math (count $words) - 2) -- $words[2..-1] 2>/dev/null)
    switch $line
      case :files
        __fish_complete_path (commandline -ct)
      case :folders
        __fish_complete_directories (commandline -ct)
      case :nospace
      case '*'
        echo $line
    end
  end
end
complete -c pincheck -f -a '(__pincheck_complete)'
)sh";

/// Colons in the word are escaped for zsh's _describe.
std::string zsh_line(const Candidates::One& one) {
  std::string word;
  for (const char c : one.word) word += c == ':' ? "\\:" : std::string(1, c);
  return one.about.empty() ? word : fmt::format("{}:{}", word, one.about);
}

const std::vector<Shell>& shells() {
  static const std::vector<Shell> all{
      {"bash", kBash, [](const Candidates::One& one) { return one.word; }},
      {"zsh", kZsh, zsh_line},
      {"fish", kFish,
       [](const Candidates::One& one) { return fmt::format("{}\t{}", one.word, one.about); }},
  };
  return all;
}

class Completion final : public Command {
 public:
  Completion() : Command("completion", "a script that completes commands, for a shell to read") {}

  void declare(const Arguments& arguments) override {
    std::vector<std::string> names;
    for (const Shell& shell : shells()) names.emplace_back(shell.name);
    arguments.add("shell", shell_, "whose script it is").required().one_of(names);
    arguments.add("--at", at_, "what such a script asks: what can the word of this number be")
        .between(0, 1000);
    arguments.add("words", words_, "the words");
  }

  ExitCode run() override {
    for (const Shell& shell : shells())
      if (shell.name == shell_)
        report::write_out(at_ < 0 ? std::string(shell.script) : answer(shell));
    return kAsExpected;
  }

 private:
  std::string answer(const Shell& shell) const {
    const Candidates found = completed(words_, static_cast<std::size_t>(at_), interfaces());
    std::string out;
    for (const Candidates::One& one : found.all) out += shell.line(one) + "\n";
    for (const auto& [is, word] :
         {std::pair{found.files, kFiles}, std::pair{found.folders, kFolders},
          std::pair{found.goes_on, kNoSpace}})
      if (is) out += fmt::format("{}\n", word);
    return out;
  }

  std::string shell_;
  int at_ = -1;  ///< -1: it is the script that is asked for
  std::vector<std::string> words_;
};

}  // namespace

Made commands::completion() { return std::make_unique<Completion>(); }

}  // namespace pincheck::command
