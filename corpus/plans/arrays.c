/* SPDX-License-Identifier: MIT */
/* Arrays of pinned pages: how they are filled, and dropped. */
#include "pincheck.h"

/* expect drops_what_came: balanced */
int drops_what_came(unsigned long start) {
  struct page* pages[4];
  int n = pin_user_pages_fast(start, 4, FOLL_WRITE, pages);

  if (n < 0) return n;
  unpin_user_pages(pages, n);
  return n == 4 ? 0 : -EFAULT;
}

/* expect forgets_a_short_pin: leak */
int forgets_a_short_pin(unsigned long start) {
  struct page* pages[4];
  int n = pin_user_pages_fast(start, 4, FOLL_WRITE, pages);

  if (n != 4) return n < 0 ? n : -EFAULT;
  unpin_user_pages(pages, n);
  return 0;
}

/* expect drops_what_was_asked: never taken */
int drops_what_was_asked(unsigned long start) {
  struct page** pages = kmalloc(2 * sizeof(*pages), GFP_KERNEL);
  int n;

  if (!pages) return -ENOMEM;
  n = pin_user_pages_fast(start, 2, FOLL_WRITE, pages);
  if (n > 0) unpin_user_pages(pages, 2);
  kfree(pages);
  return n < 0 ? n : 0;
}

/* expect puts_pins: wrong primitive */
int puts_pins(unsigned long start) {
  struct page* pages[2];
  int n = pin_user_pages_fast(start, 2, 0, pages);

  if (n < 0) return n;
  release_pages(pages, n);
  return 0;
}

/* expect unpins_gets: wrong primitive */
int unpins_gets(unsigned long start) {
  struct page* pages[2];
  int n = get_user_pages_fast(start, 2, 0, pages);

  if (n < 0) return n;
  unpin_user_pages(pages, n);
  return 0;
}

/* expect drops_twice_on_error: dropped twice */
int drops_twice_on_error(unsigned long start) {
  struct page* pages[2];
  int i, n = pin_user_pages_fast(start, 2, 0, pages);

  if (n < 0) return n;
  for (i = 0; i < n; i++) unpin_user_page(pages[i]);
  if (n < 2) {
    unpin_user_pages(pages, n);
    return -EFAULT;
  }
  return 0;
}

/* expect skips_the_last: leak */
int skips_the_last(unsigned long start, int n) {
  struct page** pages = kcalloc(n, sizeof(*pages), GFP_KERNEL);
  int i, got;

  if (!pages) return -ENOMEM;
  got = pin_user_pages_fast(start, n, 0, pages);
  for (i = 0; i < got - 1; i++) unpin_user_page(pages[i]);
  kfree(pages);
  return got < 0 ? got : 0;
}

/* expect one_at_a_time: balanced */
int one_at_a_time(unsigned long start, int n) {
  struct page* page;
  int i;

  for (i = 0; i < n; i++) {
    if (get_user_pages_fast(start + i * PAGE_SIZE, 1, 0, &page) != 1) return -EFAULT;
    put_page(page);
  }
  return 0;
}

/* expect drops_a_range: balanced */
int drops_a_range(unsigned long start) {
  struct page* pages[2];
  int n = pin_user_pages_fast(start, 2, 0, pages);

  if (n > 0) unpin_user_page_range_dirty_lock(pages[0], n, true);
  return n < 0 ? n : 0;
}

/* expect drops_a_longer_range: undecided */
int drops_a_longer_range(unsigned long start) {
  struct page* pages[2];
  int n = pin_user_pages_fast(start, 1, 0, pages);

  if (n > 0) unpin_user_page_range_dirty_lock(pages[0], 2, true);
  return n < 0 ? n : 0;
}

/* expect takes_beyond_the_bound: undecided */
int takes_beyond_the_bound(unsigned long start, int* ready) {
  struct page* pages[40];
  int i;

  for (i = 0; i < 30; i++)
    if (!ready[i]) return 0;
  return pin_user_pages_fast(start, 40, 0, pages);
}

/* expect drops_one_where_none_was_asked: never taken */
int drops_one_where_none_was_asked(unsigned long start, unsigned int n) {
  struct page* pages[2];

  if (n > 1) return -EINVAL;
  if (get_user_pages_fast(start, n, 0, pages) < 0) return -EFAULT;
  put_page(pages[0]);
  return 0;
}

/* expect pins_two: balanced */
static void pins_two(unsigned long start, struct page** out) {
  struct page* pages[2];
  int i, n = pin_user_pages_fast(start, 2, 0, pages);

  for (i = 0; i < 2; i++) out[i] = n > 0 ? pages[i] : NULL;
}

/* expect drops_what_another_never_had: never taken */
void drops_what_another_never_had(unsigned long start) {
  struct page* pages[2];
  int i;

  pins_two(start, pages);
  for (i = 0; i < 2; i++)
    if (pages[i]) unpin_user_page(pages[i]);
}
