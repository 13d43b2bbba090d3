// SPDX-License-Identifier: MIT
// C helpers for what there is before the first step: files, memory, pipes.
#include "checker/reproduce/helpers.hpp"

#include <array>

namespace pincheck::reproduce {
namespace {

constexpr std::array kFiles{
    Helper{"fail", R"(
static _Noreturn void fail(const char* what) {
  printf("FAILED %s: %s\n", what, strerror(errno));
  exit(1);
}
)"},
    Helper{"argument", R"(
/// What the command line says after "KEY=", or NULL.
static const char* argument(int argc, char** argv, const char* key) {
  const size_t length = strlen(key);
  for (int i = 1; i < argc; ++i)
    if (strncmp(argv[i], key, length) == 0 && argv[i][length] == '=') return argv[i] + length + 1;
  return NULL;
}
)"},
    Helper{"mark", R"(
/// A line in the kernel's trace, where somebody traces.
static void mark(const char* text) {
  const int fd = open("/sys/kernel/tracing/trace_marker", O_WRONLY);
  if (fd < 0) return;
  if (write(fd, text, strlen(text)) < 0) perror("trace_marker");
  close(fd);
}
)"},
    Helper{"since", R"(
/// Whether the kernel is that old or newer.
static int since(int major, int minor) {
  struct utsname name;
  int is_major = 0, is_minor = 0;
  if (uname(&name) != 0 || sscanf(name.release, "%d.%d", &is_major, &is_minor) != 2) fail("uname");
  return is_major > major || (is_major == major && is_minor >= minor);
}
)"},
    Helper{"open_file", R"(
static int open_file(const char* path, int flags) {
  const int fd = open(path, flags, 0600);
  if (fd < 0) fail(path);
  return fd;
}
)"},
    Helper{"write_bytes", R"(
static void write_bytes(int fd, off_t at, size_t size, int byte) {
  char* data = malloc(size);
  if (data == NULL) fail("malloc");
  memset(data, byte, size);
  for (size_t done = 0; done < size;) {
    const ssize_t n = pwrite(fd, data + done, size - done, at + (off_t)done);
    if (n <= 0) fail("pwrite");
    done += (size_t)n;
  }
  free(data);
}
)"},
    Helper{"fill_target", R"(
/// OVERWRITES the file's first bytes. They are on the device then, and not in the page cache.
static void fill_target(const char* path, size_t size) {
  const int fd = open_file(path, O_RDWR | O_CREAT);
  write_bytes(fd, 0, size, kOldByte);
  fsync(fd);
  posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  close(fd);
}
)"},
    Helper{"cache_page", R"(
/// A page of the file in the page cache: clean, or dirty.
static void cache_page(int fd, off_t at, size_t size, int byte, int dirty) {
  write_bytes(fd, at, size, byte);
  if (!dirty && fdatasync(fd) != 0) fail("fdatasync");
}
)"},
    Helper{"check_file", R"(
/// Says whether the file has the byte all over there.
static void check_file(const char* who, const char* path, off_t at, size_t size, int byte) {
  char* data = malloc(size);
  const int fd = open_file(path, O_RDONLY);
  const ssize_t n = data == NULL ? -1 : pread(fd, data, size, at);
  size_t same = 0;
  while (n == (ssize_t)size && same < size && data[same] == (char)byte) ++same;
  printf("DATA %s: %s\n", who, same == size ? "as expected" : "DIFFERENT from what was written");
  close(fd);
  free(data);
}
)"},
    Helper{"check_memory", R"(
/// Says whether what was read is there.
static void check_memory(const char* who, const char* data, size_t size) {
  size_t same = 0;
  while (same < size && data[same] == kOldByte) ++same;
  printf("DATA %s: %s\n", who, same == size ? "as expected" : "DIFFERENT from what was read");
}
)"},
};

constexpr std::array kMemory{
    Helper{"map", R"(
/// Memory at `at`, or anywhere for NULL; of a file, or anonymous without one.
static char* map(char* at, size_t size, int fd, off_t offset) {
  const int flags = (fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED) | (at ? MAP_FIXED : 0);
  char* mapped = mmap(at, size, PROT_READ | PROT_WRITE, flags, fd, offset);
  if (mapped == MAP_FAILED) fail("mmap");
  return mapped;
}
)"},
    Helper{"anon_page", R"(
static char* anon_page(char* at, size_t size, int byte) {
  char* page = map(at, size, -1, 0);
  memset(page, byte, size);
  return page;
}
)"},
    Helper{"zero_page", R"(
/// Anonymous memory that was only ever read: the zero page.
static char* zero_page(char* at, size_t size) {
  char* page = map(at, size, -1, 0);
  if (madvise(page, size, MADV_POPULATE_READ) != 0) fail("MADV_POPULATE_READ");
  return page;
}
)"},
    Helper{"touch", R"(
/// Maps what is there already, without a fault later on.
static void touch(char* page, size_t size) {
  if (madvise(page, size, MADV_POPULATE_READ) != 0) fail("MADV_POPULATE_READ");
}
)"},
    Helper{"reclaim", R"(
/// Reclaim, as near as user space comes to it. MADV_PAGEOUT finds pages by the page table, and leaves
/// those alone that somebody else maps too; so the page is mapped here first.
static long reclaim(char* page, size_t size) {
  madvise(page, size, MADV_POPULATE_READ);
  return madvise(page, size, MADV_PAGEOUT);
}
)"},
    Helper{"store", R"(
/// A store by the CPU, in the kernel's copy_to_user: it fails where a plain one would be SIGBUS.
static long store(char* page) {
  const int fd = open_file("/dev/zero", O_RDONLY);
  const long n = read(fd, page, 1);
  close(fd);
  return n;
}
)"},
};

constexpr std::array kPipes{
    Helper{"make_pipe", R"(
/// A ring of kRing buffers; nobody waits for room or data.
static void make_pipe(int ends[2]) {
  if (pipe2(ends, O_NONBLOCK) != 0) fail("pipe2");
  if (fcntl(ends[1], F_SETPIPE_SZ, kRing * kPage) < 0) fail("F_SETPIPE_SZ");
}
)"},
    Helper{"close_pipe", R"(
static void close_pipe(const int ends[2]) {
  close(ends[0]);
  close(ends[1]);
}
)"},
    Helper{"push_private", R"(
/// A page that the pipe allocates.
static void push_private(int to, size_t size, int byte) {
  char data[kPage];
  memset(data, byte, sizeof data);
  for (size_t done = 0; done < size; done += kPage)
    if (write(to, data, kPage) != kPage) fail("write to the pipe");
}
)"},
    Helper{"push_cached", R"(
/// A page of the page cache: the buffer holds a reference to it.
static void push_cached(int to, int fd, off_t at, size_t size) {
  loff_t from = at;
  for (size_t done = 0; done < size;) {
    const ssize_t n = splice(fd, &from, to, NULL, size - done, SPLICE_F_NONBLOCK);
    if (n <= 0) fail("splice into the pipe");
    done += (size_t)n;
  }
}
)"},
    Helper{"push_user", R"(
/// A page of this process: vmsplice takes a get, never a pin.
static void push_user(int to, char* page, size_t size) {
  const struct iovec buffer = {page, size};
  if (vmsplice(to, &buffer, 1, SPLICE_F_NONBLOCK) != (ssize_t)size) fail("vmsplice");
}
)"},
    Helper{"drain", R"(
/// Reads until there is no more.
static long drain(int from) {
  char data[kPage];
  long all = 0;
  for (ssize_t n; (n = read(from, data, sizeof data)) > 0;) all += n;
  return all;
}
)"},
};

}  // namespace

std::vector<Helper> helpers_to_prepare() {
  std::vector<Helper> all;
  for (const auto& group : {std::span<const Helper>(kFiles), std::span<const Helper>(kMemory),
                            std::span<const Helper>(kPipes)})
    all.insert(all.end(), group.begin(), group.end());
  return all;
}

}  // namespace pincheck::reproduce
