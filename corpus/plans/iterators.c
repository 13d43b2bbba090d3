/* SPDX-License-Identifier: MIT */
/* Pages of an iterator: who made it decides what is held. */
#include "pincheck.h"

/* expect as_extracted: balanced */
ssize_t as_extracted(struct iov_iter* i, size_t bytes) {
  struct page *array[2], **pages = array;
  size_t start, n;
  ssize_t got = iov_iter_extract_pages(i, &pages, bytes, 2, 0, &start);

  if (got <= 0) return got;
  n = DIV_ROUND_UP(got + start, PAGE_SIZE);
  if (iov_iter_extract_will_pin(i)) unpin_user_pages(pages, n);
  return got;
}

/* expect unpins_what_is_not_its_own: dropped twice */
ssize_t unpins_what_is_not_its_own(struct iov_iter* i, size_t bytes) {
  struct page *array[2], **pages = array;
  size_t start;
  ssize_t got = iov_iter_extract_pages(i, &pages, bytes, 2, 0, &start);

  if (got <= 0) return got;
  unpin_user_pages(pages, DIV_ROUND_UP(got + start, PAGE_SIZE));
  return got;
}

/* expect forgets_the_array_and_its_pages: leak */
ssize_t forgets_the_array_and_its_pages(struct iov_iter* i, size_t bytes, int broken) {
  struct page** pages;
  size_t start, n, k;
  ssize_t got = iov_iter_get_pages_alloc2(i, &pages, bytes, &start);

  if (got <= 0) return got;
  if (broken) {
    kvfree(pages);
    return -EIO;
  }
  n = DIV_ROUND_UP(got + start, PAGE_SIZE);
  for (k = 0; k < n; k++) put_page(pages[k]);
  kvfree(pages);
  return got;
}
