// SPDX-License-Identifier: MIT
#include "checker/trace/probes.hpp"

#include <fmt/format.h>

#include <array>
#include <span>
#include <unordered_map>

#include "model/iterators/kind.hpp"

namespace pincheck::trace {
namespace {

// struct page and struct folio: _refcount at 0x34, compound_head at 0x8 (bit 0 set: a tail page).
// struct iov_iter: iter_type at 0, bvec at 0x18 (6.1) or 0x10 (6.12). x86-64 calling convention.
constexpr std::string_view kFolio = "folio=%di:x64 ref=+0x34(%di):s32";
constexpr std::string_view kGrab =
    "page=%di:x64 head=+0x8(%di):x64 refs=%si:s32 flags=%dx:x32 ref=+0x34(%di):s32";
constexpr std::string_view kGrabPage =
    "page=%di:x64 head=+0x8(%di):x64 flags=%si:x32 ref=+0x34(%di):s32";
constexpr std::string_view kGrabbed = "folio=$retval:x64 ref=+0x34($retval):s32";
constexpr std::string_view kGup = "start=%di:x64 nr=%si:s32 flags=%dx:x32";
constexpr std::string_view kRet = "ret=$retval:s64";
constexpr std::string_view kIterFirst = "iter=%di:x64 itertype=+0(%di):u8";
constexpr std::string_view kIterSecond = "iter=%si:x64 itertype=+0(%si):u8";
constexpr std::string_view kIterFourth = "iter=%cx:x64 itertype=+0(%cx):u8";
constexpr std::string_view kGupPut = "folio=%di:x64 refs=%si:s32 flags=%dx:x32 ref=+0x34(%di):s32";
constexpr std::string_view kUnpin = "folio=%di:x64 n=%si:u64 ref=+0x34(%di):s32";
constexpr std::string_view kBioIter = "bio=%di:x64 iter=%si:x64 itertype=+0(%si):u8";
constexpr std::string_view kBioAdd =
    "bio=%di:x64 page=%si:x64 head=+0x8(%si):x64 ref=+0x34(%si):s32";
constexpr std::string_view kBioRelease = "bio=%di:x64 mark_dirty=%si:u8 flags=+0x14(%di):x16";
constexpr std::string_view kBvec61 =
    "bio=%di:x64 iter=%si:x64 bvec0page=+0(+0x18(%si)):x64 bvec0ref=+0x34(+0(+0x18(%si))):s32";
constexpr std::string_view kBvec612 =
    "bio=%di:x64 iter=%si:x64 bvec0page=+0(+0x10(%si)):x64 bvec0ref=+0x34(+0(+0x10(%si))):s32";
constexpr std::string_view kNfsRelease =
    "pages=%di:x64 n=%si:u32 page0=+0(%di):x64 head0=+0x8(+0(%di)):x64 ref0=+0x34(+0(%di)):s32";
constexpr std::string_view kSecondPage = "page=%si:x64 head=+0x8(%si):x64 ref=+0x34(%si):s32";
constexpr std::string_view kBuffer =
    "page=+0(%si):x64 head=+0x8(+0(%si)):x64 ref=+0x34(+0(%si)):s32";
constexpr std::string_view kSpliceFolio =
    "pipe=%di:x64 folio=%si:x64 pos=%dx:u64 size=%cx:u64 ref=+0x34(%si):s32";
constexpr std::string_view kSplice = "pipe=%di:x64 out=%si:x64 len=%cx:u64";
constexpr std::string_view kSpliceRead = "pipe=%dx:x64 len=%cx:u64";
constexpr std::string_view kStep = "pfn= count= val=";
constexpr std::string_view kTriedStep = "pfn= count= val= ret=";
constexpr std::string_view kBlock = "pfn= order=";
constexpr std::string_view kText = "text";

std::vector<Probe> all_probes() {
  std::vector<Probe> all{
      {"dio", "iomap_dio_rw", What::direct_io, kIterSecond, kIterSecond},
      {"nfs_dr", "nfs_file_direct_read", What::nfs_read, kIterSecond, kIterSecond, kRet},
      {"nfs_dw", "nfs_file_direct_write", What::nfs_write, kIterSecond, kIterSecond, kRet},
      {"fuse_dio", "fuse_direct_io", What::fuse, kIterSecond, kIterSecond, kRet},
      {"legacy_dio", "__blockdev_direct_IO", What::legacy, kIterFourth, kIterFourth, kRet},
      {"skb_splice", "skb_splice_from_iter", What::tcp, "", kIterSecond},
      {"splice_read", "generic_file_splice_read", What::splice_read, kSpliceRead, ""},
      {"splice_read", "filemap_splice_read", What::splice_read, "", kSpliceRead},
      {"splice_folio", "splice_folio_into_pipe", What::splice_folio, "", kSpliceFolio},
      {"splice_write", "iter_file_splice_write", What::splice_write, kSplice, kSplice},
      {"bio_get", "bio_iov_iter_get_pages", What::bio_extract, kBioIter, kBioIter, kRet},
      {"bvec_set", "bio_iov_bvec_set", What::bio_bvec, kBvec61, kBvec612},
      {"__bio_add_page", "__bio_add_page", What::bio_add, kBioAdd, kBioAdd},
      {"bio_add_page", "bio_add_page", What::bio_add, kBioAdd, kBioAdd},
      {"bio_release", "__bio_release_pages", What::bio_release, kBioRelease, kBioRelease},
      {"gup_fast", "internal_get_user_pages_fast", What::gup, kGup, "", kRet},
      {"gup_fast", "gup_fast_fallback", What::gup, "", kGup, kRet},
      {"grab", "try_grab_folio", What::grab, kGrab, "", kGrabbed},
      {"grab_fast", "try_grab_folio_fast", What::grab, "", kGrab, kGrabbed},
      {"grab_page", "try_grab_page", What::grab, kGrabPage, ""},
      {"grab_slow", "try_grab_folio", What::grab, "", kGupPut},
      {"add_pin", "folio_add_pin", What::add_pin, "", kFolio},
      {"gup_put", "gup_put_folio", What::gup_put, kGupPut, kGupPut},
      {"unpin_folio", "unpin_user_folio", What::unpin, "", kUnpin},
      {"nfs_req_page", "nfs_create_request", What::nfs_request, kSecondPage, ""},
      {"nfs_req_page", "nfs_page_create_from_page", What::nfs_request, "", kSecondPage},
      {"nfs_rel", "nfs_direct_release_pages", What::nfs_release, kNfsRelease, kNfsRelease},
      {"pipe_rel_pagecache", "page_cache_pipe_buf_release", What::pipe_release, kBuffer, kBuffer},
      {"pipe_rel_generic", "generic_pipe_buf_release", What::pipe_release, kBuffer, kBuffer},
      {"pipe_rel_anon", "anon_pipe_buf_release", What::pipe_anon, kBuffer, kBuffer},
      {"clear_dirty", "folio_clear_dirty_for_io", What::clear_dirty, kFolio, kFolio},
      {"start_wb", "__folio_start_writeback", What::start_writeback, kFolio, kFolio},
      {"end_wb", "folio_end_writeback", What::end_writeback, kFolio, kFolio},
      {"mark_dirty", "folio_mark_dirty", What::mark_dirty, kFolio, kFolio},
      {"folio_free", "__folio_put", What::folio_free, kFolio, kFolio},
      {"mm_page_free", "", What::page_free, kBlock, kBlock, "", "kmem"},
      {"mm_page_alloc", "", What::page_alloc, kBlock, kBlock, "", "kmem"},
      {"iov_get2", "iov_iter_get_pages2", What::iov_get, kIterFirst, kIterFirst, kRet, "", true},
      {"iov_get_alloc2", "iov_iter_get_pages_alloc2", What::iov_get, kIterFirst, kIterFirst, kRet,
       "", true},
      {"iov_extract", "iov_iter_extract_pages", What::iov_extract, "", kIterFirst, kRet, "", true},
      {"tracing_mark_write", "", What::marker, kText, kText},
  };
  for (const auto& [name, what, has] : {std::tuple{"page_ref_set", What::ref_set, kStep},
                                        {"page_ref_mod", What::ref_mod, kStep},
                                        {"page_ref_mod_and_test", What::ref_mod, kTriedStep},
                                        {"page_ref_mod_and_return", What::ref_mod, kTriedStep},
                                        {"page_ref_mod_unless", What::ref_mod_unless, kTriedStep},
                                        {"page_ref_freeze", What::ref_freeze, kTriedStep},
                                        {"page_ref_unfreeze", What::ref_unfreeze, kStep}})
    all.push_back({name, "", what, has, has, "", "page_ref", true});
  return all;
}

/// Kernels use some names for different things: first this one's, then what only the other has.
using Index = std::unordered_map<std::string_view, const Probe*>;

Index index_by(std::string_view Probe::*key, Kernel kernel) {
  Index index;
  for (const bool exists : {true, false})
    for (const Probe& probe : probes())
      if (probe.exists(kernel) == exists && !(probe.*key).empty())
        index.emplace(probe.*key, &probe);
  return index;
}

using Indices = std::array<Index, 2>;  // by kernel

Indices indices_by(std::string_view Probe::*key) {
  return {index_by(key, Kernel::v6_1), index_by(key, Kernel::v6_12)};
}

const Probe* find(const Indices& indices, std::string_view name, Kernel kernel) {
  const Index& index = indices[static_cast<std::size_t>(kernel)];
  const auto found = index.find(name);
  return found == index.end() ? nullptr : found->second;
}

std::string_view symbol_at(std::string_view text) {
  return text.substr(0, text.find_first_of("+. )"));
}

/// What prints "(caller+0x1/0x2 <- function)" is a return probe; trace-cmd prints addresses there.
Meaning by_symbol(std::string_view text, Kernel kernel) {
  static const Indices indices = indices_by(&Probe::symbol);
  if (!text.starts_with('(')) return {};
  const std::string_view inside = text.substr(1, text.find(')') - 1);
  const std::size_t arrow = inside.find(" <- ");
  const bool returns = arrow != std::string_view::npos;
  const std::string_view function = returns ? inside.substr(arrow + 4) : inside;
  return {find(indices, symbol_at(function), kernel), returns};
}

/// As people and perf probe name a return probe: "gup_put_ret", "gup_put_folio__return".
bool take_return(std::string_view& event) {
  for (const std::string_view end : {"__return", "_return", "__ret", "_ret"})
    if (event.ends_with(end)) {
      event.remove_suffix(end.size());
      return true;
    }
  return false;
}

/// A probe that is named after its function. The kernel itself names those that have no name
/// "p_gup_put_folio_0" and "r_gup_put_folio_0"; perf probe numbers those of one function.
Meaning by_function_name(std::string_view event, Kernel kernel) {
  static const Indices indices = indices_by(&Probe::symbol);
  bool returns = take_return(event);
  const Probe* probe = find(indices, event, kernel);
  if (probe != nullptr) return {probe, returns};
  const std::size_t end = event.find_last_not_of("0123456789");
  if (end == std::string_view::npos || event[end] != '_' || end + 1 == event.size()) return {};
  event = event.substr(0, end);
  returns = take_return(event) || returns || event.starts_with("r_");
  if (event.starts_with("p_") || event.starts_with("r_")) event.remove_prefix(2);
  return {find(indices, event, kernel), returns};
}

const Kinds& kinds() {
  static const Kinds all = linux_kinds();
  return all;
}

}  // namespace

std::string_view kernel_name(Kernel kernel) { return kernel == Kernel::v6_1 ? "6.1" : "6.12"; }

Kernel kernel_of(std::string_view name) { return name == "6.1" ? Kernel::v6_1 : Kernel::v6_12; }

const std::vector<Probe>& probes() {
  static const std::vector<Probe> all = all_probes();
  return all;
}

Meaning meaning_of(std::string_view event, std::string_view text, Kernel kernel) {
  static const Indices indices = indices_by(&Probe::name);
  if (const Meaning meaning = by_symbol(text, kernel); meaning.probe != nullptr) return meaning;
  if (event == "print") event = text.substr(0, text.find(':'));  // trace-cmd's tracing_mark_write
  if (const Probe* probe = find(indices, event, kernel)) return {probe, false};
  std::string_view name = event;
  const bool returns = take_return(name);
  const Probe* probe = returns ? find(indices, name, kernel) : nullptr;
  return probe != nullptr ? Meaning{probe, returns} : by_function_name(event, kernel);
}

Foll foll(Kernel kernel) {
  return kernel == Kernel::v6_1 ? Foll{0x4, 0x40000, 0x1} : Foll{0x2, 0x80000, 0x1};
}

std::string_view iterator_kind(Kernel kernel, int type) {
  for (const Kind& kind : kinds())
    if (type >= 0 && type == (kernel == Kernel::v6_1 ? kind.iter_type.v6_1 : kind.iter_type.v6_12))
      return kind.name;
  return "?";
}

bool user_backed(std::string_view kind) {
  const Kind* known = find_kind(kinds(), kind);
  return known != nullptr && known->user_backed;
}

std::string probe_commands(Kernel kernel) {
  std::string own;
  std::string out = fmt::format(
      "# pincheck trace: probes for kernel {}, x86-64. As root, in a shell.\n"
      "# A line that fails names a function this kernel has inlined or lacks, or whose module is "
      "not\n"
      "# loaded yet (nfs): load it first, or do without.\n"
      "cd /sys/kernel/tracing\n",
      kernel_name(kernel));
  for (const Probe& probe : probes()) {
    if (!probe.exists(kernel) || probe.what == What::marker) continue;
    std::string& to = probe.custom_kernel ? own : out;
    if (probe.symbol.empty()) {
      to += fmt::format("echo 1 >events/{}/{}/enable\n", probe.system, probe.name);
      continue;
    }
    to += fmt::format("echo 'p:kprobes/{} {} {}' >>kprobe_events\n", probe.name, probe.symbol,
                      probe.fetch(kernel));
    if (!probe.result.empty())
      to += fmt::format("echo 'r:kprobes/{}_ret {} {}' >>kprobe_events\n", probe.name, probe.symbol,
                        probe.result);
  }
  return out +
         "# These need CONFIG_DEBUG_PAGE_REF and CONFIG_KPROBE_EVENTS_ON_NOTRACE, which no "
         "distribution sets.\n"
         "# With them every step of every page's count is seen.\n" +
         own +
         "echo 1 >events/kprobes/enable\n"
         "# pfn and struct page agree without KASLR (nokaslr); else tell --vmemmap its base.\n"
         "echo begin >trace_marker; YOUR-TEST; echo end >trace_marker; "
         "cat trace kprobe_profile set_event >FILE\n";
}

}  // namespace pincheck::trace
