// SPDX-License-Identifier: MIT
// Read: block/bio-integrity.c bio_integrity_uncopy_user dropped twice
//
// An NVMe read whose metadata goes to nine pages copies it, and keeps the pages behind the copy in
// a vector of sixteen. All of those are unpinned, also the six that nobody filled in: they still
// have the pages of the last I/O of that size, which is of a registered buffer, pinned for as long
// as the ring is there. Metadata on three pages needs no such vector.
#define _GNU_SOURCE
#include <linux/io_uring.h>
#include <linux/nvme_ioctl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "../../../scripts/guest/pages.h"

enum {
  kVector = 16,         ///< bio_vecs of a vector, the first of which is the copy's
  kMost = kVector - 1,  ///< pages of the registered buffer, to which metadata goes
  kData = kMost,        ///< the page to which data goes
  kPages = kData + 1,
  kEntry = 128,  ///< bytes of a submission with room for an NVMe command
};

static char* memory;

struct ring {
  int fd;
  struct io_uring_params params;
  char* queue;
  char* entries;
};

static char* map(size_t size, int flags, int fd, off_t at) {
  void* mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, at);
  if (mapped == MAP_FAILED) fail("mmap");
  return mapped;
}

static struct ring make_ring(void) {
  struct ring ring = {.params = {.flags = IORING_SETUP_SQE128 | IORING_SETUP_CQE32}};
  const struct iovec buffer = {memory, kMost * kPage};
  ring.fd = (int)syscall(SYS_io_uring_setup, 1, &ring.params);
  if (ring.fd < 0 ||
      syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_BUFFERS, &buffer, 1) != 0)
    fail("io_uring");
  ring.queue = map(kPage, MAP_SHARED, ring.fd, IORING_OFF_SQ_RING);
  ring.entries = map(kEntry, MAP_SHARED, ring.fd, IORING_OFF_SQES);
  return ring;
}

static void read_with_metadata(struct ring* ring, int device, unsigned pages) {
  struct io_uring_sqe* entry = (struct io_uring_sqe*)ring->entries;
  memset(entry, 0, kEntry);
  entry->opcode = IORING_OP_URING_CMD;
  entry->fd = device;
  entry->cmd_op = NVME_URING_CMD_IO;
  *(struct nvme_uring_cmd*)entry->cmd =
      (struct nvme_uring_cmd){.opcode = 2,  // read
                              .nsid = 1,
                              .addr = (__u64)(memory + kData * kPage),
                              .data_len = 512,
                              .metadata = (__u64)memory,
                              .metadata_len = pages * kPage};
  unsigned* tail = (unsigned*)(ring->queue + ring->params.sq_off.tail);
  __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
  if (syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1)
    fail("NVME_URING_CMD_IO");
  // So that the next one is waited for, too.
  unsigned* head = (unsigned*)(ring->queue + ring->params.cq_off.head);
  __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
}

/// Reads with metadata on all of the buffer, and then on so many pages of it, and says whether the
/// predicted number of pins was dropped, and one of the buffer's last page.
static void look(struct ring* ring, int device, unsigned pages, int unfilled) {
  const char* at = memory + (kMost - 1) * kPage;
  const int count = refcount_of(at);
  const struct pins before = settled_pins();
  read_with_metadata(ring, device, kMost);
  read_with_metadata(ring, device, pages);
  const struct pins now = settled_pins();
  const long taken = now.acquired - before.acquired;
  const long dropped = now.released - before.released;
  const int lost = count - refcount_of(at);
  const int good = taken == kMost + 1 + pages + 1 && dropped == taken + unfilled &&
                   lost == (unfilled > 0 ? kPinBias : 0);
  printf("  %d, then %-9u%7ld%11ld%9ld%10d -> %-6d%s\n", kMost, pages, taken, taken + unfilled,
         dropped, count, count - lost, good ? "as predicted" : "DIFFERENT");
}

int main(void) {
  name = "bio-integrity-uncopy-user";
  // Vectors are per CPU.
  cpu_set_t first;
  CPU_ZERO(&first);
  CPU_SET(0, &first);
  sched_setaffinity(0, sizeof first, &first);
  memory = map(kPages * kPage, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  madvise(memory, kPages * kPage, MADV_NOHUGEPAGE);
  memset(memory, 1, kPages * kPage);
  const int device = open("/dev/ng0n1", O_RDONLY);
  if (device < 0) fail("NVMe");
  struct ring ring = make_ring();
  printf("  %-18s%6s%11s%9s  %s\n", "pages of metadata", "taken", "predicted", "dropped",
         "count of its last page");
  look(&ring, device, 3, 0);
  look(&ring, device, kMost, 0);
  look(&ring, device, 9, kMost - 9);
}
