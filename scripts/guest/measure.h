// SPDX-License-Identifier: MIT
// What pincase sees of a case from outside: the pin counters of /proc/vmstat, the `_refcount` of a
// page, and the kernel's trace, which it marks.
#pragma once

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
