// SPDX-License-Identifier: MIT
// Makes a system call once with every allocation that it can lack, and prints what each leaves:
//
//   LEFT NTH ERROR ACQUIRED RELEASED HELD FRAME…
//
// NTH is which allocation failed, 0 where none did. ERROR is what the call said. ACQUIRED and
// RELEASED are how much nr_foll_pin_* grew, HELD by how many pins the _refcounts of the buffer's
// pages did, all after the program gave back what it could. Each FRAME is a FUNCTION+OFFSET of the
// stack where the allocation failed, innermost first; none where the kernel does not tell.
#pragma once

#include <sys/mman.h>

#include "pages.h"

enum { kMostFailures = 200 };

/// What a program tries.
struct trial {
  char* buffer;           ///< whose pages are looked at
  size_t pages;           ///< of the buffer
  void (*prepare)(void);  ///< before each call
  int (*call)(void);      ///< with allocations that fail; its result as of a system call
  void (*finish)(int);    ///< gives back what the call got
};

static void write_file(const char* path, const char* text) {
  const int fd = open(path, O_WRONLY);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) fail("%s", path);
  close(fd);
}

/// Lets allocations fail that may sleep, too, and such of single pages of user memory.
static void allow_failures(void) {
  const char* folder = "/sys/kernel/debug";
  const char* off[] = {"failslab/ignore-gfp-wait", "fail_page_alloc/ignore-gfp-wait",
                       "fail_page_alloc/ignore-gfp-highmem", "fail_page_alloc/min-order"};
  char path[128];
  for (size_t i = 0; i < sizeof off / sizeof *off; ++i) {
    snprintf(path, sizeof path, "%s/%s", folder, off[i]);
    write_file(path, "0");
  }
}

/// How many pins are in the counts of the buffer's pages.
static long held_pins(const struct trial* trial) {
  long held = 0;
  for (size_t i = 0; i < trial->pages; ++i) {
    const char* at = trial->buffer + i * kPage;
    if (frame_of(at) != 0) held += refcount_of(at) / kPinBias;
  }
  return held;
}

/// The frames of a stack in what the kernel's log says since the last time. It marks with "?" what
/// only lies on the stack.
static void print_frames(int log) {
  char record[1024];
  for (ssize_t size; (size = read(log, record, sizeof record - 1)) > 0;) {
    record[size] = 0;
    char* text = strchr(record, ';');
    char* plus = text == NULL ? NULL : strstr(text, "+0x");
    char* slash = plus == NULL ? NULL : strchr(plus, '/');
    if (slash == NULL || strchr(text, '?') != NULL || strstr(text, "RIP") != NULL) continue;
    *slash = 0;
    for (++text; *text == ' ';) ++text;
    printf(" %s", text);
  }
}

/// The NTH allocation of this thread's next system calls fails; 0: none.
static void arm(int fd, int nth) {
  char text[16];
  const int length = snprintf(text, sizeof text, "%d", nth);
  if (pwrite(fd, text, (size_t)length, 0) != length) fail("fail-nth");
}

/// Whether there was such an allocation.
static int disarm(int fd) {
  char text[16] = {0};
  if (pread(fd, text, sizeof text - 1, 0) <= 0) fail("fail-nth");
  arm(fd, 0);
  return atoi(text) == 0;
}

static void try_all(struct trial* trial) {
  const int nth_file = open("/proc/thread-self/fail-nth", O_RDWR);
  const int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
  if (nth_file < 0 || log < 0) fail("fail-nth or /dev/kmsg");
  allow_failures();
  for (int nth = 0; nth < kMostFailures; ++nth) {
    if (trial->prepare != NULL) trial->prepare();
    const struct pins before = settled_pins();
    const long held = held_pins(trial);
    lseek(log, 0, SEEK_END);
    arm(nth_file, nth);
    const int result = trial->call();
    const int error = result < 0 ? errno : 0;
    const int failed = disarm(nth_file);
    if (trial->finish != NULL) trial->finish(result);
    if (nth > 0 && !failed) break;
    const struct pins now = settled_pins();
    printf("LEFT %d %d %ld %ld %ld", nth, error, now.acquired - before.acquired,
           now.released - before.released, held_pins(trial) - held);
    print_frames(log);
    printf("\n");
    fflush(stdout);
  }
}
