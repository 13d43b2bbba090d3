// SPDX-License-Identifier: MIT
// What pincase sees of a case from outside: the pin counters, the count of a page, and the kernel's
// trace, which it marks.
#pragma once

#include <pthread.h>

#include "pages.h"

enum { kHuge = 2 << 20, kOldByte = 0x5a, kNewByte = 0xa5 };

static size_t bytes;
static size_t offset;

static struct pins last;

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
  in_flight = refcount_of(watched) - first_count;
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
  if (watched != NULL) snprintf(held, sizeof held, "%d", refcount_of(watched) - first_count);
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
    first_count = refcount_of(watched);
  }
  last = settled_pins();
  begin_trace();
}
