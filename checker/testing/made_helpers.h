/* SPDX-License-Identifier: MIT */
/*
 * What made functions (made_c.hpp) share: what they keep pages in, and helpers that are right. It
 * is read and run like them; counting_stubs.c has the rest.
 */
#pragma once

struct page* read_cache_page(struct address_space* mapping, unsigned long index, void* filler,
                             struct file* file);
void folio_put_refs(struct folio* folio, int n);

/* Open questions: a bit, one of three; and a bit that is one at most three times in all. */
int choice(void);
int three(void);
int more(void);

/* Pages with how they are held. */
struct box {
  struct page* page[64];
  int pinned[64];
  int n;
  void* kept[4];
  struct iov_iter iter;
};
/* Somebody else's: what is in it is theirs. */
extern struct box parked;

struct node {
  struct node* next;
  struct page* page;
};

struct held {
  struct page* page;
  unsigned int pinned : 1, valid : 1;
};

struct holder {
  struct kref refs;
  int n;
  struct page* pages[2];
};

/* The signature of all made functions; bits: how many of the lowest of `s` matter. */
struct made {
  const char* name;
  long (*run)(unsigned long s, struct box* out);
  int bits;
};

static inline void page_drop(struct page* page, int pinned) {
  if (pinned)
    unpin_user_page(page);
  else
    put_page(page);
}

static inline void box_add(struct box* box, struct page* page, int pinned) {
  box->page[box->n] = page;
  box->pinned[box->n] = pinned;
  box->n++;
}

static inline void box_drop(struct box* box) {
  int i;

  for (i = 0; i < box->n; i++) page_drop(box->page[i], box->pinned[i]);
  box->n = 0;
}

static inline void drop_pins(struct page** pages, int n) {
  int i;

  for (i = 0; i < n; i++) unpin_user_page(pages[i]);
}

static inline void drop_gets(struct page** pages, int n) {
  while (n-- > 0) put_page(*pages++);
}

/* The cleanup attribute's. */
static inline void page_cleanup(struct page** page) {
  if (*page) put_page(*page);
}

static inline struct page* page_or_error(void) {
  struct page* page = alloc_page(GFP_KERNEL);

  return page ? page : ERR_PTR(-ENOMEM);
}

static inline int page_at(unsigned long start, struct page** page) {
  int n = pin_user_pages_fast(start, 1, FOLL_WRITE, page);

  if (n == 1) return 0;
  return n < 0 ? n : -EFAULT;
}

static inline int node_add(struct node** head, unsigned long start) {
  struct node* node = kmalloc(sizeof(*node), GFP_KERNEL);
  int error;

  if (!node) return -ENOMEM;
  error = page_at(start, &node->page);
  if (error) {
    kfree(node);
    return error;
  }
  node->next = *head;
  *head = node;
  return 0;
}

static inline void nodes_drop(struct node** head) {
  struct node* node;

  while ((node = *head)) {
    *head = node->next;
    unpin_user_page(node->page);
    kfree(node);
  }
}

static inline void holder_release(struct kref* refs) {
  struct holder* holder = container_of(refs, struct holder, refs);

  if (holder->n > 0) unpin_user_pages(holder->pages, holder->n);
  kfree(holder);
}

static inline void holder_put(struct holder* holder) { kref_put(&holder->refs, holder_release); }

static inline struct holder* holder_make(unsigned long start, int n) {
  struct holder* holder = kzalloc(sizeof(*holder), GFP_KERNEL);
  int got;

  if (!holder) return ERR_PTR(-ENOMEM);
  kref_init(&holder->refs);
  got = pin_user_pages_fast(start, n, FOLL_WRITE, holder->pages);
  if (got != n) {
    holder->n = got > 0 ? got : 0;
    holder_put(holder);
    return ERR_PTR(got < 0 ? got : -EFAULT);
  }
  holder->n = n;
  return holder;
}
