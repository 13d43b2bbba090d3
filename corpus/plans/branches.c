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

/* expect leaks_where_it_cannot_be: undecided */
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
