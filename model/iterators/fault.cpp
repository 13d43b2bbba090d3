// SPDX-License-Identifier: MIT
// filemap_fault, do_page_mkwrite and finish_fault (mm/filemap.c, mm/memory.c).
//
// Anonymous and zero pages that are mapped need no fault here: a private page is writable, and a
// write to the zero page would need copy-on-write, which the model leaves out (it ends as failed).
// munmap takes mmap_lock for writing, so a fault comes before or after it; one that munmap
// overtakes here ends as if it had come after.
#include "model/iterators/fault.hpp"

namespace pincheck {

void fault_in(Builder& b, bool write, const std::string& mapped, const std::string& failed) {
  const Test file = is::backing(Backing::file);
  auto lock = b.step("fault-lock", "filemap_fault");
  const Test vma = !is::pte(kNoVma);
  lock.outcome("locked", {file, is::page(kCached), vma, !is::locked}, {to::lock});
  lock.outcome("no VMA", {file, is::page(kCached), !vma}, {}, at(failed));
  const Test zero = is::backing(Backing::zero);
  lock.outcome("gone", {!is::page(kCached), !zero}, {}, at(failed));
  if (write) {
    lock.outcome("needs copy-on-write", {zero}, {}, at(failed));
  } else {
    lock.outcome("special", {zero, is::pte(kMapped)}, {}, at(mapped));
    lock.outcome("gone", {zero, !is::pte(kMapped)}, {}, at(failed));
  }
  lock.fault("killed", {is::page(kCached), vma}, {}, at(failed));

  if (write) {
    const Test has_buffers = is::page(kPrivate);
    const Test needs_buffers = is::page(kBuffersFs);
    auto mkwrite = b.step("fault-mkwrite", "do_page_mkwrite");
    const auto when = [](std::vector<Test> tests, bool stable) {
      tests.push_back(stable ? !is::page(kWriteback) : !is::page(kStable));
      if (stable) tests.push_back(is::page(kStable));
      return tests;
    };
    for (const bool stable : {false, true}) {
      mkwrite.outcome("buffers attached", when({needs_buffers, !has_buffers}, stable),
                      {{Do::attach_private}, to::dirty});
      mkwrite.outcome("dirtied", when({needs_buffers, has_buffers}, stable), {to::dirty});
      mkwrite.outcome("dirtied", when({!needs_buffers}, stable), {to::dirty});
    }
  }
  const Effect bits = to::set_pte(write ? kPteWritable : PteFlag{});
  b.step("fault-map", "finish_fault")
      .outcome("mapped", {!is::pte(kMapped), vma}, {to::map, bits, to::unlock}, at(mapped))
      .outcome("was mapped", {is::pte(kMapped)}, {bits, to::unlock}, at(mapped))
      .outcome("no VMA", {!is::pte(kMapped), !vma}, {to::unlock}, at(failed));
}

}  // namespace pincheck
