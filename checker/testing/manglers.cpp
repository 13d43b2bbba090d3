// SPDX-License-Identifier: MIT
#include "checker/testing/manglers.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "checker/testing/lines.hpp"

namespace pincheck::test {
namespace {

template <class Change>
std::string each_line(const std::string& text, const Change& change) {
  std::string out;
  for (const std::string& line : lines_of(text)) out += change(line) + "\n";
  return out;
}

std::string quoted(const std::string& text, std::string_view mark) {
  return each_line(text, [&](const std::string& line) {
    return line.empty() ? std::string(mark.substr(0, mark.find_last_not_of(' ') + 1))
                        : std::string(mark) + line;
  });
}

/// The line broken at blanks, where there are some; `keep` leaves them at the ends.
std::string broken(std::string line, std::size_t width, std::string_view joint) {
  std::string out;
  while (line.size() > width) {
    std::size_t blank = line.rfind(' ', width);
    if (blank == std::string::npos || line.find_first_not_of(' ') > blank)
      blank = line.find(' ', width);
    if (blank == std::string::npos) break;
    out += line.substr(0, blank) + std::string(joint);
    line.erase(0, blank + 1);
  }
  return out + line;
}

std::string broken_at(const std::string& text, std::size_t width) {
  return each_line(text, [&](const std::string& line) { return broken(line, width, "\n"); });
}

std::string without_trailing_blanks(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

/// Lines up to an empty one are one paragraph, broken anew.
std::string filled(const std::string& text) {
  std::string out, paragraph;
  for (const std::string& line : lines_of(text + "\n\n")) {
    if (line.find_first_not_of(' ') != std::string::npos) {
      paragraph += (paragraph.empty() ? "" : " ") + line.substr(line.find_first_not_of(' '));
      continue;
    }
    out += broken(paragraph, 78, "\n") + "\n\n";
    paragraph = "";
  }
  return out;
}

std::string with_indents(const std::string& text, std::string_view blank) {
  return each_line(text, [&](const std::string& line) {
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    std::string out;
    for (std::size_t i = 0; i < indent; ++i) out += blank;
    return out + line.substr(indent);
  });
}

std::string quoted_printable(const std::string& text) {
  return each_line(text, [](const std::string& line) {
    std::string out;
    std::size_t column = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const auto code = static_cast<unsigned char>(line[i]);
      const bool plain =
          code >= ' ' && code < 0x7f && code != '=' && (code != ' ' || i + 1 < line.size());
      const std::string one = plain ? std::string(1, line[i]) : fmt::format("={:02X}", code);
      if (column + one.size() > 75) {
        out += "=\n";
        column = 0;
      }
      out += one;
      column += one.size();
    }
    return out;
  });
}

std::string base64(const std::string& text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    const auto byte = [&](std::size_t k) {
      return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U;
    };
    const unsigned bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    for (unsigned k = 0; k < 4; ++k)
      out += i + k > text.size() ? '=' : kDigits[bits >> (18 - 6 * k) & 63];
    if (i % 57 == 54) out += "\n";
  }
  return out + "\n";
}

/// RFC 3676: `joint` ends lines that go on.
std::string flowed(const std::string& text, std::string_view joint) {
  return each_line(text, [&](const std::string& given) {
    const std::string line = without_trailing_blanks(given);
    const std::size_t depth = std::min(line.find_first_not_of('>'), line.size());
    const std::string marks = line.substr(0, depth) + (depth > 0 ? " " : "");
    std::string says = line.substr(depth);
    if (depth > 0 && says.starts_with(' ')) says.erase(0, 1);
    std::string out;
    std::istringstream stream(broken(says, 66, std::string(joint) + "\n"));
    for (std::string one; std::getline(stream, one);) {
      const bool stuffed =
          depth == 0 && (one.starts_with(' ') || one.starts_with('>') || one.starts_with("From "));
      out += fmt::format("{}{}{}{}", out.empty() ? "" : "\n", marks, stuffed ? " " : "", one);
    }
    return out.empty() ? marks : out;
  });
}

constexpr std::string_view kHead =
    "From: A Developer <a@example.org>\nSubject: Re: [PATCH 3/6] iov_iter: pin pages\n"
    " of bvecs, too\nMessage-ID: <1@example.org>\n";

std::string mail(std::string_view headers, const std::string& body) {
  return fmt::format("{}{}\n{}", kHead, headers, body);
}

std::string with_attachment(std::string_view headers, const std::string& body) {
  return mail("MIME-Version: 1.0\nContent-Type: multipart/mixed;\n boundary=\"=-Bound/ary\"\n",
              fmt::format("This is a multi-part message in MIME format.\n--=-Bound/ary\n"
                          "Content-Type: text/plain; charset=UTF-8\n\nHi,\n\nattached.\n"
                          "--=-Bound/ary\n{}\n{}\n--=-Bound/ary--\n",
                          headers, body));
}

std::string with_carriage_returns(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return out;
}

}  // namespace

const std::vector<Mangler>& line_manglers() {
  using Text = const std::string&;
  static const std::vector<Mangler> all{
      {"broken at 72", [](Text t) { return broken_at(t, 72); }},
      {"broken at 40", [](Text t) { return broken_at(t, 40); }},
      {"filled", [](Text t) { return filled(t); }},
      {"tabs", [](Text t) { return with_indents(t, "\t"); }},
      {"no-break blanks", [](Text t) { return with_indents(t, "\xc2\xa0"); }},
      {"without indents", [](Text t) { return with_indents(t, ""); }},
      {"blanks at ends",
       [](Text t) { return each_line(t, [](Text line) { return line + "  "; }); }},
      {"empty lines", [](Text t) { return each_line(t, [](Text line) { return line + "\n"; }); }},
      {"without comments",
       [](Text t) {
         return each_line(t, [](Text line) { return line.starts_with('#') ? "" : line; });
       }},
  };
  return all;
}

const std::vector<Mangler>& context_manglers() {
  using Text = const std::string&;
  static const std::vector<Mangler> all{
      {"quoted", [](Text t) { return "On Tue, A Developer wrote:\n" + quoted(t, "> "); }},
      {"quoted twice", [](Text t) { return quoted(t, ">> ") + "\nI see it, too.\n"; }},
      {"quoted without blanks", [](Text t) { return quoted(t, ">"); }},
      {"quoted, then broken at 60", [](Text t) { return broken_at(quoted(t, "> > "), 60); }},
      {"in a diff", [](Text t) { return "@@ -0,0 +1,50 @@\n" + quoted(t, "+"); }},
      {"indented", [](Text t) { return "It says\n\n" + quoted(t, "    ") + "\nwhich is new.\n"; }},
      {"fenced", [](Text t) { return "See:\n```toml\n" + t + "```\n"; }},
      {"signed", [](Text t) { return t + "\n-- \nA Developer\nSome Company = Some Town\n"; }},
      {"footer", [](Text t) { return t + "_____\nlinux-mm mailing list\n\"[end]\"\n"; }},
  };
  return all;
}

const std::vector<Mangler>& envelopes() {
  using Text = const std::string&;
  static const std::vector<Mangler> all{
      {"a file", [](Text t) { return t; }},
      {"carriage returns", [](Text t) { return with_carriage_returns(t); }},
      {"gzip", [](Text t) { return gzipped(t); }},
      {"a mail", [](Text t) { return mail("", t); }},
      {"quoted-printable",
       [](Text t) {
         return mail("Content-Transfer-Encoding: quoted-printable\n", quoted_printable(t));
       }},
      {"base64",
       [](Text t) {
         return with_carriage_returns(mail("Content-Transfer-Encoding: BASE64\n", base64(t)));
       }},
      {"flowed",
       [](Text t) { return mail("Content-Type: text/plain; format=flowed\n", flowed(t, " ")); }},
      {"flowed, delsp",
       [](Text t) {
         return mail("Content-Type: text/plain;\n\tformat=\"flowed\"; DelSp=yes\n",
                     flowed(t, "  "));
       }},
      {"flowed, not said", [](Text t) { return mail("", flowed(t, " ")); }},
      {"attached", [](Text t) { return with_attachment("Content-Type: text/x-toml\n", t); }},
      {"attached as base64",
       [](Text t) {
         return with_attachment(
             "Content-Type: application/octet-stream; name=x.toml\n"
             "Content-Transfer-Encoding: base64\n",
             base64(t));
       }},
      {"attached, gzip",
       [](Text t) {
         return with_attachment(
             "Content-Type: application/gzip\nContent-Transfer-Encoding: base64\n"
             "Content-Disposition: attachment;\n filename=\"x.toml.gz\"\n",
             base64(gzipped(t)));
       }},
      {"forwarded",
       [](Text t) { return with_attachment("Content-Type: message/rfc822\n", mail("", t)); }},
      {"an mbox",
       [](Text t) {
         const std::string from = "From a@example.org Thu Jan  1 00:00:00 1970\n";
         return from + mail("", "Hi.\n") + "\n" + from + mail("", t) + "\n";
       }},
      {"an mbox, gzip",
       [](Text t) { return gzipped("From mboxrd@z Thu Jan  1 00:00:00 1970\n" + mail("", t)); }},
  };
  return all;
}

std::string gzipped(const std::string& text) {
  z_stream stream{};
  constexpr int kGzip = 16;
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + kGzip, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib");
  std::string in = text;
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace pincheck::test
