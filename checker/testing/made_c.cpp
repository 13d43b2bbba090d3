// SPDX-License-Identifier: MIT
#include "checker/testing/made_c.hpp"

#include <fmt/format.h>

namespace pincheck::test {
namespace {

/// What was taken, and what drops it.
struct Taken {
  std::string check;  ///< whether there is anything to drop; empty: there is
  std::string drop;   ///< statements
  std::string page;   ///< an expression for one page
  std::string kept;   ///< statements that leave it to the caller; empty: cannot be left
};

class Maker {
 public:
  Maker(std::string name, const std::vector<std::uint32_t>& numbers)
      : name_(std::move(name)), numbers_(numbers) {}

  std::string function() {
    const unsigned count = 1 + draw(3);
    for (unsigned i = 0; i < count; ++i) take(i);
    if (draw(3) == 0)
      body_ += fmt::format("  if (choice()) {{ ret = -5; goto out_{}; }}\n", taken_.size());
    if (draw(4) == 0) twist();
    const bool keeps = draw(3) == 0;
    if (keeps) keep();
    std::string end = keeps ? "  return 0;\n" : "";
    for (std::size_t i = taken_.size(); i > 0; --i)
      end += fmt::format("out_{}: ;\n{}", i, dropped(i - 1));
    return fmt::format(
        "long {}(unsigned long s, struct box *out)\n{{\n{}  long ret = 0; int i;\n"
        "  (void)i;\n{}{}out_0: ;\n  return ret;\n}}\n",
        name_, declared_, body_, end);
  }

 private:
  std::string name_;
  const std::vector<std::uint32_t>& numbers_;
  std::size_t at_ = 0;
  std::string declared_, body_;
  std::vector<Taken> taken_;

  unsigned draw(unsigned n) { return at_ < numbers_.size() ? numbers_[at_++] % n : 0; }
  /// One time in so many something is spoilt.
  bool spoils(unsigned times = 12) { return draw(times) == times - 1; }

  void take(unsigned i) {
    switch (draw(5)) {
      case 0: return take_array(i, fmt::format("struct page *a{0}[2];", i), "");
      case 1:
        return take_array(i, fmt::format("struct page **a{0};", i),
                          fmt::format("  a{0} = kmalloc(2 * sizeof(*a{0}), 0xcc0);\n"
                                      "  if (!a{0}) {{ ret = -12; goto out_{0}; }}\n",
                                      i));
      case 2: return take_new(i);
      case 3: return take_again(i);
      default: return take_box(i);
    }
  }
  void take_array(unsigned i, const std::string& array, const std::string& made) {
    const bool pin = draw(2) == 0;
    const unsigned asked = 1 + draw(2);
    declared_ += fmt::format("  {} int n{} = 0;\n", array, i);
    body_ += made + fmt::format("  n{0} = {1}_user_pages_fast(s, {2}, 0, a{0});\n", i,
                                pin ? "pin" : "get", asked);
    const std::string enough = fmt::format("n{} {} {}", i, draw(2) == 0 ? "<" : "!=", asked);
    const bool partial = !spoils();
    body_ += fmt::format("  if ({0}) {{ ret = n{1} < 0 ? n{1} : -14; goto out_{2}; }}\n", enough, i,
                         partial ? i + 1 : i);
    const bool right = !spoils() ? pin : !pin;
    const char* one = right ? "unpin_user_page" : "put_page";
    std::string drop;
    switch (draw(4)) {
      case 0:
        drop = fmt::format("for (i = {1}; i < n{0}; i++) {2}(a{0}[i]);", i, spoils() ? 1 : 0, one);
        break;
      case 1:
        drop = fmt::format("{1}(a{0}, n{0}{2});", i, right ? "unpin_user_pages" : "release_pages",
                           spoils() ? " - 1" : "");
        break;
      case 2: drop = fmt::format("drop_{1}s(a{0}, n{0});", i, right ? "pin" : "get"); break;
      default: drop = fmt::format("while (n{0} > 0) {1}(a{0}[--n{0}]);", i, one);
    }
    if (!made.empty()) drop += fmt::format(" kfree(a{});", i);
    taken_.push_back(
        {fmt::format("n{} > 0", i), drop, fmt::format("a{}[0]", i),
         fmt::format("for (i = 0; i < n{0}; i++) out->page[out->n++ & 15] = a{0}[i];", i)});
  }
  void take_new(unsigned i) {
    declared_ += fmt::format("  struct page *p{} = NULL;\n", i);
    body_ += fmt::format("  p{0} = alloc_page(0xcc0);\n", i);
    if (!spoils(20)) body_ += fmt::format("  if (!p{0}) {{ ret = -12; goto out_{0}; }}\n", i);
    taken_.push_back({"", fmt::format("{}(p{});", draw(2) == 0 ? "__free_page" : "put_page", i),
                      fmt::format("p{}", i), fmt::format("out->page[out->n++ & 15] = p{};", i)});
  }
  /// Another reference to what is there already.
  void take_again(unsigned i) {
    if (taken_.empty()) return take_new(i);
    const std::string page = taken_[draw(static_cast<unsigned>(taken_.size()))].page;
    declared_ += fmt::format("  struct page *g{} = NULL;\n", i);
    body_ += fmt::format("  g{0} = {1};\n  get_page(g{0});\n", i, page);
    taken_.push_back({"", fmt::format("put_page(g{});", i), fmt::format("g{}", i), ""});
  }
  void take_box(unsigned i) {
    declared_ += fmt::format("  struct box *b{} = NULL;\n", i);
    body_ += fmt::format(
        "  b{0} = kzalloc(sizeof(*b{0}), 0xcc0);\n"
        "  if (!b{0}) {{ ret = -12; goto out_{0}; }}\n"
        "  b{0}->page[1] = alloc_page(0xcc0);\n",
        i);
    const std::string guard = draw(2) == 0 ? fmt::format("if (b{0}->page[1]) ", i) : "";
    body_ +=
        fmt::format("  if (!b{0}->page[1]) {{ {2} ret = -12; goto out_{1}; }}\n", i,
                    guard.empty() ? i : i + 1, guard.empty() ? fmt::format("kfree(b{});", i) : "");
    taken_.push_back({"",
                      fmt::format("{1}put_page(b{0}->page[1]); {2}", i, guard,
                                  spoils(30) ? "" : fmt::format("kfree(b{});", i)),
                      fmt::format("b{}->page[1]", i),
                      fmt::format("out->page[out->n++ & 15] = b{0}->page[1]; kfree(b{0});", i)});
  }
  /// Something that changes no count, or does.
  void twist() {
    const Taken& one = taken_[draw(static_cast<unsigned>(taken_.size()))];
    switch (draw(4)) {
      case 0: body_ += fmt::format("  get_page({0}); put_page({0});\n", one.page); break;
      case 1:
        body_ += fmt::format(
            "  switch (three()) {{ case 1: get_page({0}); put_page({0}); break; "
            "case 2: ret = -5; goto out_{1}; default: ; }}\n",
            one.page, taken_.size());
        break;
      case 2: body_ += fmt::format("  if (choice()) {{ {} return -5; }}\n", one.drop); break;
      default: body_ += fmt::format("  if (choice()) get_page({});\n", one.page);
    }
  }
  void keep() {
    for (std::size_t i = taken_.size(); i > 0; --i) {
      const Taken& one = taken_[i - 1];
      body_ += fmt::format("  {}\n", one.kept.empty() || spoils() ? one.drop : one.kept);
    }
  }
  std::string dropped(std::size_t i) {
    const Taken& one = taken_[i];
    if (spoils(16)) return "";
    const std::string again = spoils(24) ? " " + one.drop : "";
    if (one.check.empty() || draw(2) == 0) return fmt::format("  {}{}\n", one.drop, again);
    return fmt::format("  if ({}) {{ {}{} }}\n", one.check, one.drop, again);
  }
};

}  // namespace

std::string made_function(const std::string& name, const std::vector<std::uint32_t>& numbers) {
  return Maker(name, numbers).function();
}

std::string made_prelude() {
  return R"(int choice(void);
int three(void);
struct box { struct page *page[16]; int n; };
static void drop_pins(struct page **a, int n)
{
  int i;
  for (i = 0; i < n; i++) unpin_user_page(a[i]);
}
static void drop_gets(struct page **a, int n)
{
  while (n-- > 0) put_page(*a++);
}
)";
}

}  // namespace pincheck::test
