// SPDX-License-Identifier: MIT
// What a program in a guest sees of pages from outside: the pin counters of /proc/vmstat, and
// `_refcount` of a page that it maps.
#pragma once

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { kPage = 4096, kPinBias = 1024 };

/// The program's, or of what it runs.
static const char* name;

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

/// `_refcount` of the page that is mapped there. Offsets are those of 6.1 and 6.12 on x86-64,
/// booted nokaslr.
static int refcount_of(const char* at) {
  const unsigned long vmemmap = 0xffffea0000000000;
  return (int)pread_number("/proc/kcore", in_kcore(vmemmap + frame_of(at) * 64 + 0x34));
}
