/* SPDX-License-Identifier: MIT */
/*
 * The kernel's functions for plans that are compiled and run: they count references, and do what a
 * sequence of choices says. Every sequence is run. Beside it a table of functions (generated).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EFAULT 14
#define MOST 64

struct page {
  int gets, pins, counted;
};
struct box {
  struct page* page[16];
  int n;
};

static struct page pages[MOST];
static int n_pages;
static int choices[MOST], alternatives[MOST], n_choices, asked;
static void* objects[MOST];
static int n_objects;
/* What a path did wrong: bits, in the order of follow::Wrong. */
static unsigned wrong;
enum { LEAK = 1, TWICE = 2, PRIMITIVE = 4, NEVER = 8 };

static int choose(int n) {
  int answer = 0;

  if (asked < n_choices)
    answer = choices[asked];
  else
    choices[n_choices++] = 0;
  alternatives[asked++] = n;
  return answer;
}

int choice(void) { return choose(2); }
int three(void) { return choose(3); }

static struct page* fresh(void) {
  struct page* page = &pages[n_pages++];

  memset(page, 0, sizeof(*page));
  page->counted = 1;
  return page;
}

static int take(int n, struct page** array, int pin) {
  int i, got, outcome = choose(n == 1 ? 2 : 3);

  got = outcome == 0 ? n : outcome == 1 && n > 1 ? n - 1 : -EFAULT;
  for (i = 0; i < got; i++) {
    array[i] = fresh();
    *(pin ? &array[i]->pins : &array[i]->gets) = 1;
  }
  return got;
}

int pin_user_pages_fast(unsigned long s, int n, unsigned f, struct page** a) {
  return take(n, a, 1);
}
int get_user_pages_fast(unsigned long s, int n, unsigned f, struct page** a) {
  return take(n, a, 0);
}

static int is_page(const struct page* page) { return page >= pages && page < pages + n_pages; }

/* Past what is wrong nothing is said of the path. */
static void drop(struct page* page, int pin) {
  int *mine, *other;

  if (wrong) return;
  if (!is_page(page)) {
    wrong = NEVER;
    return;
  }
  mine = pin ? &page->pins : &page->gets;
  other = pin ? &page->gets : &page->pins;
  if (*mine > 0) {
    --*mine;
  } else {
    wrong = *other > 0 ? PRIMITIVE : TWICE;
  }
}

void unpin_user_page(struct page* page) { drop(page, 1); }
void put_page(struct page* page) { drop(page, 0); }
void __free_page(struct page* page) { drop(page, 0); }
void get_page(struct page* page) {
  if (!is_page(page))
    wrong = wrong ? wrong : NEVER;
  else
    ++page->gets;
}
void unpin_user_pages(struct page** a, unsigned long n) {
  if ((long)n > 0)
    while (n--) unpin_user_page(*a++);
}
void release_pages(struct page** a, int n) {
  for (; n > 0; n--) put_page(*a++);
}
struct page* alloc_page(unsigned gfp) {
  struct page* page;

  if (choose(2)) return NULL;
  page = fresh();
  page->gets = 1;
  return page;
}
void* kzalloc(unsigned long bytes, unsigned gfp) {
  if (choose(2)) return NULL;
  return objects[n_objects++] = calloc(1, bytes);
}
void* kmalloc(unsigned long bytes, unsigned gfp) { return kzalloc(bytes, gfp); }
void kfree(const void* object) {}

struct function {
  const char* name;
  long (*run)(unsigned long, struct box*);
};
extern const struct function functions[];

static int reaches(const struct box* box, const struct page* page) {
  int i;

  for (i = 0; i < 16; i++)
    if (box->page[i] == page) return 1;
  return 0;
}

/* The next sequence of choices; 0: that was the last. */
static int next(void) {
  n_choices = asked;
  while (n_choices && choices[n_choices - 1] + 1 >= alternatives[n_choices - 1]) --n_choices;
  if (!n_choices) return 0;
  ++choices[n_choices - 1];
  return 1;
}

int main(void) {
  const struct function* one;

  for (one = functions; one->name; one++) {
    unsigned all = 0;

    n_choices = 0;
    do {
      struct box box = {{0}};
      int i;

      n_pages = asked = n_objects = wrong = 0;
      one->run(0x1000, &box);
      for (i = 0; i < n_pages; i++)
        if ((pages[i].gets > 0 || pages[i].pins > 0) && !reaches(&box, &pages[i]))
          all |= wrong ? 0 : LEAK;
      all |= wrong;
      for (i = 0; i < n_objects; i++) free(objects[i]);
    } while (next());
    printf("%s %u\n", one->name, all);
  }
  return 0;
}
