// SPDX-License-Identifier: MIT
// What the solver is asked, and does not answer in its time.
#include "pincheck.h"

/* Whether it can be nobody has the time to find out. */
/* expect forgets_where_two_primes_were_found: undecided */
int forgets_where_two_primes_were_found(unsigned int a, unsigned int b) {
  struct page* page = alloc_page(GFP_KERNEL);

  if (!page) return -ENOMEM;
  if (a > 1 && b > 1 && (unsigned long)a * b == 4901971054862853523UL) return 0;
  put_page(page);
  return 0;
}
