/* SPDX-License-Identifier: MIT */
/* Pages of files. */
#include "pincheck.h"

/* expect looks_one_up: balanced */
int looks_one_up(struct address_space* mapping) {
  struct page* page = pagecache_get_page(mapping, 0, 0, 0);

  if (!page) return -ENOMEM;
  put_page(page);
  return 0;
}

/* expect looks_one_up_and_forgets: leak */
int looks_one_up_and_forgets(struct address_space* mapping, int broken) {
  struct page* page = pagecache_get_page(mapping, 0, 0, 0);

  if (!page) return -ENOMEM;
  if (broken) return -EIO;
  put_page(page);
  return 0;
}

/* expect reads_one: balanced */
int reads_one(struct address_space* mapping) {
  struct folio* folio = read_cache_folio(mapping, 0, NULL, NULL);

  if (IS_ERR(folio)) return PTR_ERR(folio);
  folio_put(folio);
  return 0;
}

/* expect walks_all: balanced */
int walks_all(struct address_space* mapping) {
  struct folio_batch batch = {0};
  unsigned long start = 0;

  while (filemap_get_folios(mapping, &start, 100, &batch)) __folio_batch_release(&batch);
  return 0;
}

/* expect stops_in_the_middle: leak */
int stops_in_the_middle(struct address_space* mapping, int* stop) {
  struct folio_batch batch = {0};
  unsigned long start = 0;

  while (filemap_get_folios(mapping, &start, 100, &batch)) {
    if (*stop) return -EINTR;
    __folio_batch_release(&batch);
  }
  return 0;
}

/* expect drops_them_and_the_batch: dropped twice */
int drops_them_and_the_batch(struct address_space* mapping) {
  struct folio_batch batch = {0};
  unsigned long start = 0;
  unsigned int i, n = filemap_get_folios(mapping, &start, 100, &batch);

  for (i = 0; i < n; i++) folio_put(batch.folios[i]);
  __folio_batch_release(&batch);
  return 0;
}

/* expect puts_one_into_a_tree: balanced */
int puts_one_into_a_tree(struct xarray* tree, unsigned long start) {
  struct page* page;
  int error;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  error = xa_insert(tree, start, page, GFP_KERNEL);
  if (error) put_page(page);
  return error;
}

/* expect forgets_it_when_the_tree_is_full: leak */
int forgets_it_when_the_tree_is_full(struct xarray* tree, unsigned long start) {
  struct page* page;

  if (get_user_pages_fast(start, 1, 0, &page) != 1) return -EFAULT;
  return xa_insert(tree, start, page, GFP_KERNEL);
}
