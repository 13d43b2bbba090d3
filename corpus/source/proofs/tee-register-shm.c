// SPDX-License-Identifier: MIT
// Finding: drivers/tee/tee_shm.c register_shm_helper leak
//
// TEE_IOC_SHM_REGISTER pins a buffer that begins in the middle of a page. Where the last of its
// pages cannot be had, those before it must not stay pinned. The device does nothing with them.
#include <linux/tee.h>
#include <sys/ioctl.h>

#include "../../../scripts/guest/faults.h"

enum { kOffset = kPage / 2 };

static struct trial trial = {.pages = 3};
static int tee;

/// No page of the buffer is there yet.
static void new_buffer(void) {
  const size_t size = trial.pages * kPage;
  if (trial.buffer != NULL) munmap(trial.buffer, size);
  trial.buffer = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  madvise(trial.buffer, size, MADV_NOHUGEPAGE);
}

static int register_buffer(void) {
  struct tee_ioctl_shm_register_data buffer = {.addr = (__u64)trial.buffer + kOffset,
                                               .length = trial.pages * kPage - kOffset};
  return ioctl(tee, TEE_IOC_SHM_REGISTER, &buffer);
}

static void unregister(int memory) {
  if (memory >= 0) close(memory);
}

int main(void) {
  name = "tee-register-shm";
  tee = open("/dev/tee0", O_RDWR);
  if (tee < 0) fail("/dev/tee0");
  trial.prepare = new_buffer;
  trial.call = register_buffer;
  trial.finish = unregister;
  try_all(&trial);
}
