// SPDX-License-Identifier: MIT
// C helpers for turns, and for requests that take more than one system call.
#include "checker/reproduce/helpers.hpp"

#include <array>

namespace pincheck::reproduce {
namespace {

constexpr std::array kTurns{
    Helper{"struct actor", R"(
/// Who does something.
struct actor {
  const char* name;
  void* (*run)(void*);
  _Atomic pid_t child;  // the process that does it, where one is killed
  _Atomic pid_t task;
  _Atomic int submitted;  // an asynchronous request is on its way
  _Atomic int returned;
  _Atomic int killed;
  _Atomic long result;
};
static struct actor* actors;
)"},
    Helper{"begin", R"(
static void begin(struct actor* me) { me->task = (pid_t)syscall(SYS_gettid); }
)"},
    Helper{"end", R"(
static void end(struct actor* me, long result) {
  me->result = result < 0 ? -errno : result;
  me->returned = 1;
}
)"},
    Helper{"wait_begun", R"(
/// Until its turn has come.
static void wait_begun(const struct actor* other) {
  while (!other->task) usleep(50);
}
)"},
    Helper{"is_asleep", R"(
static int is_asleep(pid_t task) {
  char path[64], line[512] = "";
  snprintf(path, sizeof path, "/proc/%d/stat", (int)task);
  const int fd = open(path, O_RDONLY);
  if (fd < 0) return 0;
  if (read(fd, line, sizeof line - 1) < 0) line[0] = 0;
  close(fd);
  const char* name_end = strrchr(line, ')');
  return name_end != NULL && (name_end[2] == 'D' || name_end[2] == 'S');
}
)"},
    Helper{"wait_in_flight", R"(
/// Until its request is on its way to the device: it was submitted, or the call sleeps. On a fast
/// device that is over before anybody sees it; then this returns when the call does.
static void wait_in_flight(const struct actor* other) {
  wait_begun(other);
  for (int seen = 0; seen < 3 && !other->returned && !other->submitted; usleep(200))
    seen = is_asleep(other->task) ? seen + 1 : 0;
}
)"},
    Helper{"wait_returned", R"(
static void wait_returned(const struct actor* other) {
  while (!other->returned) usleep(50);
}
)"},
    Helper{"start", R"(
static pthread_t start(struct actor* who, void* (*run)(void*)) {
  pthread_t thread;
  errno = pthread_create(&thread, NULL, run, who);
  if (errno != 0) fail("pthread_create");
  return thread;
}
)"},
    Helper{"live_apart", R"(
/// As a process with this one's memory, and with files of its own: vfork() suspends this thread
/// until that is gone, so nobody else uses its stack and its errno.
static void* live_apart(void* of) {
  struct actor* who = of;
  const pid_t child = vfork();
  if (child < 0) fail("vfork");
  if (child > 0) return NULL;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  who->child = getpid();
  who->run(who);
  _exit(0);
}
)"},
    Helper{"start_child", R"(
/// A process: SIGKILL ends all threads of one.
static void start_child(struct actor* who, void* (*run)(void*)) {
  who->run = run;
  pthread_detach(start(who, live_apart));
  while (!who->child) usleep(50);
}
)"},
    Helper{"kill_child", R"(
static void kill_child(struct actor* who) {
  int status = 0;
  kill(who->child, SIGKILL);
  waitpid(who->child, &status, 0);
  who->killed = WIFSIGNALED(status);
  who->returned = 1;
}
)"},
    Helper{"tell_result", R"(
static void tell_result(const struct actor* who) {
  if (who->killed)
    printf("RESULT %s: killed\n", who->name);
  else if (who->result < 0)
    printf("RESULT %s: %s\n", who->name, strerror((int)-who->result));
  else
    printf("RESULT %s: %ld\n", who->name, (long)who->result);
}
)"},
    Helper{"tell_path", R"(
/// Who consumed which kind of iterator, as a trace names them. A call that failed may not have come
/// that far.
static void tell_path(const struct actor* who, const char* caller, const char* kind) {
  if (who->result <= 0 && !who->killed)
    printf("%s may not have come to %s\n", who->name, caller);
  else if (*kind == 0)
    printf("%s has no iterator there on this kernel\n", caller);
  else
    printf("DRIVES %s %s\n", caller, kind);
}
)"},
};

constexpr std::array kRequests{
    Helper{"do_aio", R"(
/// io_submit, and then the wait for its end. `size`: bytes, or vectors for the opcodes with V.
static long do_aio(struct actor* me, int fd, int opcode, const void* data, size_t size, off_t at) {
  aio_context_t context = 0;
  struct iocb request = {.aio_lio_opcode = (__u16)opcode,
                         .aio_fildes = (__u32)fd,
                         .aio_buf = (__u64)data,
                         .aio_nbytes = size,
                         .aio_offset = at};
  struct iocb* requests[1] = {&request};
  struct io_event event = {0};
  if (syscall(SYS_io_setup, 1, &context) != 0) fail("io_setup");
  if (syscall(SYS_io_submit, context, 1, requests) != 1) return -1;
  me->submitted = 1;
  if (syscall(SYS_io_getevents, context, 1, 1, &event, NULL) != 1) fail("io_getevents");
  syscall(SYS_io_destroy, context);
  errno = event.res < 0 ? (int)-event.res : 0;
  return event.res < 0 ? -1 : (long)event.res;
}
)"},
    Helper{"struct ring", R"(
/// An io_uring with one registered buffer, whose pages it pins.
struct ring {
  int fd;
  struct io_uring_params params;
  char* queues;
  struct io_uring_sqe* entries;
};
)"},
    Helper{"make_ring", R"(
static struct ring make_ring(char* data, size_t size) {
  struct ring ring = {0};
  const struct iovec buffer = {data, size};
  ring.fd = (int)syscall(SYS_io_uring_setup, 1, &ring.params);
  if (ring.fd < 0) fail("io_uring_setup");
  const int prot = PROT_READ | PROT_WRITE;
  ring.queues = mmap(NULL, kPage, prot, MAP_SHARED, ring.fd, IORING_OFF_SQ_RING);
  ring.entries = mmap(NULL, kPage, prot, MAP_SHARED, ring.fd, IORING_OFF_SQES);
  if (ring.queues == MAP_FAILED || ring.entries == MAP_FAILED) fail("mmap of the ring");
  if (syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_BUFFERS, &buffer, 1) != 0)
    fail("IORING_REGISTER_BUFFERS");
  return ring;
}
)"},
    Helper{"close_ring", R"(
static void close_ring(const struct ring* ring) {
  munmap(ring->queues, kPage);
  munmap(ring->entries, kPage);
  close(ring->fd);
}
)"},
    Helper{"submit_fixed", R"(
/// I/O on the registered buffer: the kernel makes an ITER_BVEC of it.
static void submit_fixed(struct actor* me, struct ring* ring, int fd, int opcode, char* data,
                         size_t size, off_t at) {
  unsigned* tail = (unsigned*)(ring->queues + ring->params.sq_off.tail);
  unsigned* array = (unsigned*)(ring->queues + ring->params.sq_off.array);
  ring->entries[0] = (struct io_uring_sqe){.opcode = (__u8)opcode,
                                           .fd = fd,
                                           .addr = (__u64)data,
                                           .len = (__u32)size,
                                           .off = (__u64)at};
  array[0] = 0;
  __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
  if (syscall(SYS_io_uring_enter, ring->fd, 1, 0, 0, NULL, 0) != 1) fail("io_uring_enter");
  me->submitted = 1;
}
)"},
    Helper{"finish_fixed", R"(
static long finish_fixed(const struct ring* ring) {
  const unsigned* head = (unsigned*)(ring->queues + ring->params.cq_off.head);
  const struct io_uring_cqe* done = (struct io_uring_cqe*)(ring->queues + ring->params.cq_off.cqes);
  if (syscall(SYS_io_uring_enter, ring->fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
    fail("io_uring_enter");
  const long result = done[*head].res;
  errno = result < 0 ? (int)-result : 0;
  return result < 0 ? -1 : result;
}
)"},
    Helper{"connect_tcp", R"(
/// A TCP connection over loopback: ends[0] sends to ends[1]; neither waits for the other.
static void connect_tcp(int ends[2]) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof address;
  const int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr*)&address, size) != 0 || listen(listener, 1) != 0 ||
      getsockname(listener, (struct sockaddr*)&address, &size) != 0)
    fail("listen");
  ends[0] = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(ends[0], (struct sockaddr*)&address, size) != 0) fail("connect");
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  ends[1] = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
  if (ends[1] < 0) fail("accept");
  if (setsockopt(ends[0], SOL_SOCKET, SO_ZEROCOPY, &one, sizeof one) != 0) fail("SO_ZEROCOPY");
  close(listener);
}
)"},
};

}  // namespace

std::vector<Helper> helpers_to_act() {
  std::vector<Helper> all;
  for (const auto& group : {std::span<const Helper>(kTurns), std::span<const Helper>(kRequests)})
    all.insert(all.end(), group.begin(), group.end());
  return all;
}

}  // namespace pincheck::reproduce
