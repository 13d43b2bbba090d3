// SPDX-License-Identifier: MIT
// Mails: their parts, decoded, each with its place.
#include "checker/mail/mail.hpp"

#include <rapidcheck/catch.h>

#include <catch2/catch.hpp>

#include "checker/mail/decode.hpp"
#include "checker/testing/manglers.hpp"
#include "model/base/input.hpp"

namespace pincheck::mail {
namespace {

std::string joined(const std::vector<Text>& all) {
  std::string out;
  for (const Text& one : all)
    out += one.problem.empty() ? one.name + "@" + std::to_string(one.line) + ": " + one.text + "|"
                               : "! " + one.problem + "|";
  return out;
}

std::string texts_of(const std::string& bytes) { return joined(texts(bytes, "x")); }

std::string problem(const std::string& bytes) {
  try {
    gunzip(bytes, "x.gz");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("mails: what is none, one, several", "[mail]") {
  CHECK(texts_of("a\r\nb\n") == "x@1: a\nb\n|");
  CHECK(texts_of("\xef\xbb\xbf"
                 "a") == "x@1: a|");
  CHECK_FALSE(texts("a", "x")[0].in_mail);
  CHECK(texts_of("Subject: a\n\nb\n") == "x@3: b\n|");
  CHECK(texts_of("Subject: a\n") == "x@2: |");
  CHECK(texts_of("From a\nX: b\n\nc\n\nFrom d\nX: e\n\nf\n") == "x@4: c\n\n|x@9: f\n|");
  CHECK(texts("Subject: a\n\nb\n", "x")[0].in_place() == "\n\nb\n");
}

TEST_CASE("mails: parts", "[mail]") {
  const std::string head = "Content-Type: Multipart/Mixed; boundary=\"a b\"\n\n";
  CHECK(
      texts_of(head + "x\n--a b\n\none\n--a b\nContent-Type: text/html\n\ntwo\n--a b--\nthree\n") ==
      "x@6: one\n|");
  CHECK(texts_of(head + "--a b\n\none\n") == "x@5: one\n|");  // cut off
  CHECK(texts_of("Content-Type: multipart/mixed\n\n") ==
        "! x:1: a mail of several parts, expected a boundary|");
  CHECK(texts_of(head + "--a b\nContent-Transfer-Encoding: x\n\n--a b\n\none\n") ==
        "! x:4: encoded as 'x', expected 7bit, 8bit, quoted-printable or base64|x@8: one\n|");
  CHECK(texts_of(head + "--a b\nContent-Type: text/plain; name*=x; name=f.c\n"
                        "Content-Transfer-Encoding: base64\n\nYQo=\n--a b--\n") ==
        "x:4 (f.c)@1: a\n|");
  std::string deep = "\n";
  for (int i = 0; i < 20; ++i) deep.insert(0, "Content-Type: message/rfc822\n\n");
  CHECK(texts_of(deep) == "! x:35: parts in parts, expected at most 16|");
}

TEST_CASE("mails: encodings", "[mail]") {
  CHECK(from_quoted_printable("a=3D=\nb=3d= \t\nc=zz=4\n=") == "a=b=c=zz=4\n=");
  CHECK(from_base64("YW Jj\nZA==") == "abcd");
  CHECK(from_flowed("a \nb\n c\n> d \n> e\n>> f \n> g\n-- \nh \n", false) ==
        "a b\nc\n> d e\n>> f \n> g\n-- \nh \n");
  CHECK(from_flowed("a \nb\n", true) == "ab\n");
  CHECK(from_flowed("\n\na", false) == "\n\na\n");
}

TEST_CASE("mails: gzip", "[mail]") {
  rc::prop("any bytes", [](const std::string& text) {
    RC_ASSERT(gunzip(test::gzipped(text), "x") == text);
    RC_ASSERT(gunzip(test::gzipped(text) + test::gzipped("b"), "x") == text + "b");
  });
  const std::string good = test::gzipped("some text that is packed");
  CHECK(gunzip(good + std::string(5, '\0'), "x") == "some text that is packed");
  CHECK(problem(good.substr(0, 20)) ==
        "x.gz: the gzip data are cut off, expected a gzip file that is whole");
  CHECK(problem(good.substr(0, 10) + "\xff\xff\xff\xff\xff") ==
        "x.gz: the gzip data are damaged, expected a gzip file that is whole");
  CHECK(problem(test::gzipped(std::string(kMaxBytes + 1, 'x'))) ==
        "x.gz: unpacks to over 16777216 bytes, expected a gzip file that is whole");
}

}  // namespace pincheck::mail
