// SPDX-License-Identifier: MIT
// What scripts/ci has for others' CI: workflows are of the form that is asked for, and their steps
// do what they promise.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "checker/testing/run_binary.hpp"
#include "checker/testing/test_support.hpp"

namespace pincheck::test {
namespace {

using Json = nlohmann::json;

/// Reads a workflow, holds it against what GitHub's and GitLab's documentation ask for, and prints
/// the scripts of its steps by name.
constexpr const char* kReader = R"(
import json, sys, jsonschema, yaml

text = {"type": "string"}
texts = {"type": "array", "items": text, "minItems": 1}
map_of = lambda what: {"type": "object", "additionalProperties": what}

def form(required, **others):
    return {"type": "object", "required": list(required), "additionalProperties": False,
            "properties": {**required, **others}}

step = {"oneOf": [form({"run": text}, name=text, shell=text, env=map_of(text), **{"if": text}),
                  form({"uses": {"type": "string", "pattern": "^[^@]+/[^@]+@v[0-9]+$"}},
                       name=text, **{"if": text, "with": map_of(text)})]}
access = map_of({"enum": ["read", "write", "none"]})
github = form({"on": texts, "jobs": map_of(form(
    {"runs-on": text, "steps": {"type": "array", "items": step, "minItems": 1}},
    container=text, env=map_of(text)))}, name=text, permissions=access, env=map_of(text))
job = form({"script": texts, "image": text, "stage": text}, before_script=texts, extends=text,
           artifacts=form({}, when={"enum": ["always", "on_success", "on_failure"]}, paths=texts,
                          reports=form({}, junit=text)))

data = yaml.safe_load(open(sys.argv[1]))
steps = {}
if "jobs" in data:
    data["on"] = data.pop(True)  # which it is in YAML 1.1
    jsonschema.validate(data, github)
    for one in data["jobs"].values():
        steps |= {step["name"]: step["run"] for step in one["steps"] if "run" in step}
else:
    stages, variables = data.pop("stages"), data.pop("variables")
    jsonschema.validate(variables, map_of(text))
    for name in [name for name in data if not name.startswith(".")]:
        whole = {**data.get(data[name].get("extends"), {}), **data[name]}
        jsonschema.validate(whole, job)
        assert whole["stage"] in stages
        steps[name] = "\n".join(whole.get("before_script", []) + whole["script"])
json.dump(steps, sys.stdout)
)";

constexpr const char* kLeak = R"(#include "pincheck.h"
int leaks(unsigned long start) {
  struct page* page;
  return pin_user_pages_fast(start, 1, 0, &page) == 1 ? 0 : -EFAULT;
}
)";

std::string script(const std::string& name) {
  return variable("PINCHECK_SOURCE_DIR") + "/scripts/ci/" + name;
}

/// A repository that has conventions and plans, as those of the workflows, and the program.
class Repository {
 public:
  Repository() {
    for (const char* name : {"bin", "conventions", "plans"})
      std::filesystem::create_directory(folder_.path(name));
    std::filesystem::create_symlink(optimized(), folder_.path("bin/pincheck"));
    folder_.write("plans/mine.c", kLeak);
    set_convention({});
  }

  /// find-pages by another name, as if its author expected so much of it.
  void set_convention(const std::string& expected) const {
    std::string rules = source_file("model/conventions/find-pages.toml");
    rules.resize(rules.find("[[expect]]"));
    rules = replaced(rules, "\"find-pages\"", "\"mine\"");
    folder_.write("conventions/mine.toml",
                  replaced(rules, "label = \"V\"", "label = \"mine\"") + expected);
  }

  std::map<std::string, std::string> steps_of(const std::string& workflow) const {
    const Finished read =
        Process({folder_.write("reader.py", kReader), script(workflow)}, "/usr/bin/python3").wait();
    INFO(read.err);
    REQUIRE(read.status == 0);
    return Json::parse(read.out).get<std::map<std::string, std::string>>();
  }

  /// As runners do: bash that ends with the first command that fails.
  Finished run(const std::string& step) const {
    return Process({"-c", "cd \"$1\" && PATH=\"$1/bin:$PATH\" exec bash -eo pipefail \"$2\"", "sh",
                    folder_.path(""), folder_.write("step.sh", step)},
                   "/bin/sh")
        .wait();
  }

  std::string file(const std::string& name) const { return contents(folder_.path(name)); }

 private:
  Folder folder_;
};

}  // namespace

TEST_CASE("ci: GitHub's sample annotates the cell that is not as declared", "[ci]") {
  const Repository mine;
  const auto steps = mine.steps_of("github.yml");
  REQUIRE(steps.size() == 3);
  CHECK(mine.run(steps.at("Install pincheck")).status == 0);

  const Finished checked = mine.run(steps.at("Check conventions"));
  CHECK(checked.status == 1);
  CHECK(contains(checked.out,
                 "\n::error title=verdicts%3A s3-tmp-page under mine::found, but not "
                 "declared: not-freed-while-in-use%0A"));
  CHECK(contains(mine.file("check.xml"), "name=\"s3-tmp-page under mine\""));
  const Finished read = mine.run(steps.at("Read drivers"));
  CHECK(read.status == 1);
  CHECK(contains(read.out, "\n::error file=plans/mine.c,line="));
  CHECK(Json::parse(mine.file("scan.sarif"))["runs"][0]["results"].size() == 1);

  const std::string shipped = source_file("model/conventions/find-pages.toml");
  mine.set_convention(shipped.substr(shipped.find("[[expect]]")));
  const Finished good = mine.run(steps.at("Check conventions"));
  CHECK(good.status == 0);
  CHECK_FALSE(contains(good.out, "::error"));
}

TEST_CASE("ci: GitLab's sample reports it", "[ci]") {
  const Repository mine;
  const auto steps = mine.steps_of("gitlab.yml");
  REQUIRE(steps.size() == 2);
  CHECK(mine.run(steps.at("pincheck-check")).status == 1);
  CHECK(contains(mine.file("pincheck/check.xml"), "found, but not declared: "));
  CHECK(mine.run(steps.at("pincheck-scan")).status == 1);
  CHECK(contains(mine.file("pincheck/scan.xml"), "<failure message="));
}

TEST_CASE("ci: a kernel's make calls it like sparse", "[ci]") {
  const Folder tree;
  const std::string header = "int pin_user_pages_fast(unsigned long, int, unsigned, void **);\n";
  std::filesystem::create_directory(tree.path("drivers"));
  tree.write("drivers/bad.c",
             header + "int f(void) { void *p;\n  return pin_user_pages_fast(0, 1, 0, &p); }\n");
  tree.write("drivers/good.c", "int g(void) { return 0; }\n");
  std::string commands;
  for (const char* name : {"bad", "good"})
    commands += fmt::format(
        "{}{{\"directory\": \"{}\", \"file\": \"drivers/{}.c\", \"command\": \"gcc -c x.c\"}}",
        commands.empty() ? "[" : ", ", tree.path("."), name);
  tree.write("compile_commands.json", commands + "]");
  tree.write("Makefile",
             "drivers/%.o: drivers/%.c\n\t@$(CHECK) -D__CHECKER__ -Iinclude -nostdinc $<\n"
             "export PINCHECK = " +
                 optimized() + "\n");
  const auto make = [&](const std::string& target) {
    return Process({"-C", tree.path("."), "--no-print-directory", "CHECK=" + script("kernel-check"),
                    target},
                   "/usr/bin/make")
        .wait();
  };
  const Finished bad = make("drivers/bad.o");
  CHECK(bad.status == 0);
  CHECK(contains(bad.err, "f(): violated"));
  const Finished good = make("drivers/good.o");
  CHECK(good.status == 0);
  CHECK(good.err == "");
  CHECK(make("drivers/missing.o").status == 2);
}

TEST_CASE("ci: a profile is what was not said otherwise", "[ci]") {
  const auto schedules = [](const std::string& line) {
    const Finished finished =
        pincheck(split("check --json --convention find-pages --scenario s3-tmp-page " + line));
    CHECK(finished.status == 0);
    return Json::parse(finished.out).at("cells").at(0).at("schedules").get<int>();
  };
  CHECK(schedules("--profile quick") == 2000);
  CHECK(schedules("--profile quick --schedules 7") == 7);
  CHECK(schedules("--schedules 7 --profile quick") == 7);
  CHECK(pincheck(split("check --profile fast")).status == 2);
}

}  // namespace pincheck::test
