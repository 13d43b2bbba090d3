// SPDX-License-Identifier: MIT
// What is written down in constants: tables of functions, and structs that begin as a copy.
#include "pincheck.h"

struct way {
  int number;
  void (*end)(struct page* page);
};

static void drops(struct page* page) { put_page(page); }
static void keeps(struct page* page) {}

static const struct way good = {.number = 1, .end = drops};
static const struct way bad = {.number = 2, .end = keeps};

static int ends(const struct way* way, unsigned long start) {
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  way->end(page);
  return 0;
}

/* expect ends: undecided */
/* expect ends_well: balanced */
/* expect ends_badly: leak */
int ends_well(unsigned long start) { return ends(&good, start); }
int ends_badly(unsigned long start) { return ends(&bad, start); }

struct answer {
  long sizes[4];
  int used;
  char kind;
};

static const struct answer usual = {.sizes = {1, 2, 3, 4}, .used = 1, .kind = 'p'};

/* expect begins_as_a_copy: balanced */
int begins_as_a_copy(struct answer* mine, unsigned long start) {
  struct page* page;

  *mine = usual;
  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  if (mine->sizes[2] == 3 && mine->used && mine->kind == 'p') put_page(page);
  return 0;
}
