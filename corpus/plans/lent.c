/* SPDX-License-Identifier: MIT */
/* What callees that nobody knows are given: they change no field that was set. */
#include "pincheck.h"

struct request {
  void* scratch;
  unsigned int n;
  struct page** pages;
};

void sends(struct request* request);

/* Who is given a request does not change how many pages it has. */
/* expect drops_what_was_sent: balanced */
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

/* sends() is given what holds the page, at an offset that nobody knows: it can keep it. */
/* expect keeps_it_behind_a_header: balanced */
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

struct answer {
  int length;
  int error;
};

void asks(struct answer* answer);

/* A zero may be there to be changed. */
/* expect leaks_after_an_answer: undecided */
int leaks_after_an_answer(unsigned long start) {
  struct answer answer = {0};
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  asks(&answer);
  if (answer.error) return answer.error;
  put_page(page);
  return 0;
}

void writes(int* error);

/* A word by itself is there to be changed. */
/* expect leaks_after_an_error: leak */
int leaks_after_an_error(unsigned long start) {
  struct page* page;
  int error = 0;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  writes(&error);
  if (error) return error;
  put_page(page);
  return 0;
}

/* What lies at an index that nobody knows may be what was put at another. */
/* expect drops_at_an_index: undecided */
int drops_at_an_index(unsigned long start, unsigned int i) {
  struct page* pages[2];

  if (get_user_pages_fast(start, 1, 0, pages) != 1) return -EFAULT;
  put_page(pages[i]);
  return 0;
}

/* Of pages that came together the next may be one of them, or not. */
/* expect drops_a_neighbour: undecided */
int drops_a_neighbour(unsigned long start, unsigned int i) {
  struct page* pages[2];

  if (get_user_pages_fast(start, 1, 0, pages) != 1) return -EFAULT;
  put_page((struct page*)((char*)pages[0] + 64ul * i));
  return 0;
}

static int looks(unsigned long start) {
  struct page* page;
  int i;

  for (i = 0; i < 2; i++) {
    if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
    put_page(page);
  }
  return 0;
}

/* What is known of a callee need not be found again. */
/* expect looks: balanced */
/* expect calls_what_is_settled: balanced */
int calls_what_is_settled(unsigned long start) { return looks(start); }

static void looks_and_sends(unsigned long start, struct request* request) {
  struct page* page;

  sends(request);
  if (get_user_pages_fast(start, 1, 0, &page) != 1) return;
  put_page(page);
}

/* But for what it does with pages that it is given. */
/* expect looks_and_sends: balanced */
/* expect gives_pages_to_what_is_settled: undecided */
int gives_pages_to_what_is_settled(unsigned long start) {
  struct request request = {0};
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  request.pages = &page;
  looks_and_sends(start, &request);
  return 0;
}

struct holder {
  struct page* page;
};

int starts(struct holder* holder);

/* After an error its only caller keeps what it cannot know to be there. */
/* expect fills: undecided */
int fills(struct holder* holder) {
  holder->page = alloc_page(GFP_KERNEL);
  if (!holder->page) return -ENOMEM;
  return starts(holder) ? -EIO : 0;
}

/* expect fills_or_not: balanced */
void fills_or_not(struct holder* holder) { fills(holder); }

/* What lies before the place that is given stays. */
/* expect gives_a_part: balanced */
int gives_a_part(unsigned long start) {
  struct {
    int length;
    struct answer answer;
  } mine;
  struct page* page;

  mine.length = 1;
  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  asks(&mine.answer);
  if (mine.length != 1) return -EIO;
  put_page(page);
  return 0;
}

/* What the path stores itself afterwards counts, not what was lent. */
/* expect stores_after_it_asked: leak */
int stores_after_it_asked(unsigned long start, int error) {
  struct answer answer;
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  answer.length = 1;
  asks(&answer);
  answer.length = error;
  asks(&answer);
  if (answer.length == 2) return -EIO;
  put_page(page);
  return 0;
}

static int fills_after_all(struct holder* holder) {
  holder->page = alloc_page(GFP_KERNEL);
  if (!holder->page) return -ENOMEM;
  return starts(holder) ? -EIO : 0;
}

/* A caller that was not followed so far drops nothing. */
/* expect fills_after_all: undecided */
/* expect takes_many_and_fills: undecided */
int takes_many_and_fills(struct holder* holder) {
  struct page* many[99];

  if (get_user_pages_fast(0, 99, 0, many) == 99) release_pages(many, 99);
  return fills_after_all(holder);
}

static int looks_at_both(unsigned long start, int deep);

static int looks_at_one(unsigned long start, int deep) {
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  put_page(page);
  return deep ? looks_at_both(start, deep - 1) : 0;
}

static int looks_at_both(unsigned long start, int deep) {
  return looks_at_one(start, deep) ? -EIO : looks_at_one(start, 0);
}

/* Functions that call each other in a circle. */
/* expect looks_at_one: balanced */
/* expect looks_at_both: balanced */
/* expect looks_in_a_circle: balanced */
int looks_in_a_circle(unsigned long start, int deep) { return looks_at_both(start, deep); }

/* Paths that lent different words do not go on alike. */
/* expect leaks_of_one_word: leak */
int leaks_of_one_word(unsigned long start, int which, int more) {
  struct answer answer;
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  answer.length = which ? 1 : 2;
  asks(&answer);
  if (more) starts(NULL);
  if (answer.length == 2) return -EIO;
  put_page(page);
  return 0;
}

static int fails(int k) { return k ? -EIO : -EINVAL; }

int fills_or_drops(struct holder* holder) {
  holder->page = alloc_page(GFP_KERNEL);
  if (!holder->page) return -ENOMEM;
  return starts(holder) ? -EIO : 0;
}

/* What another one's error leaves is not what was taken before. */
/* expect fills_or_drops: balanced */
/* expect fills_and_fails: balanced */
void fills_and_fails(struct holder* holder, int k) {
  holder->page = NULL;
  if (fills_or_drops(holder)) {
    if (holder->page) put_page(holder->page);
  } else {
    fails(k);
  }
}

static int looks_and_counts(unsigned long start, struct request* request) {
  struct page* page;
  int i;

  for (i = 0; i < 2; i++) {
    if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
    put_page(page);
  }
  return request->n;
}

/* One that is given pages is followed, and keeps none here. */
/* expect looks_and_counts: balanced */
/* expect gives_pages_to_one_that_looks: leak */
int gives_pages_to_one_that_looks(unsigned long start) {
  struct request request = {0};
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  request.pages = &page;
  return looks_and_counts(start, &request);
}

void sends_number(unsigned long number);

/* A page's number is as good as its address. */
/* expect gives_a_number: undecided */
int gives_a_number(unsigned long start) {
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  sends_number((unsigned long)page >> 6);
  return 0;
}

static int fills_or_says(struct holder* holder) {
  holder->page = alloc_page(GFP_KERNEL);
  if (!holder->page) return -ENOMEM;
  if (starts(holder) == 7) return 0;
  return -EIO;
}

/* Whether there was an error is known where paths meet again. */
/* expect fills_or_says: undecided */
/* expect fills_and_goes_on: balanced */
void fills_and_goes_on(struct holder* holder, int more) {
  fills_or_says(holder);
  if (more) starts(NULL);
}

/* And whether a callee has taken any. */
/* expect looks_if_so: balanced */
int looks_if_so(unsigned long start, int so) {
  if (so) looks(start);
  return starts(NULL);
}

/* expect looks_if_not: balanced */
int looks_if_not(unsigned long start, int so) {
  if (so)
    starts(NULL);
  else
    looks(start);
  return starts(NULL);
}
