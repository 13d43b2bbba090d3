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

/* expect asks_after_a_copy: balanced */
ssize_t asks_after_a_copy(struct iov_iter* i, size_t bytes) {
  struct page *array[2], **pages = array;
  struct iov_iter copy = *i;
  size_t start;
  ssize_t got = iov_iter_extract_pages(i, &pages, bytes, 2, 0, &start);

  if (got <= 0) return got;
  if (user_backed_iter(&copy)) unpin_user_pages(pages, DIV_ROUND_UP(got + start, PAGE_SIZE));
  return got;
}

/* expect of_kernel_memory: dropped twice */
ssize_t of_kernel_memory(const struct kvec* kvec, size_t bytes) {
  struct page *array[2], **pages = array;
  struct iov_iter i;
  size_t start;
  ssize_t got;

  iov_iter_kvec(&i, 0, kvec, 1, bytes);
  got = iov_iter_extract_pages(&i, &pages, bytes, 2, 0, &start);
  if (got <= 0) return got;
  if (!iov_iter_is_bvec(&i)) unpin_user_pages(pages, DIV_ROUND_UP(got + start, PAGE_SIZE));
  return got;
}

/* expect of_a_buffer: balanced */
ssize_t of_a_buffer(void* buffer, size_t bytes) {
  struct page *array[2], **pages = array;
  struct iov_iter i;
  size_t start;
  ssize_t got;

  iov_iter_ubuf(&i, 0, buffer, bytes);
  got = iov_iter_extract_pages(&i, &pages, bytes, 2, 0, &start);
  if (got <= 0) return got;
  if (!iov_iter_is_kvec(&i)) unpin_user_pages(pages, DIV_ROUND_UP(got + start, PAGE_SIZE));
  return got;
}

struct sends {
  struct iov_iter i;
};

/* expect holds_them_by_an_iterator: balanced */
int holds_them_by_an_iterator(struct sends* to, unsigned long start) {
  struct page** pages = kcalloc(1, sizeof(*pages), GFP_KERNEL);

  if (!pages) return -ENOMEM;
  if (get_user_pages_fast(start, 1, 0, pages) != 1) {
    kfree(pages);
    return -EFAULT;
  }
  iov_iter_bvec(&to->i, 0, (struct bio_vec*)pages, 1, PAGE_SIZE);
  return 0;
}

#define ITER_UBUF 0
#define ITER_IOVEC 1

/* expect goes_by_the_kind: balanced */
ssize_t goes_by_the_kind(struct iov_iter* i, size_t bytes) {
  struct page *array[2], **pages = array;
  size_t start;
  ssize_t got = iov_iter_extract_pages(i, &pages, bytes, 2, 0, &start);

  if (got <= 0) return got;
  switch (iov_iter_type(i)) {
    case ITER_UBUF:
    case ITER_IOVEC: unpin_user_pages(pages, DIV_ROUND_UP(got + start, PAGE_SIZE));
  }
  return got;
}

/* expect takes_all_there_are: balanced */
ssize_t takes_all_there_are(struct iov_iter* i, size_t bytes) {
  int k, n = 0, most = iov_iter_npages(i, 1 << 30);
  struct page** pages = kcalloc(most, sizeof(*pages), GFP_KERNEL);
  size_t start;

  if (!pages) return -ENOMEM;
  while (bytes && n < most) {
    ssize_t got = iov_iter_get_pages2(i, pages + n, bytes, most, &start);

    if (got <= 0) break;
    bytes -= min(bytes, (size_t)got);
    n += DIV_ROUND_UP(got + start, PAGE_SIZE);
  }
  for (k = 0; k < min(n, most); k++) put_page(pages[k]);
  kfree(pages);
  return n;
}

/* expect takes_them_twice: leak */
ssize_t takes_them_twice(struct iov_iter* i, size_t bytes) {
  int k, n = 0, turn, most = iov_iter_npages(i, 1 << 30);
  struct page* pages[8];
  size_t start;

  for (turn = 0; turn < 2; turn++) {
    ssize_t got = iov_iter_get_pages2(i, pages + n, bytes, 2, &start);

    if (got <= 0) break;
    iov_iter_revert(i, got);
    n += DIV_ROUND_UP(got + start, PAGE_SIZE);
  }
  for (k = 0; k < min(n, most); k++) put_page(pages[k]);
  return n;
}

static ssize_t takes_of_any(struct iov_iter* i, size_t bytes) {
  struct page *array[2], **pages = array;
  size_t start;
  ssize_t got = iov_iter_extract_pages(i, &pages, bytes, 2, 0, &start);

  if (got > 0) unpin_user_pages(pages, DIV_ROUND_UP(got + start, PAGE_SIZE));
  return got;
}

static void sets_up(struct iov_iter* i, void* buffer, size_t bytes, int more) {
  int k;

  for (k = 0; k < more; k++) buffer = (char*)buffer + PAGE_SIZE;
  iov_iter_ubuf(i, 0, buffer, bytes);
}

/* Nobody else calls the one, and what the other makes is of user memory. */
/* expect takes_of_any: balanced */
/* expect takes_of_user: balanced */
ssize_t takes_of_user(void* buffer, size_t bytes, int more) {
  struct iov_iter i;

  sets_up(&i, buffer, bytes, more);
  return takes_of_any(&i, bytes);
}

static ssize_t takes_of_some(struct iov_iter* i, size_t bytes) {
  struct page *array[2], **pages = array;
  size_t start;
  ssize_t got = iov_iter_extract_pages(i, &pages, bytes, 2, 0, &start);

  if (got > 0) unpin_user_pages(pages, DIV_ROUND_UP(got + start, PAGE_SIZE));
  return got;
}

/* expect takes_of_some: dropped twice */
/* expect takes_of_what_it_is_given: dropped twice */
ssize_t takes_of_what_it_is_given(struct iov_iter* i, size_t bytes) {
  return takes_of_some(i, bytes);
}

static ssize_t takes_after_all(struct iov_iter* i, size_t bytes) {
  struct page *array[2], **pages = array;
  size_t start;
  ssize_t got = iov_iter_extract_pages(i, &pages, bytes, 2, 0, &start);

  if (got > 0) unpin_user_pages(pages, DIV_ROUND_UP(got + start, PAGE_SIZE));
  return got;
}

/* A caller that was not followed so far says nothing of it. */
/* expect takes_after_all: dropped twice */
/* expect takes_many_before: undecided */
ssize_t takes_many_before(void* buffer, size_t bytes) {
  struct iov_iter i;
  struct page* many[99];

  if (get_user_pages_fast(0, 99, 0, many) == 99) release_pages(many, 99);
  iov_iter_ubuf(&i, 0, buffer, bytes);
  return takes_after_all(&i, bytes);
}

/* How many there are is no negative number. */
/* expect takes_as_many_as_there_are: balanced */
int takes_as_many_as_there_are(struct iov_iter* i, size_t bytes) {
  struct page* pages[8];
  int k, most = iov_iter_npages(i, 1 << 30);
  size_t start;

  for (k = 0; k < 8; k++) pages[k] = NULL;
  if (iov_iter_get_pages2(i, pages, bytes, 2, &start) <= 0) return -EFAULT;
  for (k = 0; k < most && k < 8; k++)
    if (pages[k]) put_page(pages[k]);
  return 0;
}

static ssize_t takes_of_all(struct iov_iter* i, size_t bytes) {
  struct page *array[2], **pages = array;
  size_t start;
  ssize_t got = iov_iter_extract_pages(i, &pages, bytes, 2, 0, &start);

  if (got > 0) unpin_user_pages(pages, DIV_ROUND_UP(got + start, PAGE_SIZE));
  return got;
}

void sends_page(struct page* page);

/* Nor does one of which something is open. */
/* expect takes_of_all: dropped twice */
/* expect sends_and_takes: undecided */
ssize_t sends_and_takes(void* buffer, size_t bytes) {
  struct page* page = alloc_page(GFP_KERNEL);
  struct iov_iter i;

  if (!page) return -ENOMEM;
  sends_page(page);
  iov_iter_ubuf(&i, 0, buffer, bytes);
  return takes_of_all(&i, bytes);
}

/* Others may call this one. */
/* expect takes_for_others: dropped twice */
ssize_t takes_for_others(struct iov_iter* i, size_t bytes) {
  struct page *array[2], **pages = array;
  size_t start;
  ssize_t got = iov_iter_extract_pages(i, &pages, bytes, 2, 0, &start);

  if (got > 0) unpin_user_pages(pages, DIV_ROUND_UP(got + start, PAGE_SIZE));
  return got;
}

/* expect takes_for_itself: balanced */
ssize_t takes_for_itself(void* buffer, size_t bytes) {
  struct iov_iter i;

  iov_iter_ubuf(&i, 0, buffer, bytes);
  return takes_for_others(&i, bytes);
}
