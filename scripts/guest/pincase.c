// SPDX-License-Identifier: MIT
// Runs one case of corpus/cases on the kernel it finds itself on, checks the data, and prints after
// each system call how much /proc/vmstat's nr_foll_pin_acquired and nr_foll_pin_released grew:
//
//   pincase NAME BYTES OFFSET OPERATION TARGET [MEMORY]
//   -> SAW NAME INDEX ACQUIRED RELEASED HELD IN-FLIGHT
//
// HELD is the `_refcount` of one of the case's pages, less what it was before the first call, and
// IN-FLIGHT the same in the middle of a call to a slow device; "-" where there is nothing to read.
//
// The kernel's trace is on during the calls, and says in markers which case it is of, which of its
// pages to look at, and where each call ends: "case NAME pages=PFN,PFN", "call INDEX", "end".
#define _GNU_SOURCE
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "measure.h"

// --- memory and files ---

static void* map(size_t size, int flags, int fd) {
  void* at = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);
  if (at == MAP_FAILED) fail("mmap");
  return at;
}

static int open_file(const char* path, int flags) {
  const int fd = open(path, flags, 0600);
  if (fd < 0) fail("open %s", path);
  return fd;
}

/// A file of `bytes` bytes, all of them `byte`, on the device and not in the page cache.
static void fill_file(const char* path, int byte) {
  char* data = malloc(bytes);
  memset(data, byte, bytes);
  const int fd = open_file(path, O_RDWR | O_CREAT);
  for (size_t done = 0; done < bytes;) {
    const ssize_t n = pwrite(fd, data + done, bytes - done, (off_t)done);
    if (n <= 0) fail("write %s", path);
    done += (size_t)n;
  }
  fsync(fd);
  posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  close(fd);
  free(data);
}

/// Also what an NFS server keeps of its files.
static void drop_caches(void) {
  const int fd = open_file("/proc/sys/vm/drop_caches", O_WRONLY);
  if (write(fd, "1", 1) != 1) fail("drop_caches");
  close(fd);
}

static void check_data(const char* data, int byte) {
  for (size_t i = 0; i < bytes; ++i)
    if (data[i] != (char)byte) {
      errno = EIO;
      fail("byte %zu is %d", i, data[i]);
    }
}

static void check_file(const char* path, int byte) {
  char* data = malloc(bytes);
  const int fd = open_file(path, O_RDONLY);
  for (size_t done = 0; done < bytes;) {
    const ssize_t n = pread(fd, data + done, bytes - done, (off_t)done);
    if (n <= 0) fail("read %s", path);
    done += (size_t)n;
  }
  check_data(data, byte);
  close(fd);
  free(data);
}

static void need_huge_page(void) {
  FILE* smaps = fopen("/proc/self/smaps_rollup", "r");
  char line[256];
  long huge = 0;
  while (fgets(line, sizeof line, smaps) != NULL) sscanf(line, "AnonHugePages: %ld", &huge);
  fclose(smaps);
  errno = ENOMEM;
  if (huge == 0) fail("no huge page");
}

/// The buffer: `bytes` from `offset` into its first page.
static char* make_buffer(const char* memory, int byte) {
  const size_t size = (offset + bytes + kPage - 1) / kPage * kPage;
  if (strcmp(memory, "mapped") == 0) {
    const char* path = "/mnt/ext4/mapped";
    fill_file(path, byte);
    char* at = map(size, MAP_SHARED, open_file(path, O_RDWR));
    check_data(at, byte);
    watched = at;
    return at;
  }
  const int private = MAP_PRIVATE | MAP_ANONYMOUS;
  if (strcmp(memory, "thp") == 0) {
    char* at = map(size + kHuge, private, -1);
    at += kHuge - (size_t)at % kHuge;
    if (madvise(at, size, MADV_HUGEPAGE) != 0) fail("MADV_HUGEPAGE");
    memset(at, byte, size);
    need_huge_page();
    return at + offset;
  }
  char* at = map(size, private, -1);
  madvise(at, size, MADV_NOHUGEPAGE);
  if (strcmp(memory, "zero") == 0) {
    check_data(at, 0);  // reading maps the zero page
  } else {
    memset(at, byte, size);
    watched = at;
  }
  return at + offset;
}

// --- the ways to do I/O ---

static void all_or_fail(ssize_t done, const char* what) {
  if (done < 0 || (size_t)done != bytes) fail("%s: %zd of %zu bytes", what, done, bytes);
}

static void do_vectors(int fd, char* data, int is_read) {
  const size_t half = bytes / 2;
  const struct iovec parts[2] = {{data, half}, {data + half, bytes - half}};
  begin_io();
  all_or_fail(is_read ? readv(fd, parts, 2) : writev(fd, parts, 2), "vectors");
  mark();
}

static void do_aio(int fd, char* data, int is_read) {
  aio_context_t context = 0;
  if (syscall(SYS_io_setup, 1, &context) != 0) fail("io_setup");
  struct iocb request = {.aio_lio_opcode = is_read ? IOCB_CMD_PREAD : IOCB_CMD_PWRITE,
                         .aio_fildes = (__u32)fd,
                         .aio_buf = (__u64)data,
                         .aio_nbytes = bytes};
  struct iocb* requests[1] = {&request};
  struct io_event event;
  begin_io();
  if (syscall(SYS_io_submit, context, 1, requests) != 1) fail("io_submit");
  if (syscall(SYS_io_getevents, context, 1, 1, &event, NULL) != 1) fail("io_getevents");
  all_or_fail((ssize_t)event.res, "aio");
  mark();
}

struct ring {
  int fd;
  struct io_uring_params params;
  char* queues;
  struct io_uring_sqe* entries;
};

static struct ring make_ring(void) {
  struct ring ring = {0};
  ring.fd = (int)syscall(SYS_io_uring_setup, 1, &ring.params);
  if (ring.fd < 0) fail("io_uring_setup");
  // Since 5.4 one mapping has both queues.
  ring.queues = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd, IORING_OFF_SQ_RING);
  ring.entries = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd, IORING_OFF_SQES);
  if (ring.queues == MAP_FAILED || ring.entries == MAP_FAILED) fail("mmap of the ring");
  return ring;
}

static void run_entry(struct ring* ring, struct io_uring_sqe entry) {
  unsigned* tail = (unsigned*)(ring->queues + ring->params.sq_off.tail);
  unsigned* array = (unsigned*)(ring->queues + ring->params.sq_off.array);
  const unsigned* head = (unsigned*)(ring->queues + ring->params.cq_off.head);
  const struct io_uring_cqe* done = (struct io_uring_cqe*)(ring->queues + ring->params.cq_off.cqes);
  ring->entries[0] = entry;
  array[0] = 0;
  __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
  begin_io();
  if (syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1)
    fail("io_uring_enter");
  errno = 0;
  all_or_fail(done[*head].res, "io_uring");
  mark();
}

static void do_uring(int fd, char* data, int is_read) {
  struct ring ring = make_ring();
  run_entry(&ring, (struct io_uring_sqe){.opcode = is_read ? IORING_OP_READ : IORING_OP_WRITE,
                                         .fd = fd,
                                         .addr = (__u64)data,
                                         .len = (__u32)bytes});
}

static void do_fixed(int fd, char* data, int is_read) {
  struct ring ring = make_ring();
  const struct iovec buffer = {data, bytes};
  if (syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_BUFFERS, &buffer, 1) != 0)
    fail("register");
  mark();
  run_entry(&ring,
            (struct io_uring_sqe){.opcode = is_read ? IORING_OP_READ_FIXED : IORING_OP_WRITE_FIXED,
                                  .fd = fd,
                                  .addr = (__u64)data,
                                  .len = (__u32)bytes});
  if (syscall(SYS_io_uring_register, ring.fd, IORING_UNREGISTER_BUFFERS, NULL, 0) != 0)
    fail("unregister");
  mark();
}

static void splice_all(int from, int to) {
  for (size_t done = 0; done < bytes;) {
    const ssize_t n = splice(from, NULL, to, NULL, bytes - done, 0);
    if (n <= 0) fail("splice after %zu bytes", done);
    done += (size_t)n;
  }
  mark();
}

/// A pipe's buffers to the target.
static void splice_out(int from, int to) {
  begin_io();
  splice_all(from, to);
}

/// A file whose pages are in the page cache, and active: reading them moves them no more.
static int open_source(void) {
  const char* path = "/mnt/ext4/source";
  fill_file(path, kNewByte);
  for (int i = 0; i < 4; ++i) check_file(path, kNewByte);
  const int fd = open_file(path, O_RDWR);
  watched = map(bytes, MAP_SHARED, fd);
  check_data(watched, kNewByte);
  begin_case();
  return fd;
}

static void do_vmsplice(int fd, char* data, unsigned flags) {
  int ends[2];
  if (pipe(ends) != 0) fail("pipe");
  const struct iovec buffer = {data, bytes};
  all_or_fail(vmsplice(ends[1], &buffer, 1, flags), "vmsplice");
  mark();
  splice_out(ends[0], fd);
}

static void do_tee(int fd) {
  int ring[2];
  int copy[2];
  const int source = open_source();
  if (pipe(ring) != 0 || pipe(copy) != 0) fail("pipe");
  splice_all(source, ring[1]);
  all_or_fail(tee(ring[0], copy[1], bytes, 0), "tee");
  mark();
  splice_out(ring[0], fd);
  lseek(fd, 0, SEEK_SET);
  splice_out(copy[0], fd);
}

static void do_splice(int fd) {
  int ends[2];
  const int source = open_source();
  if (pipe(ends) != 0) fail("pipe");
  splice_all(source, ends[1]);
  splice_out(ends[0], fd);
}

static void do_splice_read(int fd) {
  int ends[2];
  char* data = malloc(bytes);
  if (pipe(ends) != 0) fail("pipe");
  splice_all(fd, ends[1]);
  all_or_fail(read(ends[0], data, bytes), "read from the pipe");
  mark();
  check_data(data, kOldByte);
}

static void do_sendfile(int fd) {
  const int source = open_source();
  begin_io();
  all_or_fail(sendfile(fd, source, NULL, bytes), "sendfile");
  mark();
}

static void do_plain(int fd, char* data, int is_read) {
  begin_io();
  all_or_fail(is_read ? read(fd, data, bytes) : write(fd, data, bytes), "read or write");
  mark();
}

/// Runs the operation; returns 0 when its name is unknown.
static int run(const char* operation, int fd, char* data) {
  const int is_read = strstr(operation, "read") != NULL;
  if (strcmp(operation, "splice-read") == 0) watched = NULL;  // its pages are the pipe's
  begin_case();
  if (strcmp(operation, "read") == 0 || strcmp(operation, "write") == 0) {
    do_plain(fd, data, is_read);
  } else if (strcmp(operation, "readv") == 0 || strcmp(operation, "writev") == 0) {
    do_vectors(fd, data, is_read);
  } else if (strncmp(operation, "aio-", 4) == 0) {
    do_aio(fd, data, is_read);
  } else if (strncmp(operation, "uring-", 6) == 0) {
    do_uring(fd, data, is_read);
  } else if (strncmp(operation, "fixed-", 6) == 0) {
    do_fixed(fd, data, is_read);
  } else if (strcmp(operation, "splice") == 0) {
    do_splice(fd);
  } else if (strcmp(operation, "splice-read") == 0) {
    do_splice_read(fd);
  } else if (strcmp(operation, "sendfile") == 0) {
    do_sendfile(fd);
  } else if (strncmp(operation, "vmsplice", 8) == 0) {
    do_vmsplice(fd, data, strstr(operation, "gift") != NULL ? SPLICE_F_GIFT : 0);
  } else if (strcmp(operation, "tee") == 0) {
    do_tee(fd);
  } else {
    return 0;
  }
  return 1;
}

/// The file or device that a target's name stands for.
static const char* target_path(const char* target) {
  static char path[64];
  if (strcmp(target, "bdev") == 0) return "/dev/vdb";
  if (strcmp(target, "slow") == 0) return "/dev/nullb0";
  if (strcmp(target, "slow-fuse") == 0) return "/mnt/fuse/slow";
  if (strcmp(target, "slow-nfs") == 0) return "/mnt/nfs/slow/file";
  snprintf(path, sizeof path, "/mnt/%s/file", target);
  return path;
}

/// So that its batches of pages are those that begin_case() empties.
static void stay_on_one_cpu(void) {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(0, &cpus);
  if (sched_setaffinity(0, sizeof cpus, &cpus) != 0) fail("sched_setaffinity");
}

int main(int argc, char** argv) {
  if (argc < 6) {
    fprintf(stderr, "usage: pincase NAME BYTES OFFSET OPERATION TARGET [MEMORY]\n");
    return 2;
  }
  name = argv[1];
  bytes = strtoul(argv[2], NULL, 10);
  offset = strtoul(argv[3], NULL, 10);
  const char* operation = argv[4];
  const char* memory = argc > 6 ? argv[6] : "anon";
  const int is_read = strstr(operation, "read") != NULL;
  const char* path = target_path(argv[5]);
  slow = strncmp(argv[5], "slow", 4) == 0;
  stay_on_one_cpu();

  fill_file(path, kOldByte);
  if (slow) drop_caches();
  char* data = make_buffer(memory, is_read ? kOldByte - 1 : kNewByte);
  const int fd = open_file(path, O_RDWR | O_DIRECT);
  if (!run(operation, fd, data)) fail("unknown operation %s", operation);
  end_trace();
  close(fd);
  if (is_read && strcmp(operation, "splice-read") != 0) check_data(data, kOldByte);
  if (!is_read) check_file(path, strcmp(memory, "zero") == 0 ? 0 : kNewByte);
  return 0;
}
