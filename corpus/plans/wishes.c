/* SPDX-License-Identifier: MIT */
/* What is not said yet as it should be: the comments tell what that is. */
#include "pincheck.h"

struct request {
  void* scratch;
  unsigned int n;
  struct page** pages;
};

void sends(struct request* request);

/* Should be balanced: who is given a request does not change how many pages it has. */
/* expect drops_what_was_sent: never taken */
int drops_what_was_sent(unsigned long start) {
  struct request request = {0};
  unsigned int i;
  int n;

  request.pages = kcalloc(4, sizeof(*request.pages), GFP_KERNEL);
  if (!request.pages) return -ENOMEM;
  n = get_user_pages_fast(start, 2, 0, request.pages);
  if (n <= 0) {
    kfree(request.pages);
    return -EFAULT;
  }
  request.n = n;
  sends(&request);
  for (i = 0; i < request.n; i++) put_page(request.pages[i]);
  kfree(request.pages);
  return 0;
}

/* Should be undecided: sends() is given what holds the page, at an offset that nobody knows. */
/* expect keeps_it_behind_a_header: leak */
int keeps_it_behind_a_header(unsigned long start, unsigned int header) {
  char* memory = kmalloc(header + sizeof(struct page*), GFP_KERNEL);
  struct page* page;

  if (!memory) return -ENOMEM;
  if (get_user_pages_fast(start, 1, 0, &page) != 1) {
    kfree(memory);
    return -EFAULT;
  }
  *(struct page**)(memory + header) = page;
  sends((struct request*)memory);
  return 0;
}
