/* SPDX-License-Identifier: MIT */
/* References to a page at hand, and new pages. */
#include "pincheck.h"

/* expect gets_and_puts: balanced */
int gets_and_puts(struct page* page) {
  get_page(page);
  put_page(page);
  return 0;
}

/* expect tries: balanced */
int tries(struct page* page) {
  if (!try_get_page(page)) return -EAGAIN;
  put_page(page);
  return 0;
}

/* expect new_page: balanced */
struct page* new_page(void) {
  return alloc_page(GFP_KERNEL);
}

/* expect loses_a_new_page: leak */
int loses_a_new_page(int broken) {
  struct page* page = alloc_page(GFP_KERNEL);

  if (!page) return -ENOMEM;
  if (broken) return -EIO;
  __free_page(page);
  return 0;
}

/* expect frees_without_a_look: never taken */
void frees_without_a_look(void) {
  struct page* page = alloc_page(GFP_KERNEL);

  __free_page(page);
}

/* expect by_its_folio: balanced */
int by_its_folio(unsigned long start) {
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  folio_put(page_folio(page));
  return 0;
}

/* expect frees_by_its_address: balanced */
void* frees_by_its_address(int broken) {
  struct page* page = alloc_page(GFP_KERNEL);
  void* bytes;

  if (!page) return NULL;
  bytes = page_address(page);
  if (IS_ERR_OR_NULL(bytes)) return NULL;
  if (!broken) return bytes;
  free_page((unsigned long)bytes);
  return NULL;
}

/* expect holds_kernel_memory: balanced */
int holds_kernel_memory(struct page** pages, void* memory, int n) {
  int i;

  for (i = 0; i < n; i++) {
    pages[i] = vmalloc_to_page(memory + i * PAGE_SIZE);
    if (!pages[i]) goto undo;
    get_page(pages[i]);
  }
  return 0;
undo:
  while (i--) put_page(pages[i]);
  return -ENOMEM;
}

/* expect holds_half_of_it: leak */
int holds_half_of_it(void* memory, int n) {
  struct page** pages = kcalloc(n, sizeof(*pages), GFP_KERNEL);
  int i;

  if (!pages) return -ENOMEM;
  for (i = 0; i < n; i++) {
    pages[i] = vmalloc_to_page(memory + i * PAGE_SIZE);
    if (!pages[i]) {
      kfree(pages);
      return -ENOMEM;
    }
    get_page(pages[i]);
  }
  for (i = 0; i < n; i++) put_page(pages[i]);
  kfree(pages);
  return 0;
}

struct slot {
  char bytes[64];
};
extern struct slot* map_begin;

/* expect by_its_number: balanced */
int by_its_number(unsigned long start) {
  unsigned long number;
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  number = (struct slot*)page - map_begin;
  if (number & (0x7ffUL << 52) || !pfn_valid(number)) return -EFAULT;
  put_page(page);
  return 0;
}

/* expect drops_a_folio_of_two: balanced */
int drops_a_folio_of_two(unsigned long start) {
  struct page* pages[2];
  int n = pin_user_pages_fast(start, 2, 0, pages);

  if (n > 0) unpin_user_folio(page_folio(pages[0]), n);
  return n < 0 ? n : 0;
}

/* expect drops_more_of_a_folio: undecided */
int drops_more_of_a_folio(unsigned long start) {
  struct page* page;

  if (pin_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  unpin_user_folio(page_folio(page), 2);
  return 0;
}

/* expect puts_what_it_did_not_make: undecided */
int puts_what_it_did_not_make(int broken) {
  struct page* page = NULL;

  if (!broken) page = alloc_page(GFP_KERNEL);
  if (!broken && !page) return -ENOMEM;
  put_page(page);
  return 0;
}

/* Since 6.12 null pointers among pins are passed over. */
/* expect unpins_one_of_two: balanced */
int unpins_one_of_two(unsigned long start) {
  struct page* pages[2] = {NULL, NULL};

  if (pin_user_pages_fast(start, 1, 0, pages) != 1) return -EFAULT;
  unpin_user_pages(pages, 2);
  return 0;
}
