// SPDX-License-Identifier: MIT
// A TEE device that keeps memory which user space registers, and does nothing with it.
#include <linux/err.h>
#include <linux/module.h>
#include <linux/tee_core.h>

static void get_version(struct tee_device* device, struct tee_ioctl_version_data* version) {
  *version = (struct tee_ioctl_version_data){.gen_caps = TEE_GEN_CAP_REG_MEM};
}

static int open_context(struct tee_context* context) { return 0; }

static void release_context(struct tee_context* context) {}

static int register_memory(struct tee_context* context, struct tee_shm* memory, struct page** pages,
                           size_t count, unsigned long start) {
  return 0;
}

static int unregister_memory(struct tee_context* context, struct tee_shm* memory) { return 0; }

static const struct tee_driver_ops operations = {.get_version = get_version,
                                                 .open = open_context,
                                                 .release = release_context,
                                                 .shm_register = register_memory,
                                                 .shm_unregister = unregister_memory};

static const struct tee_desc description = {
    .name = "nulltee", .ops = &operations, .owner = THIS_MODULE};

static int __init add_device(void) {
  struct tee_device* device = tee_device_alloc(&description, NULL, NULL, NULL);
  if (IS_ERR(device)) return PTR_ERR(device);
  return tee_device_register(device);
}
module_init(add_device);

MODULE_DESCRIPTION("TEE device that does nothing");
MODULE_LICENSE("Dual MIT/GPL");
