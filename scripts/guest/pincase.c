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
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { kPage = 4096, kHuge = 2 << 20, kOldByte = 0x5a, kNewByte = 0xa5 };

static const char* name;
static size_t bytes;
static size_t offset;

static void fail(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  printf("FAILED %s: ", name);
  vprintf(format, arguments);
  printf(": %s\n", strerror(errno));
  exit(1);
}

// --- what is measured ---

struct pins {
  long acquired, released;
};

static struct pins last;

static struct pins read_pins(void) {
  // Counters are per CPU; the write folds them.
  const int refresh = open("/proc/sys/vm/stat_refresh", O_WRONLY);
  if (refresh < 0 || write(refresh, "1", 1) != 1) fail("stat_refresh");
  close(refresh);
  struct pins now = {0, 0};
  FILE* vmstat = fopen("/proc/vmstat", "r");
  char line[128];
  while (fgets(line, sizeof line, vmstat) != NULL) {
    sscanf(line, "nr_foll_pin_acquired %ld", &now.acquired);
    sscanf(line, "nr_foll_pin_released %ld", &now.released);
  }
  fclose(vmstat);
  return now;
}

/// Completions release their pages after they have reported: waits until nothing moves.
static struct pins settled_pins(void) {
  struct pins before = read_pins();
  for (int tries = 0; tries < 100; ++tries) {
    usleep(20000);
    const struct pins now = read_pins();
    if (now.acquired == before.acquired && now.released == before.released) break;
    before = now;
  }
  return before;
}

/// A page of the case that the process maps, or NULL: the zero page is everybody's, and a huge
/// page has one counter for all its pages.
static const char* watched;
static int first_count;
static unsigned long first_frame;
static int slow;  ///< the target answers late

enum { kMiddle = 150000 };  ///< microseconds into a call to a slow device

enum { kMarkedPages = 4 };

static void write_tracing(const char* file, const char* text) {
  char path[64];
  snprintf(path, sizeof path, "/sys/kernel/tracing/%s", file);
  const int fd = open(path, O_WRONLY | O_TRUNC);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) fail("%s", path);
  close(fd);
}

static long pread_number(const char* path, off_t at) {
  const int fd = open(path, O_RDONLY);
  long value = 0;
  if (fd < 0 || pread(fd, &value, sizeof value, at) != sizeof value) fail("read %s", path);
  close(fd);
  return value;
}

/// Where /proc/kcore has a kernel address.
static off_t in_kcore(unsigned long address) {
  Elf64_Ehdr header;
  Elf64_Phdr segment;
  const int fd = open("/proc/kcore", O_RDONLY);
  off_t found = 0;
  if (fd < 0 || pread(fd, &header, sizeof header, 0) != sizeof header) fail("/proc/kcore");
  for (int i = 0; i < header.e_phnum; ++i) {
    const off_t at = (off_t)(header.e_phoff + (unsigned)i * sizeof segment);
    if (pread(fd, &segment, sizeof segment, at) != sizeof segment) fail("/proc/kcore");
    if (address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_memsz)
      found = (off_t)(segment.p_offset + address - segment.p_vaddr);
  }
  close(fd);
  if (found == 0) fail("address %lx is not in /proc/kcore", address);
  return found;
}

/// The page frame that is mapped there.
static unsigned long frame_of(const char* at) {
  const off_t entry = (off_t)((unsigned long)at / kPage * sizeof(long));
  return (unsigned long)pread_number("/proc/self/pagemap", entry) & ((1UL << 55) - 1);
}

/// `_refcount` of the watched page. Offsets are those of 6.1 and 6.12 on x86-64, booted nokaslr.
static int read_refcount(void) {
  const unsigned long vmemmap = 0xffffea0000000000;
  return (int)pread_number("/proc/kcore", in_kcore(vmemmap + frame_of(watched) * 64 + 0x34));
}

/// Empties the trace and starts it with the case's name and pages.
static void begin_trace(void) {
  char text[256];
  int length = snprintf(text, sizeof text, "case %s pages=", name);
  const size_t pages = (offset + bytes + kPage - 1) / kPage;
  for (size_t i = 0; watched != NULL && i < pages && i < kMarkedPages; ++i)
    length += snprintf(text + length, sizeof text - (size_t)length, "%s%#lx", i > 0 ? "," : "",
                       frame_of(watched + i * kPage));
  write_tracing("trace", "");
  write_tracing("tracing_on", "1");
  write_tracing("trace_marker", text);
}

static void end_trace(void) {
  write_tracing("trace_marker", "end");
  write_tracing("tracing_on", "0");
}

static int in_flight;
static pthread_t observer;

static void* observe(void* unused) {
  usleep(kMiddle);
  in_flight = read_refcount() - first_count;
  return unused;
}

/// Begins a system call that waits for the device.
static void begin_io(void) {
  if (slow && watched != NULL && pthread_create(&observer, NULL, observe, NULL) != 0)
    fail("pthread_create");
}

/// Ends a system call of the case.
static void mark(void) {
  static int index = 0;
  const struct pins now = settled_pins();
  char held[16] = "-";
  char middle[16] = "-";
  if (observer != 0) {
    pthread_join(observer, NULL);
    snprintf(middle, sizeof middle, "%d", in_flight);
    observer = 0;
  }
  char text[16];
  snprintf(text, sizeof text, "call %d", index);
  write_tracing("trace_marker", text);
  errno = 0;
  if (watched != NULL && frame_of(watched) != first_frame) fail("the page was replaced");
  if (watched != NULL) snprintf(held, sizeof held, "%d", read_refcount() - first_count);
  printf("SAW %s %d %ld %ld %s %s\n", name, index++, now.acquired - last.acquired,
         now.released - last.released, held, middle);
  last = now;
}

/// Gives back the references of this CPU's batches of pages on their way to the LRU lists, and
/// notes where all counters begin.
static void begin_case(void) {
  const int fd = open("/mnt/ext4/drain", O_RDWR | O_CREAT, 0600);
  if (write(fd, "x", 1) != 1) fail("drain");
  posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  close(fd);
  if (watched != NULL) {
    first_frame = frame_of(watched);
    first_count = read_refcount();
  }
  last = settled_pins();
  begin_trace();
}

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
