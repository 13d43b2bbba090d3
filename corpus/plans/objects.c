/* SPDX-License-Identifier: MIT */
/* Pages that go into objects: who can reach them is told, or frees them. */
#include "pincheck.h"

struct region {
  struct list_head link;
  struct kref refs;
  struct page** pages;
  int n;
};

static void region_free(struct region* r) {
  if (r->n) unpin_user_pages(r->pages, r->n);
  kvfree(r->pages);
  kfree(r);
}

static struct region* region_pin(unsigned long start, int n) {
  struct region* r = kzalloc(sizeof(*r), GFP_KERNEL);
  int got;

  if (!r) return ERR_PTR(-ENOMEM);
  r->pages = kvmalloc_array(n, sizeof(*r->pages), GFP_KERNEL);
  if (!r->pages) {
    kfree(r);
    return ERR_PTR(-ENOMEM);
  }
  got = pin_user_pages_fast(start, n, FOLL_WRITE | FOLL_LONGTERM, r->pages);
  r->n = got > 0 ? got : 0;
  if (got != n) {
    region_free(r);
    return ERR_PTR(got < 0 ? got : -EFAULT);
  }
  return r;
}

/* expect region_pin: balanced */
/* expect returns_it: balanced */
struct region* returns_it(unsigned long start, int n) {
  return region_pin(start, n);
}

/* expect hands_it_to_a_list: balanced */
int hands_it_to_a_list(struct list_head* regions, unsigned long start, int n) {
  struct region* r = region_pin(start, n);

  if (IS_ERR(r)) return PTR_ERR(r);
  list_add_tail(&r->link, regions);
  return 0;
}

/* expect loses_it_on_a_later_error: leak */
int loses_it_on_a_later_error(struct list_head* regions, unsigned long start, int n, int broken) {
  struct region* r = region_pin(start, n);

  if (IS_ERR(r)) return PTR_ERR(r);
  if (broken) return -EIO;
  list_add_tail(&r->link, regions);
  return 0;
}

/* expect frees_the_array_first: leak */
int frees_the_array_first(unsigned long start, int n) {
  struct region* r = region_pin(start, n);

  if (IS_ERR(r)) return PTR_ERR(r);
  kvfree(r->pages);
  kfree(r);
  return 0;
}

static void region_release(struct kref* refs) {
  region_free(container_of(refs, struct region, refs));
}

/* expect counted: balanced */
int counted(unsigned long start, int n, struct list_head* regions) {
  struct region* r = region_pin(start, n);

  if (IS_ERR(r)) return PTR_ERR(r);
  kref_init(&r->refs);
  list_add_tail(&r->link, regions);
  kref_put(&r->refs, region_release);
  return 0;
}

void device_keeps(struct page* page);

/* expect gives_it_to_somebody: undecided */
int gives_it_to_somebody(unsigned long start) {
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  device_keeps(page);
  return 0;
}

/* expect error_in_reach_of_the_caller: undecided */
int error_in_reach_of_the_caller(struct region* r, unsigned long start, int broken) {
  r->n = pin_user_pages_fast(start, 1, 0, r->pages);
  if (r->n < 0) return r->n;
  return broken ? -EIO : 0;
}

/* expect frees_what_the_caller_gave: leak */
int frees_what_the_caller_gave(struct region* r, unsigned long start) {
  r->n = pin_user_pages_fast(start, 1, 0, r->pages);
  kvfree(r->pages);
  r->pages = NULL;
  return 0;
}

struct large {
  struct page* page[200];
};

/* expect copies_a_large_object: leak */
int copies_a_large_object(struct large* to, struct large* from) {
  if (to->page[150]) return -EINVAL;
  *to = *from;
  if (!to->page[150]) return 0;
  return alloc_page(GFP_KERNEL) ? 0 : -ENOMEM;
}

/* expect clears_a_large_object: leak */
int clears_a_large_object(struct large* to) {
  if (!to->page[150]) return -EINVAL;
  __builtin_memset(to, 0, sizeof(*to));
  if (to->page[150]) return 0;
  return alloc_page(GFP_KERNEL) ? 0 : -ENOMEM;
}

/* expect leaves_a_pointer_to_what_it_frees: leak */
int leaves_a_pointer_to_what_it_frees(struct region** out, unsigned long start) {
  struct region* r = region_pin(start, 1);

  if (IS_ERR(r)) return PTR_ERR(r);
  *out = r;
  kvfree(r->pages);
  kfree(r);
  return 0;
}

/* expect forgets_pins_when_memory_is_short: leak */
int forgets_pins_when_memory_is_short(struct list_head* regions, unsigned long start) {
  struct page* page;
  struct region* r;
  int n = pin_user_pages_fast(start, 1, FOLL_WRITE, &page);

  if (n != 1) return n < 0 ? n : -EFAULT;
  r = kzalloc(sizeof(*r), GFP_KERNEL);
  if (!r) return -ENOMEM;
  r->pages = (struct page**)page;
  list_add_tail(&r->link, regions);
  return 0;
}

static struct region* counted_region(unsigned long start) {
  struct region* r = region_pin(start, 1);

  if (!IS_ERR(r)) kref_init(&r->refs);
  return r;
}

/* expect counted_region: balanced */
/* expect drops_the_only_one: balanced */
int drops_the_only_one(unsigned long start) {
  struct region* r = counted_region(start);

  if (IS_ERR(r)) return PTR_ERR(r);
  kref_put(&r->refs, region_release);
  return 0;
}

/* expect drops_one_of_two: leak */
int drops_one_of_two(unsigned long start) {
  struct region* r = counted_region(start);

  if (IS_ERR(r)) return PTR_ERR(r);
  kref_get(&r->refs);
  kref_put(&r->refs, region_release);
  return 0;
}

void others_may_get_it(struct region* r);

/* expect drops_the_last_or_another: balanced */
int drops_the_last_or_another(struct region** keeps, unsigned long start) {
  struct region* r = counted_region(start);

  if (IS_ERR(r)) return PTR_ERR(r);
  others_may_get_it(r);
  *keeps = r;
  kref_put(&r->refs, region_release);
  return 0;
}

#define __GFP_ZERO ((gfp_t)0x100)

/* expect drops_what_is_there: balanced */
int drops_what_is_there(unsigned long start, int n) {
  struct page** pages = kmalloc_array(n, sizeof(*pages), GFP_KERNEL | __GFP_ZERO);
  int i, got;

  if (!pages) return -ENOMEM;
  if (n < 1) {
    kfree(pages);
    return -EINVAL;
  }
  got = get_user_pages_fast(start, 1, 0, pages);
  for (i = 0; i < n; i++)
    if (pages[i]) put_page(pages[i]);
  kfree(pages);
  return got;
}

struct regions {
  struct list_head all;
  struct region first;
};

/* expect puts_two_into_a_list: balanced */
int puts_two_into_a_list(struct regions* to, unsigned long start) {
  int i;

  for (i = 0; i < 2; i++) {
    struct region* r = list_empty(&to->all) ? &to->first : kzalloc(sizeof(*r), GFP_KERNEL);

    if (!r) return 0;
    r->pages = kcalloc(1, sizeof(*r->pages), GFP_KERNEL);
    if (!r->pages || pin_user_pages_fast(start, 1, FOLL_WRITE, r->pages) != 1) return 0;
    list_add_tail(&r->link, &to->all);
  }
  return 0;
}

static int fills(struct region* r, unsigned long start, int broken) {
  int n = pin_user_pages_fast(start, 1, 0, r->pages);

  if (n != 1) return n < 0 ? n : -EFAULT;
  r->n = n;
  return broken ? -EIO : 0;
}

/* expect fills: balanced */
/* expect drops_what_it_is_left: balanced */
int drops_what_it_is_left(struct region* r, unsigned long start, int broken) {
  int error;

  r->n = 0;
  error = fills(r, start, broken);
  if (error) {
    if (r->n) unpin_user_pages(r->pages, r->n);
    r->n = 0;
  }
  return error;
}

static int fills_for_nobody(struct region* r, unsigned long start, int broken) {
  if (pin_user_pages_fast(start, 1, 0, r->pages) != 1) return -EFAULT;
  return broken ? -EIO : 0;
}

/* expect fills_for_nobody: undecided */
/* expect forgets_what_it_is_left: leak */
int forgets_what_it_is_left(unsigned long start, int broken) {
  struct page* page;
  struct region local = {.pages = &page};
  int error = fills_for_nobody(&local, start, broken);

  if (error) return error;
  unpin_user_page(page);
  return 0;
}

static int fills_for_a_table(struct region* r, unsigned long start, int broken) {
  if (pin_user_pages_fast(start, 1, 0, r->pages) != 1) return -EFAULT;
  r->n = 1;
  return broken ? -EIO : 0;
}

/* expect fills_for_a_table: undecided */
/* expect goes_where_a_table_says: undecided */
int goes_where_a_table_says(struct region* r, unsigned long start, int broken, int way) {
  static void* ways[] = {&&drops, &&forgets};
  int error = fills_for_a_table(r, start, broken);

  if (!error) return 0;
  goto* ways[way & 1];
drops:
  unpin_user_pages(r->pages, r->n);
forgets:
  return error;
}

/* expect takes_one_more_where_others_hold_it: leak */
int takes_one_more_where_others_hold_it(unsigned long start) {
  struct region* r = counted_region(start);
  struct page* page;

  if (IS_ERR(r)) return PTR_ERR(r);
  others_may_get_it(r);
  if (kref_put(&r->refs, region_release)) return 0;
  return get_user_pages_fast(start, 1, 0, &page) == 1 ? 0 : -EFAULT;
}

extern unsigned long vmemmap_base, page_offset_base;

static unsigned long number_of(struct page* page) {
  return ((unsigned long)page - vmemmap_base) / 64;
}

static struct page* page_around(void* place) {
  return (struct page*)(vmemmap_base + ((unsigned long)place - page_offset_base) / PAGE_SIZE * 64);
}

/* expect finds_a_page_by_its_contents: balanced */
int finds_a_page_by_its_contents(unsigned long start) {
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  put_page(page_around((char*)page_address(page) + 100));
  return 0;
}

/* expect finds_another_page: leak */
int finds_another_page(unsigned long start) {
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  put_page(page_around((char*)page_address(page) + 5000));
  return 0;
}

typedef struct {
  unsigned long pte;
} pte_t;
void set_pte(pte_t* place, pte_t pte);

/* What is in a page table is that table's, after an error, too. */
/* expect puts_into_a_table: balanced */
int puts_into_a_table(pte_t* place, int broken) {
  struct page* page = alloc_page(GFP_KERNEL);

  if (!page) return -ENOMEM;
  set_pte(place, (pte_t){number_of(page) * PAGE_SIZE | 1});
  return broken ? -EIO : 0;
}

/* expect gets_once_more: leak */
int gets_once_more(pte_t* place, struct page* other) {
  struct page* page = alloc_page(GFP_KERNEL);

  if (!page) return -ENOMEM;
  get_page(page);
  set_pte(place, (pte_t){number_of(page) * PAGE_SIZE | 1});
  return 0;
}

/* expect puts_into_a_table_or_not: leak */
int puts_into_a_table_or_not(pte_t* place, int more) {
  struct page* page = alloc_page(GFP_KERNEL);

  if (!page) return -ENOMEM;
  if (more) set_pte(place, (pte_t){number_of(page) * PAGE_SIZE | 1});
  return 0;
}

/* What a table has given up it does not keep. */
/* expect gets_again_what_a_table_had: leak */
int gets_again_what_a_table_had(pte_t* place) {
  struct page* page = alloc_page(GFP_KERNEL);

  if (!page) return -ENOMEM;
  set_pte(place, (pte_t){number_of(page) * PAGE_SIZE | 1});
  put_page(page);
  get_page(page);
  return 0;
}

struct answer {
  int error, more;
};
void says(struct answer* answer);
int asks(int more);

static int keeps_with(struct region* r, int error, int more) {
  struct answer answer;

  says(&answer);
  answer.error = 0;
  r->pages[0] = alloc_page(GFP_KERNEL);
  if (!r->pages[0]) return -ENOMEM;
  answer.error = error;
  if (asks(more)) asks(0);
  return answer.error;
}

/* That a number in memory is an error must not be forgotten. */
/* expect keeps_with: balanced */
/* expect keeps_after_an_error_in_memory: undecided */
int keeps_after_an_error_in_memory(struct region* r, int more) { return keeps_with(r, -EIO, more); }

/* expect keeps_after_success_in_memory: balanced */
int keeps_after_success_in_memory(struct region* r, int more) { return keeps_with(r, 99, more); }

struct counter {
  int n, error;
  struct page* page;
};

/* That what was read is an error must not be forgotten. */
/* expect keeps_after_an_error_that_it_read: undecided */
int keeps_after_an_error_that_it_read(struct counter* c) {
  c->page = alloc_page(GFP_KERNEL);
  if (!c->page) return -ENOMEM;
  if (c->error >= 0) {
    put_page(c->page);
    c->page = NULL;
    return 0;
  }
  if (asks(1)) asks(2);
  return c->error;
}
