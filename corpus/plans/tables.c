/* SPDX-License-Identifier: MIT */
/* Pages that go into scatterlists and bios. */
#include "pincheck.h"

struct chunk {
  struct list_head link;
  int n;
  struct scatterlist pages[];
};

/* As large as the elements that fit into a page, written as a difference of addresses. */
#define MOST                            \
  ((PAGE_SIZE - sizeof(struct chunk)) / \
   ((char*)&((struct chunk*)0)->pages[1] - (char*)&((struct chunk*)0)->pages[0]))

static void drop_chunk(struct chunk* chunk) {
  struct scatterlist* sg = chunk->pages;
  int i;

  for (i = 0; i < chunk->n; i++, sg = sg_next(sg)) unpin_user_page(sg_page(sg));
  kfree(chunk);
}

static struct chunk* take_chunk(unsigned long start) {
  struct page* pages[2];
  struct scatterlist* sg;
  struct chunk* chunk = kmalloc(sizeof(*chunk) + 2 * sizeof(*sg), GFP_KERNEL);
  int i, n;

  if (!chunk) return NULL;
  n = pin_user_pages_fast(start, 2, 0, pages);
  if (n <= 0) {
    kfree(chunk);
    return NULL;
  }
  chunk->n = min(n, (int)MOST);
  sg_init_table(chunk->pages, chunk->n);
  for (i = 0, sg = chunk->pages; i < chunk->n; i++, sg = sg_next(sg))
    sg_set_page(sg, pages[i], PAGE_SIZE, 0);
  return chunk;
}

/* expect take_chunk: balanced */
/* expect drops_what_is_in_a_table: balanced */
int drops_what_is_in_a_table(unsigned long start) {
  struct chunk* chunk = take_chunk(start);

  if (!chunk) return -EFAULT;
  drop_chunk(chunk);
  return 0;
}

/* expect drops_up_to_the_mark: balanced */
int drops_up_to_the_mark(unsigned long start) {
  struct chunk* chunk = take_chunk(start);
  struct scatterlist* sg;

  if (!chunk) return -EFAULT;
  for (sg = chunk->pages; sg; sg = sg_next(sg)) unpin_user_page(sg_page(sg));
  kfree(chunk);
  return 0;
}

/* expect keeps_it_in_a_list: balanced */
int keeps_it_in_a_list(struct list_head* all, unsigned long start) {
  struct chunk* chunk = take_chunk(start);

  if (!chunk) return -EFAULT;
  list_add_tail(&chunk->link, all);
  return 0;
}

/* expect frees_the_table_only: leak */
int frees_the_table_only(unsigned long start) {
  struct chunk* chunk = take_chunk(start);

  if (!chunk) return -EFAULT;
  kfree(chunk);
  return 0;
}

/* expect a_table_for_the_caller: balanced */
int a_table_for_the_caller(struct sg_table* table, unsigned long start) {
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  if (sg_alloc_table(table, 1, GFP_KERNEL)) {
    put_page(page);
    return -ENOMEM;
  }
  sg_set_page(table->sgl, page, PAGE_SIZE, 0);
  return 0;
}

/* expect no_table_for_the_caller: leak */
int no_table_for_the_caller(struct sg_table* table, unsigned long start) {
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  if (sg_alloc_table(table, 1, GFP_KERNEL)) return -ENOMEM;
  sg_set_page(table->sgl, page, PAGE_SIZE, 0);
  return 0;
}

static void drop_table(struct sg_table* table) {
  struct scatterlist* sg;
  unsigned int i;

  for (i = 0, sg = table->sgl; i < table->orig_nents; i++, sg = sg_next(sg))
    unpin_user_page_range_dirty_lock(sg_page(sg), DIV_ROUND_UP(sg->length, PAGE_SIZE), true);
  sg_free_table(table);
}

static int take_table(struct sg_table* table, unsigned long start) {
  struct page* pages[2];
  int n = pin_user_pages_fast(start, 2, 0, pages);

  if (n <= 0) return -EFAULT;
  if (!sg_alloc_table_from_pages_segment(table, pages, n, 0, n * PAGE_SIZE, PAGE_SIZE, GFP_KERNEL))
    return 0;
  unpin_user_pages(pages, n);
  return -ENOMEM;
}

/* expect take_table: balanced */
/* expect drops_a_table: balanced */
int drops_a_table(unsigned long start) {
  struct sg_table table = {0};

  if (take_table(&table, start)) return -ENOMEM;
  drop_table(&table);
  return 0;
}

/* expect forgets_a_table: leak */
int forgets_a_table(unsigned long start) {
  struct sg_table table = {0};

  if (take_table(&table, start)) return -ENOMEM;
  sg_free_table(&table);
  return 0;
}

static struct bio* new_bio(int n) {
  struct bio* bio = bio_kmalloc(n, GFP_KERNEL);
  int i;

  if (!bio) return NULL;
  for (i = 0; i < n; i++) {
    struct page* page = alloc_page(GFP_KERNEL);

    if (!page) goto undo;
    if (bio_add_page(bio, page, PAGE_SIZE, 0) < PAGE_SIZE) {
      __free_page(page);
      goto undo;
    }
  }
  return bio;
undo:
  bio_free_pages(bio);
  kfree(bio);
  return NULL;
}

/* expect new_bio: balanced */
/* expect sends_a_bio: balanced */
int sends_a_bio(void) {
  struct bio* bio = new_bio(2);

  if (!bio) return -ENOMEM;
  submit_bio(bio);
  return 0;
}

/* expect forgets_a_bio: leak */
int forgets_a_bio(void) {
  struct bio* bio = new_bio(2);

  if (!bio) return -ENOMEM;
  bio_put(bio);
  return 0;
}

/* expect frees_pages_of_a_bio_twice: balanced */
int frees_pages_of_a_bio_twice(void) {
  struct bio* bio = new_bio(2);

  if (!bio) return -ENOMEM;
  bio_free_pages(bio);
  bio_free_pages(bio);
  bio_put(bio);
  return 0;
}

/* expect does_not_undo_the_page_that_did_not_fit: leak */
struct bio* does_not_undo_the_page_that_did_not_fit(void) {
  struct bio* bio = bio_kmalloc(1, GFP_KERNEL);
  struct page* page;

  if (!bio) return NULL;
  page = alloc_page(GFP_KERNEL);
  if (page) bio_add_page(bio, page, PAGE_SIZE, 0);
  return bio;
}

/* expect drops_an_element_that_has_none: never taken */
int drops_an_element_that_has_none(unsigned long start) {
  struct scatterlist table[2];
  struct page* pages[2];
  int i, n = get_user_pages_fast(start, 2, 0, pages);

  if (n <= 0) return -EFAULT;
  sg_init_table(table, 2);
  for (i = 0; i < 2; i++) sg_set_page(&table[i], pages[i], PAGE_SIZE, 0);
  for (i = 0; i < 2; i++) put_page(sg_page(&table[i]));
  return 0;
}
