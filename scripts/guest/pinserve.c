// SPDX-License-Identifier: MIT
// What the guest needs besides its kernel, without user-space packages:
//
//   pinserve fuse FOLDER    mounts a file system with two files whose I/O is all direct: "file",
//   and
//                           "slow", which answers late
//   pinserve rpcbind        says yes to whatever the kernel's NFS server registers
//   pinserve mount-nfs FOLDER
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int problem(const char* what) {
  fprintf(stderr, "pinserve: %s: %s\n", what, strerror(errno));
  return 1;
}

// --- FUSE ---

enum { kFileBytes = 4 << 20, kMaxWrite = 1 << 20, kFileNode = 2, kSlowNode = 3 };
enum { kLate = 400000 };  ///< microseconds

static char contents[kFileBytes];

static struct fuse_attr attributes(uint64_t node) {
  const int file = node != FUSE_ROOT_ID;
  return (struct fuse_attr){.ino = node,
                            .size = file ? kFileBytes : 0,
                            .blksize = 4096,
                            .mode = file ? S_IFREG | 0600 : S_IFDIR | 0700,
                            .nlink = 1};
}

static void answer(int fd, const struct fuse_in_header* request, int error, const void* data,
                   size_t size) {
  struct fuse_out_header header = {
      .len = (uint32_t)(sizeof header + size), .error = error, .unique = request->unique};
  const struct iovec parts[2] = {{&header, sizeof header}, {(void*)data, size}};
  if (writev(fd, parts, 2) < 0 && errno != ENOENT) problem("answer");
}

static void answer_init(int fd, const struct fuse_in_header* request) {
  const struct fuse_init_out init = {
      .major = FUSE_KERNEL_VERSION,
      .minor = 31,
      .max_readahead = kMaxWrite,
      .flags = FUSE_ASYNC_READ | FUSE_ASYNC_DIO | FUSE_BIG_WRITES | FUSE_MAX_PAGES,
      .max_background = 16,
      .congestion_threshold = 12,
      .max_write = kMaxWrite,
      .time_gran = 1,
      .max_pages = kMaxWrite / 4096};
  answer(fd, request, 0, &init, sizeof init);
}

static void answer_write(int fd, const struct fuse_in_header* request, const void* body) {
  const struct fuse_write_in* in = body;
  const struct fuse_write_out out = {.size = in->size};
  if (in->offset + in->size > kFileBytes) return answer(fd, request, -ENOSPC, NULL, 0);
  memcpy(contents + in->offset, in + 1, in->size);
  answer(fd, request, 0, &out, sizeof out);
}

static void answer_read(int fd, const struct fuse_in_header* request, const void* body) {
  const struct fuse_read_in* in = body;
  if (in->offset + in->size > kFileBytes) return answer(fd, request, 0, NULL, 0);
  answer(fd, request, 0, contents + in->offset, in->size);
}

static void answer_request(int fd, const struct fuse_in_header* request, const void* body) {
  const int looked_up =
      request->opcode == FUSE_LOOKUP && strcmp(body, "slow") == 0 ? kSlowNode : kFileNode;
  const struct fuse_entry_out entry = {.nodeid = (uint64_t)looked_up,
                                       .attr = attributes((uint64_t)looked_up)};
  const struct fuse_attr_out attr = {.attr = attributes(request->nodeid)};
  const struct fuse_open_out opened = {.open_flags = FOPEN_DIRECT_IO};
  const int io = request->opcode == FUSE_READ || request->opcode == FUSE_WRITE;
  if (io && request->nodeid == kSlowNode) usleep(kLate);
  switch (request->opcode) {
    case FUSE_INIT: return answer_init(fd, request);
    case FUSE_LOOKUP: return answer(fd, request, 0, &entry, sizeof entry);
    case FUSE_GETATTR:
    case FUSE_SETATTR: return answer(fd, request, 0, &attr, sizeof attr);
    case FUSE_OPEN: return answer(fd, request, 0, &opened, sizeof opened);
    case FUSE_READ: return answer_read(fd, request, body);
    case FUSE_WRITE: return answer_write(fd, request, body);
    case FUSE_FLUSH:
    case FUSE_FSYNC:
    case FUSE_RELEASE: return answer(fd, request, 0, NULL, 0);
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT: return;
    default: return answer(fd, request, -ENOSYS, NULL, 0);
  }
}

static int serve_fuse(const char* folder) {
  const size_t room = kMaxWrite + 65536;
  char* buffer = malloc(room);
  char options[64];
  const int fd = open("/dev/fuse", O_RDWR);
  if (fd < 0) return problem("/dev/fuse");
  snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", fd);
  if (mount("pinserve", folder, "fuse", 0, options) != 0) return problem("mount");
  if (daemon(0, 1) != 0) return problem("daemon");
  for (;;) {
    const ssize_t size = read(fd, buffer, room);
    if (size < 0 && (errno == EINTR || errno == ENOENT || errno == EAGAIN)) continue;
    if (size <= 0) return 0;
    const struct fuse_in_header* request = (struct fuse_in_header*)buffer;
    answer_request(fd, request, request + 1);
  }
}

// --- NFS ---

/// Reads exactly `size` bytes; 0 at the end.
static int read_all(int fd, void* data, size_t size) {
  for (size_t done = 0; done < size;) {
    const ssize_t n = read(fd, (char*)data + done, size - done);
    if (n <= 0) return 0;
    done += (size_t)n;
  }
  return 1;
}

/// RFC 5531: each call is one record; the answer is "accepted, success" and the boolean true.
static void answer_rpcs(int fd) {
  uint32_t mark;
  uint32_t call[1024];
  while (read_all(fd, &mark, sizeof mark)) {
    const size_t size = ntohl(mark) & 0x7fffffff;
    if (size > sizeof call || !read_all(fd, call, size)) return;
    const uint32_t reply[8] = {htonl(0x80000000U | 28), call[0], htonl(1), 0, 0, 0, 0, htonl(1)};
    if (write(fd, reply, sizeof reply) != sizeof reply) return;
  }
}

static int serve_rpcbind(void) {
  const struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(111), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(server, (const struct sockaddr*)&address, sizeof address) != 0) return problem("bind");
  if (listen(server, 8) != 0) return problem("listen");
  if (daemon(0, 1) != 0) return problem("daemon");
  for (;;) {
    const int client = accept(server, NULL, NULL);
    if (client < 0) return problem("accept");
    if (fork() == 0) {
      answer_rpcs(client);
      _exit(0);
    }
    close(client);
  }
}

static int mount_nfs(const char* folder) {
  const char* options = "vers=4.2,addr=127.0.0.1,clientaddr=127.0.0.1,proto=tcp,hard";
  if (mount("127.0.0.1:/", folder, "nfs4", 0, options) != 0) return problem("mount");
  return 0;
}

int main(int argc, char** argv) {
  if (argc == 3 && strcmp(argv[1], "fuse") == 0) return serve_fuse(argv[2]);
  if (argc == 2 && strcmp(argv[1], "rpcbind") == 0) return serve_rpcbind();
  if (argc == 3 && strcmp(argv[1], "mount-nfs") == 0) return mount_nfs(argv[2]);
  fprintf(stderr, "usage: pinserve fuse FOLDER | rpcbind | mount-nfs FOLDER\n");
  return 2;
}
