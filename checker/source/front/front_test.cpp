// SPDX-License-Identifier: MIT
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "checker/source/front/cache.hpp"
#include "checker/source/front/compiler.hpp"
#include "checker/source/front/kbuild.hpp"
#include "checker/source/front/program.hpp"
#include "checker/source/front/tree.hpp"
#include "checker/testing/run_binary.hpp"
#include "model/base/input.hpp"

namespace pincheck::front {
namespace {

/// A folder below the temporary one.
void make(const test::Folder& folder, const std::string& name) {
  std::filesystem::create_directories(folder.path(name));
}

std::size_t files_in(const std::string& folder) {
  const auto all = std::filesystem::directory_iterator(folder);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

TEST_CASE("cache: code is kept until a file that it was made of changes", "[source]") {
  const test::Folder folder;
  const std::string header = folder.write("a b.h", "#define N 1\n");
  const std::string file = folder.write("x.c", "#include \"a b.h\"\nint f(void) { return N; }\n");
  const auto code = [&] {
    const Compiled made = Compiler(folder.path("cache")).compile(alone(file));
    CHECK(made.error == "");
    return made.code;
  };
  const std::string first = code();
  CHECK(first == Compiler("").compile(alone(file)).code);
  CHECK(files_in(folder.path("cache")) == 1);
  // What is kept is what is taken.
  const std::string kept = std::filesystem::directory_iterator(folder.path("cache"))->path();
  const std::string whole = test::contents(kept);
  folder.write("cache/" + std::filesystem::path(kept).filename().string(),
               whole.substr(0, whole.find("\n\n") + 2) + "other");
  CHECK(code() == "other");
  folder.write("a b.h", "#define N 2\n");
  const std::string second = code();
  CHECK(second != first);
  CHECK(second != "other");
  folder.write("a b.h", "#define N 1\n");
  CHECK(code() == first);
  CHECK(files_in(folder.path("cache")) == 1);
}

TEST_CASE("cache: errors are not kept, and a folder that can't be is bad input", "[source]") {
  const test::Folder folder;
  const std::string file = folder.write("x.c", "int f(void) { return N; }\n");
  const Compiler compiler(folder.path("cache"));
  CHECK(compiler.compile(alone(file)).error.find("x.c:1:22: error: ") != std::string::npos);
  CHECK(files_in(folder.path("cache")) == 0);
  CHECK_THROWS_AS(Compiler(file + "/cache"), InputError);
}

TEST_CASE("program: functions of one name stay apart", "[source]") {
  const test::Folder folder;
  const Compiler compiler("");
  const auto code = [&](const std::string& name, const std::string& text) {
    return compiler.compile(alone(folder.write(name, text))).code;
  };
  const std::string a = code("a.c",
                             "static int s(int x) { return x; }\nint g(int);\n"
                             "int f(int x) { return s(x) + g(x); }\n");
  const std::string b = code("b.c",
                             "static int s(int x) { return x + 1; }\n"
                             "int g(int x) { return s(x); }\nint f(int x) { return x; }\n");
  const Program program({a, b});
  int bodies = 0;
  for (const llvm::Function& one : program.module()) bodies += one.isDeclaration() ? 0 : 1;
  CHECK(bodies == 5);
  CHECK_FALSE(program.module().getFunction("g")->isDeclaration());
  CHECK_THROWS_AS(Program({"no code"}), InputError);
}

TEST_CASE("kbuild: flags of the folder, of those above, of the one file", "[source]") {
  const test::Folder folder;
  make(folder, "drivers/gpu/amd/core");
  folder.write("drivers/Makefile", "ccflags-y := -DNOT_BELOW\nobj-$(CONFIG_GPU) += gpu/\n");
  folder.write("drivers/gpu/Makefile",
               "subdir-ccflags-y := -I$(src)/include # for all\nobj-y += amd/\n");
  folder.write("drivers/gpu/amd/Makefile",
               "FULL = $(srctree)/$(src)/..\n"
               "ccflags-y := -I$(FULL)/common \\\n  -Wall -DNAME='\"x\"' \\\n\t-I lib\n"
               "ccflags-$(CONFIG_DEBUG) += -DDEBUG\n"
               "ifdef CONFIG_X\nccflags-y += -DX $(call cc-option, -DOPTION)\nendif\n"
               "CFLAGS_core/a.o += -I$(src)/a\nCFLAGS_b.o += -DB\n"
               "amd-y := b.o \\\n core/a.o\namd-$(CONFIG_AMD_C) += core/c.o\n"
               "obj-$(CONFIG_AMD) += amd.o\n");
  const KbuildFile a = kbuild_of(folder.path("."), "drivers/gpu/amd/core/a.c");
  CHECK(a.flags == std::vector<std::string>{"-I./drivers/gpu/amd/../common", "-DNAME=\"x\"", "-I",
                                            "lib", "-Idrivers/gpu/amd/a", "-Idrivers/gpu/include"});
  CHECK(a.conditions == std::vector<std::string>{"CONFIG_AMD", "CONFIG_GPU"});
  const KbuildFile c = kbuild_of(folder.path("."), "drivers/gpu/amd/core/c.c");
  CHECK(c.conditions == std::vector<std::string>{"CONFIG_AMD_C", "CONFIG_AMD", "CONFIG_GPU"});
  CHECK(kbuild_of(folder.path("."), "fs/x.c").flags.empty());
}

TEST_CASE("tree: what is not configured is told, modules are compiled as such", "[source]") {
  const test::Folder folder;
  make(folder, "include/generated");
  make(folder, "fs/a");
  folder.write("include/generated/autoconf.h", "#define CONFIG_A_MODULE 1\n#define CONFIG_B 1\n");
  folder.write("fs/a/Makefile",
               "obj-$(CONFIG_A) += a.o\nobj-$(CONFIG_B) += b.o\n"
               "obj-$(CONFIG_C) += c.o\n");
  const Tree tree(folder.path("."), {});
  CHECK(tree.not_built("fs/a/a.c") == "");
  CHECK(tree.not_built("fs/a/b.c") == "");
  CHECK(tree.not_built("fs/a/c.c") == "CONFIG_C is not set");
  REQUIRE(tree.recipes("fs/a/a.c").size() == 2);
  CHECK(has(tree.recipes("fs/a/a.c").front().flags, "-DMODULE"));
  CHECK_FALSE(has(tree.recipes("fs/a/b.c").front().flags, "-DMODULE"));
}

TEST_CASE("tree: its headers say which kernel it is", "[source]") {
  const test::Folder folder;
  make(folder, "include/generated/uapi/linux");
  folder.write("include/generated/autoconf.h", "");
  CHECK_FALSE(Tree(folder.path("."), {}).version());
  folder.write("include/generated/uapi/linux/version.h",
               "/* 6.1.5 */\n#define LINUX_VERSION_CODE 393477\n");
  CHECK(Tree(folder.path("."), {}).version() == std::uint32_t{6 << 16 | 1 << 8 | 5});
}

}  // namespace pincheck::front
