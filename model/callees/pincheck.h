/* SPDX-License-Identifier: MIT */
/*
 * What a plan of a driver needs of the kernel, so that `pincheck scan` can read it without any
 * kernel: names and meanings are the kernel's, the text is ours. model/callees describes what the
 * functions do to pages; those with a body here are read like the plan itself.
 */
#pragma once

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long loff_t;
typedef unsigned long size_t;
typedef long ssize_t;
typedef unsigned int gfp_t;
typedef _Bool bool;
#define false 0
#define true 1

#define NULL ((void*)0)
#define GFP_KERNEL ((gfp_t)0xcc0)
#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define container_of(p, type, member) ((type*)((char*)(p) - __builtin_offsetof(type, member)))
#define FOLL_WRITE 0x01
#define FOLL_LONGTERM 0x100

#define EINTR 4
#define EIO 5
#define EAGAIN 11
#define ENOMEM 12
#define EFAULT 14
#define EBUSY 16
#define EINVAL 22

#define MAX_ERRNO 4095
#define IS_ERR_VALUE(x) ((unsigned long)(void*)(x) >= (unsigned long)-MAX_ERRNO)
static inline void* ERR_PTR(long error) { return (void*)error; }
static inline long PTR_ERR(const void* pointer) { return (long)pointer; }
static inline bool IS_ERR(const void* pointer) { return IS_ERR_VALUE(pointer); }
static inline bool IS_ERR_OR_NULL(const void* pointer) { return !pointer || IS_ERR(pointer); }

struct page;
struct folio;
struct bio;
struct bio_vec;
struct kvec;
struct iov_iter {
  unsigned long fields[5];
};
struct address_space;
struct xarray;
struct file;
struct mm_struct;

/* References to pages of user memory. */
long pin_user_pages(unsigned long start, unsigned long n, unsigned int flags, struct page** pages);
int pin_user_pages_fast(unsigned long start, int n, unsigned int flags, struct page** pages);
long pin_user_pages_unlocked(unsigned long start, unsigned long n, struct page** pages,
                             unsigned int flags);
long get_user_pages(unsigned long start, unsigned long n, unsigned int flags, struct page** pages);
int get_user_pages_fast(unsigned long start, int n, unsigned int flags, struct page** pages);
void unpin_user_page(struct page* page);
void unpin_user_pages(struct page** pages, unsigned long n);
void unpin_user_pages_dirty_lock(struct page** pages, unsigned long n, bool dirty);
void unpin_user_page_range_dirty_lock(struct page* page, unsigned long n, bool dirty);
void unpin_user_folio(struct folio* folio, unsigned long n);

/* References to a page at hand. */
void get_page(struct page* page);
bool try_get_page(struct page* page);
void put_page(struct page* page);
void release_pages(struct page** pages, int n);
struct folio* page_folio(struct page* page);
void folio_get(struct folio* folio);
void folio_put(struct folio* folio);
struct page* vmalloc_to_page(const void* address);
bool pfn_valid(unsigned long number);
void* page_address(const struct page* page);
void free_page(unsigned long address);
struct page* alloc_page(gfp_t gfp);
void __free_page(struct page* page);

/* Pages of an iterator. */
ssize_t iov_iter_get_pages2(struct iov_iter* i, struct page** pages, size_t bytes, unsigned int n,
                            size_t* start);
ssize_t iov_iter_get_pages_alloc2(struct iov_iter* i, struct page*** pages, size_t bytes,
                                  size_t* start);
ssize_t iov_iter_extract_pages(struct iov_iter* i, struct page*** pages, size_t bytes,
                               unsigned int n, unsigned int flags, size_t* start);
bool iov_iter_extract_will_pin(const struct iov_iter* i);
bool user_backed_iter(const struct iov_iter* i);
int iov_iter_npages(const struct iov_iter* i, int most);
void iov_iter_revert(struct iov_iter* i, size_t bytes);
int iov_iter_type(const struct iov_iter* i);
bool iov_iter_is_bvec(const struct iov_iter* i);
bool iov_iter_is_kvec(const struct iov_iter* i);
void iov_iter_ubuf(struct iov_iter* i, unsigned int direction, void* buffer, size_t count);
void iov_iter_bvec(struct iov_iter* i, unsigned int direction, const struct bio_vec* bvec,
                   unsigned long n, size_t count);
void iov_iter_kvec(struct iov_iter* i, unsigned int direction, const struct kvec* kvec,
                   unsigned long n, size_t count);

/* Tables of pages. */
struct scatterlist {
  unsigned long page_link;
  unsigned int offset, length;
  u64 dma_address;
  unsigned int dma_length, dma_flags;
};
struct sg_table {
  struct scatterlist* sgl;
  unsigned int nents, orig_nents;
};
void sg_init_table(struct scatterlist* sgl, unsigned int n);
struct scatterlist* sg_next(struct scatterlist* sg);
int sg_alloc_table(struct sg_table* table, unsigned int n, gfp_t gfp);
int sg_alloc_table_from_pages_segment(struct sg_table* table, struct page** pages, unsigned int n,
                                      unsigned int offset, unsigned long size,
                                      unsigned int max_segment, gfp_t gfp);
void sg_free_table(struct sg_table* table);
static inline void sg_set_page(struct scatterlist* sg, struct page* page, unsigned int length,
                               unsigned int offset) {
  sg->page_link = (sg->page_link & 3) | (unsigned long)page;
  sg->offset = offset;
  sg->length = length;
}
static inline struct page* sg_page(struct scatterlist* sg) {
  return (struct page*)(sg->page_link & ~3UL);
}

/* Requests to block devices. */
struct bio* bio_kmalloc(unsigned short n, gfp_t gfp);
int bio_add_page(struct bio* bio, struct page* page, unsigned int length, unsigned int offset);
void bio_free_pages(struct bio* bio);
void bio_put(struct bio* bio);
void submit_bio(struct bio* bio);

/* Pages of files. */
struct folio_batch {
  unsigned char nr, i;
  bool drained;
  struct folio* folios[31];
};
struct page* pagecache_get_page(struct address_space* mapping, unsigned long index, int flags,
                                gfp_t gfp);
struct folio* read_cache_folio(struct address_space* mapping, unsigned long index, void* filler,
                               struct file* file);
unsigned int filemap_get_folios(struct address_space* mapping, unsigned long* start,
                                unsigned long end, struct folio_batch* batch);
void __folio_batch_release(struct folio_batch* batch);
int xa_insert(struct xarray* tree, unsigned long index, void* entry, gfp_t gfp);

/* Memory. */
void* kmalloc(size_t bytes, gfp_t gfp);
void* kzalloc(size_t bytes, gfp_t gfp);
void* kcalloc(size_t n, size_t bytes, gfp_t gfp);
void* kmalloc_array(size_t n, size_t bytes, gfp_t gfp);
void* kvmalloc_array(size_t n, size_t bytes, gfp_t gfp);
void kfree(const void* object);
void kvfree(const void* object);

/* Lists. */
struct list_head {
  struct list_head *next, *prev;
};
static inline void INIT_LIST_HEAD(struct list_head* list) {
  list->next = list;
  list->prev = list;
}
static inline void list_add_tail(struct list_head* one, struct list_head* head) {
  struct list_head* last = head->prev;

  one->next = head;
  one->prev = last;
  last->next = one;
  head->prev = one;
}
static inline void list_del(struct list_head* one) {
  one->next->prev = one->prev;
  one->prev->next = one->next;
}
static inline bool list_empty(const struct list_head* head) { return head->next == head; }

/* Counted objects. */
struct kref {
  int count;
};
void kref_init(struct kref* kref);
void kref_get(struct kref* kref);
bool kref_put(struct kref* kref, void (*release)(struct kref* kref));
