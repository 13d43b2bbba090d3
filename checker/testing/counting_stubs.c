/* SPDX-License-Identifier: MIT */
/*
 * The kernel's functions for made ones (made_c.hpp) that are compiled and run: they count
 * references, and do what a sequence of choices says. Every sequence is run. What they do is what
 * model/callees says of them, within the bounds of follow::Bounds; what a path did wrong is named
 * as there.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NULL_OR(x) (choose(2) ? NULL : (void*)(x))
#define EAGAIN 11
#define ENOMEM 12
#define EFAULT 14
#define MOST_PAGES 64
#define MOST_OBJECTS 64
#define MOST_CHOICES 40
#define MOST_RUNS 100000

/* What came of a function: bits, in the order of follow::Wrong, and whether all was run. */
enum { LEAK = 1, TWICE = 2, PRIMITIVE = 4, NEVER = 8, CUT = 16 };

typedef _Bool bool;
typedef unsigned int gfp_t;

struct page {
  int gets, pins;
  int call; /* pages of one call follow each other */
};
struct folio;
struct iov_iter {
  unsigned long fields[5];
};
struct scatterlist {
  unsigned long page_link;
  unsigned int offset, length;
  unsigned long dma_address;
  unsigned int dma_length, dma_flags;
};
struct folio_batch {
  unsigned char nr, i;
  bool drained;
  struct page* folios[31];
};
struct kref {
  int count;
};
struct box {
  struct page* page[64];
  int pinned[64];
  int n;
  void* kept[4];
  struct iov_iter iter;
};
struct made {
  const char* name;
  long (*run)(unsigned long s, struct box* out);
  int bits;
};
extern const struct made all_made[];
struct box parked;

static struct page pages[MOST_PAGES];
static int n_pages, n_calls;
static struct {
  char* at;
  unsigned long bytes;
  int freed, seen;
} objects[MOST_OBJECTS];
static int n_objects;
static int choices[MOST_CHOICES], alternatives[MOST_CHOICES], n_choices, asked;
static int turns;
static unsigned wrong;
static sigjmp_buf end_of_run;

static void end_run(unsigned why) {
  wrong |= why;
  siglongjmp(end_of_run, 1);
}

/* Who follows a pointer to nowhere does not come back. */
static void nowhere(int signal) { siglongjmp(end_of_run, 1); }

static int choose(int n) {
  int answer = 0;

  if (asked == MOST_CHOICES) end_run(CUT);
  if (asked < n_choices)
    answer = choices[asked];
  else
    choices[n_choices++] = 0;
  alternatives[asked++] = n;
  return answer;
}

int choice(void) { return choose(2); }
int three(void) { return choose(3); }
int more(void) { return turns < 3 && choose(2) ? ++turns : 0; }

/* References. */

static struct page* fresh(int gets, int pins) {
  struct page* page = &pages[n_pages++];

  if (n_pages == MOST_PAGES) end_run(CUT);
  *page = (struct page){gets, pins, n_calls};
  return page;
}
static struct page* new_page(int gets) {
  n_calls++;
  return fresh(gets, 0);
}

static long fill_array(long n, struct page** array, int gets, int pins) {
  long i;

  n_calls++;
  for (i = 0; i < n; i++) array[i] = fresh(gets, pins);
  return n;
}
/* All, one fewer, one, or an error. */
static long take(long n, struct page** array, int pin) {
  long got;

  if (n <= 0) return 0;
  got = choose(n > 2 ? 4 : n + 1);
  got = got == 0 ? n : got == (n > 2 ? 3 : n) ? -EFAULT : got == 1 ? n - 1 : 1;
  return got < 0 ? got : fill_array(got, array, !pin, pin);
}

static struct page* known(struct page* page) {
  if (page < pages || page >= pages + n_pages) end_run(NEVER);
  return page;
}
static void drop(struct page* page, int n, int pin) {
  int *mine, *other;

  known(page);
  mine = pin ? &page->pins : &page->gets;
  other = pin ? &page->gets : &page->pins;
  if (*mine >= n) {
    *mine -= n;
    return;
  }
  if (*other < n) end_run(TWICE);
  wrong |= PRIMITIVE;
  *other -= n;
}
static void drop_range(struct page* page, unsigned long n, int pin) {
  const int call = n ? known(page)->call : 0;

  for (; n > 0; n--, page++) {
    if (page >= pages + n_pages || page->call != call) end_run(NEVER);
    drop(page, 1, pin);
  }
}
static void drop_folio(struct page* page, long n, int pin) {
  if (n <= 0) return;
  known(page);
  if (n < 2 || page->gets >= n || page->pins >= n)
    drop(page, n, pin);
  else
    drop_range(page, n, pin);
}
static void drop_array(struct page** array, long n, int pin) {
  for (; n > 0; n--) drop(*array++, 1, pin);
}

int pin_user_pages_fast(unsigned long s, int n, unsigned f, struct page** a) {
  return take(n, a, 1);
}
int get_user_pages_fast(unsigned long s, int n, unsigned f, struct page** a) {
  return take(n, a, 0);
}
long pin_user_pages(unsigned long s, unsigned long n, unsigned f, struct page** a) {
  return take(n, a, 1);
}
long get_user_pages(unsigned long s, unsigned long n, unsigned f, struct page** a) {
  return take(n, a, 0);
}
long pin_user_pages_unlocked(unsigned long s, unsigned long n, struct page** a, unsigned f) {
  return take(n, a, 1);
}
void unpin_user_page(struct page* page) { drop(page, 1, 1); }
void unpin_user_pages(struct page** a, unsigned long n) {
  if ((long)n > 0)
    for (; n > 0; n--, a++)
      if (*a) drop(*a, 1, 1);
}
void unpin_user_page_range_dirty_lock(struct page* page, unsigned long n, bool dirty) {
  drop_range(page, n, 1);
}
void unpin_user_folio(struct page* page, unsigned long n) { drop_folio(page, n, 1); }
void get_page(struct page* page) { known(page)->gets++; }
void folio_get(struct page* page) { get_page(page); }
bool try_get_page(struct page* page) {
  if (choose(2)) return 0;
  get_page(page);
  return 1;
}
void put_page(struct page* page) { drop(page, 1, 0); }
void folio_put(struct page* page) { drop(page, 1, 0); }
void __free_page(struct page* page) { drop(page, 1, 0); }
void release_pages(struct page** a, int n) { drop_array(a, n, 0); }
void folio_put_refs(struct page* page, int n) { drop_folio(page, n, 0); }
struct page* page_folio(struct page* page) {
  return page;
}
struct page* alloc_page(gfp_t gfp) {
  return NULL_OR(new_page(1));
}
struct page* pagecache_get_page(void* mapping, unsigned long index, int flags, gfp_t gfp) {
  return NULL_OR(new_page(1));
}
struct page* read_cache_page(void* mapping, unsigned long index, void* filler, void* file) {
  return choose(2) ? (void*)(long)-ENOMEM : new_page(1);
}
struct page* vmalloc_to_page(const void* address) {
  return NULL_OR(new_page(0));
}
unsigned int filemap_get_folios(void* mapping, unsigned long* start, unsigned long end,
                                struct folio_batch* batch) {
  return batch->nr = fill_array(choose(3), batch->folios, 1, 0);
}
void __folio_batch_release(struct folio_batch* batch) {
  drop_array(batch->folios, batch->nr, 0);
  batch->nr = 0;
}

/* Iterators: a byte says of which kind one is; what nobody has made is of any. */

enum { USER = 0, BVEC = 2, ANY = 9 };
static char* kind_of(struct iov_iter* i) { return (char*)i + 4; }
bool iov_iter_extract_will_pin(struct iov_iter* i) {
  if (*kind_of(i) == ANY) *kind_of(i) = choose(2) ? BVEC : USER;
  return *kind_of(i) == USER;
}
static long iterate(struct page** array, int gets, int pins) {
  const long n = 2 - choose(3);

  if (n == 0) return -EFAULT;
  fill_array(n, array, gets, pins);
  return n * 4096 - 512;
}
long iov_iter_extract_pages(struct iov_iter* i, struct page*** a, unsigned long bytes, unsigned n,
                            unsigned flags, unsigned long* start) {
  *start = 512;
  return iterate(*a, 0, iov_iter_extract_will_pin(i));
}
long iov_iter_get_pages2(struct iov_iter* i, struct page** a, unsigned long bytes, unsigned n,
                         unsigned long* start) {
  *start = 512;
  return iterate(a, 1, 0);
}

/* Tables. */

#define LAST 2UL
void sg_init_table(struct scatterlist* sg, unsigned n) {
  memset(sg, 0, n * sizeof(*sg));
  sg[n - 1].page_link = LAST;
}
struct scatterlist* sg_next(struct scatterlist* sg) {
  return sg->page_link & LAST ? NULL : sg + 1;
}

/* Memory: what is freed stays readable, and is nobody's. */

static void* allocate(unsigned long bytes, int byte) {
  if (choose(2)) return NULL;
  if (n_objects == MOST_OBJECTS) end_run(CUT);
  objects[n_objects].at = malloc(bytes);
  objects[n_objects].bytes = bytes;
  objects[n_objects].freed = objects[n_objects].seen = 0;
  return memset(objects[n_objects++].at, byte, bytes);
}
void* kmalloc(size_t bytes, gfp_t gfp) { return allocate(bytes, 0xaa); }
void* kmalloc_array(size_t n, size_t bytes, gfp_t gfp) { return allocate(n * bytes, 0xaa); }
void* kvmalloc_array(size_t n, size_t bytes, gfp_t gfp) { return allocate(n * bytes, 0xaa); }
void* kzalloc(size_t bytes, gfp_t gfp) { return allocate(bytes, 0); }
void* kcalloc(size_t n, size_t bytes, gfp_t gfp) { return allocate(n * bytes, 0); }
void kfree(const void* object) {
  int i;

  for (i = 0; i < n_objects; i++)
    if (objects[i].at == object) objects[i].freed = 1;
}
void kref_init(struct kref* kref) { kref->count = 1; }
void kref_get(struct kref* kref) { kref->count++; }
bool kref_put(struct kref* kref, void (*release)(struct kref*)) {
  if (--kref->count) return 0;
  release(kref);
  return 1;
}

/* Running. */

static void reach(const void* memory, unsigned long bytes);
static void reach_word(const char* word) {
  const struct page* page = (const struct page*)word;
  int i;

  if (page >= pages && page < pages + n_pages)
    pages[page - pages].gets = pages[page - pages].pins = 0;
  for (i = 0; i < n_objects; i++) {
    if (objects[i].freed || objects[i].seen) continue;
    if (word < objects[i].at || word >= objects[i].at + objects[i].bytes) continue;
    objects[i].seen = 1;
    reach(objects[i].at, objects[i].bytes);
  }
}
/* What can be reached from there is no leak. */
static void reach(const void* memory, unsigned long bytes) {
  const char* const* words = memory;
  unsigned long i;

  for (i = 0; i < bytes / sizeof(*words); i++) reach_word(words[i]);
}

/* The next sequence of choices; 0: that was the last. */
static int next(void) {
  n_choices = asked;
  while (n_choices && choices[n_choices - 1] + 1 >= alternatives[n_choices - 1]) --n_choices;
  if (!n_choices) return 0;
  ++choices[n_choices - 1];
  return 1;
}

static unsigned run(const struct made* one) {
  static struct box box;
  volatile long returned = 0;
  int i;

  memset(&box, 0, sizeof(box));
  memset(&parked, 0, sizeof(parked));
  *kind_of(&box.iter) = ANY;
  n_pages = n_calls = n_objects = asked = turns = 0;
  wrong = 0;
  if (sigsetjmp(end_of_run, 1) == 0) {
    returned = one->run(0x1000 + choose(1 << one->bits), &box);
    reach_word((const char*)returned);
    reach(&box, sizeof(box));
    reach(&parked, sizeof(parked));
    for (i = 0; i < n_pages; i++)
      if (pages[i].gets > 0 || pages[i].pins > 0) wrong |= LEAK;
  }
  for (i = 0; i < n_objects; i++) free(objects[i].at);
  return wrong;
}

/* Of each function: its name, the bits, and how often it was run. */
int main(void) {
  const struct made* one;

  signal(SIGSEGV, nowhere);
  signal(SIGBUS, nowhere);
  for (one = all_made; one->name; one++) {
    unsigned all = 0;
    long runs = 0;

    n_choices = 0;
    do all |= run(one);
    while (next() && ++runs < MOST_RUNS);
    printf("%s %u %ld\n", one->name, runs == MOST_RUNS ? all | CUT : all, runs);
  }
  return 0;
}
