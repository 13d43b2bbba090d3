/* SPDX-License-Identifier: MIT */
/* Paths that part and meet again: what they still differ in decides later. */
#include "pincheck.h"

void hint(void);
int choice(void);

/* expect drops_on_one_side: leak */
int drops_on_one_side(unsigned long start, int* flag) {
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  if (*flag) hint();
  if (*flag) put_page(page);
  return 0;
}

/* expect drops_on_both_sides: balanced */
int drops_on_both_sides(unsigned long start, int* flag) {
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  if (*flag) put_page(page);
  hint();
  if (!*flag) put_page(page);
  return 0;
}

/* expect remembers_in_an_object: leak */
int remembers_in_an_object(unsigned long start, int* held) {
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  if (choice())
    *held = 1;
  else
    *held = 0;
  if (*held) put_page(page);
  return 0;
}

/* expect leaks_where_it_cannot_be: balanced */
int leaks_where_it_cannot_be(unsigned long start, unsigned int a, unsigned int b, int* flags) {
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  if (flags[0]) hint();
  if (flags[1]) hint();
  if (flags[2]) hint();
  if (flags[3]) hint();
  if (flags[4]) hint();
  if (a * b == 6)
    if (a == 2)
      if (b == 4) return 0;
  put_page(page);
  return 0;
}

/* expect reads_two_registers: leak */
int reads_two_registers(unsigned long start) {
  struct page* page;
  unsigned int low, high;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  asm volatile("rdtsc" : "=a"(low), "=d"(high));
  if ((low >> high) & 1) return -EIO;
  put_page(page);
  return 0;
}

/* expect takes_until_none_come: balanced */
int takes_until_none_come(struct page** ring, unsigned long start) {
  int n = 0;

  while (get_user_pages_fast(start, 1, 0, &ring[n]) == 1) n++;
  return n;
}

/* expect multiplies_what_fits: balanced */
int multiplies_what_fits(unsigned long start, unsigned int n) {
  struct page* page;
  unsigned long bytes;
  bool overflows = __builtin_mul_overflow((unsigned long)n, 16UL, &bytes);

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  if (!overflows) put_page(page);
  return 0;
}

static int asks(void) { return choice(); }

/* expect asks_twice: leak */
int asks_twice(unsigned long start) {
  struct page* page;

  if (asks())
    if (get_user_pages_fast(start, 1, 0, &page) == 1)
      if (asks()) put_page(page);
  return 0;
}

#define FOUR(a, b) a(b) a(b + 1) a(b + 2) a(b + 3)
#define MANY(a) FOUR(a, 0) FOUR(a, 4) FOUR(a, 8) FOUR(a, 12) FOUR(a, 16) FOUR(a, 20) FOUR(a, 24)
#define LOOK(i) \
  if (flags[i]) hint();
#define ADD(i) \
  if (flags[i]) total += sizes[i];

/* expect looks_at_many_flags: balanced */
int looks_at_many_flags(unsigned long start, int* flags) {
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  MANY(LOOK)
  put_page(page);
  return 0;
}

/* expect adds_up_many_sizes: balanced */
long adds_up_many_sizes(unsigned long start, int* flags, long* sizes) {
  struct page* page;
  long total = 0;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  MANY(ADD)
  put_page(page);
  return total;
}

/* expect takes_and_drops_each_time: balanced */
int takes_and_drops_each_time(void) {
  struct page *next, *page = alloc_page(GFP_KERNEL);
  int last = 0;

  if (!page) return -ENOMEM;
  while (last != choice()) {
    next = alloc_page(GFP_KERNEL);
    if (!next) break;
    put_page(page);
    page = next;
    last = choice();
  }
  put_page(page);
  return last;
}

/* expect asks_what_an_iterator_is: dropped twice */
int asks_what_an_iterator_is(struct iov_iter* i) {
  struct page *array[2], **pages = array;
  size_t start;

  if (user_backed_iter(i)) hint();
  hint();
  if (iov_iter_extract_pages(i, &pages, PAGE_SIZE, 1, 0, &start) <= 0) return -EFAULT;
  unpin_user_page(array[0]);
  return 0;
}

/* expect rotates_a_number: balanced */
int rotates_a_number(unsigned long start, int* flag) {
  struct page* page;
  unsigned int kind = *flag ? 8 : 10;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  if (__builtin_rotateleft32(kind, 31) < 6 && __builtin_rotateright32(kind, 1) < 6) put_page(page);
  return 0;
}

/* expect leaks_where_others_cannot_be: leak */
int leaks_where_others_cannot_be(unsigned long start, unsigned long flags) {
  struct page* page;

  if (flags & 2) hint();
  if ((flags & 3) < 2) hint();
  return get_user_pages_fast(start, 1, 0, &page) == 1 ? 0 : -EFAULT;
}

/* expect leaks_where_a_product_is_another: leak */
int leaks_where_a_product_is_another(unsigned long start, unsigned int a, unsigned int b) {
  struct page* page;

  if (a * b == 6) hint();
  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  if (a == 4) return 0;
  put_page(page);
  return 0;
}

/* Paths that hold the same meet; what only one of them knows is not known then. */
/* expect forgets_where_only_one_knew: leak */
int forgets_where_only_one_knew(int way, int* a, int* b) {
  struct page* page = alloc_page(GFP_KERNEL);

  if (!page) return -ENOMEM;
  if (way) {
    if (!a) goto drops;
  } else {
    if (!b) goto drops;
  }
  if (!b) return a == b;
drops:
  put_page(page);
  return 0;
}

/* expect forgets_what_one_of_them_knew: leak */
int forgets_what_one_of_them_knew(int way, int a) {
  struct page* page = alloc_page(GFP_KERNEL);

  if (!page) return -ENOMEM;
  if (way) {
    if (a != 500) goto drops;
  } else {
    if (a != 700) goto drops;
  }
  if (a == 500) return 0;
drops:
  put_page(page);
  return 0;
}

/* expect forgets_what_the_other_knew: leak */
int forgets_what_the_other_knew(int way, int a) {
  struct page* page = alloc_page(GFP_KERNEL);

  if (!page) return -ENOMEM;
  if (way) {
    if (a != 500) goto drops;
  } else {
    if (a != 700) goto drops;
  }
  if (a == 700) return 0;
drops:
  put_page(page);
  return 0;
}

/* What one of them had assumed is not assumed of the others. */
/* expect puts_none_where_one_knew: undecided */
int puts_none_where_one_knew(int way, int* a, int* b) {
  struct page* page;

  if (get_user_pages_fast(0, 1, 0, &page) != 1) return -EFAULT;
  if (way) {
    if (a != b) goto drops;
  } else {
    if (a == b) goto drops;
  }
  if (a == b) put_page(NULL);
drops:
  put_page(page);
  return 0;
}

/* expect puts_none_where_the_other_knew: undecided */
int puts_none_where_the_other_knew(int way, int* a, int* b) {
  struct page* page;

  if (get_user_pages_fast(0, 1, 0, &page) != 1) return -EFAULT;
  if (way) {
    if (a != b) goto drops;
  } else {
    if (a == b) goto drops;
  }
  if (a != b) put_page(NULL);
drops:
  put_page(page);
  return 0;
}
