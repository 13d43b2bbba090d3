// SPDX-License-Identifier: MIT
#include "checker/reproduce/route.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "model/base/input.hpp"
#include "model/paths/path.hpp"

namespace pincheck::reproduce {
namespace {

std::string quoted(std::string_view text) { return fmt::format("\"{}\"", text); }

/// The file whose page cache comes to a caller as an iterator.
struct Cache {
  std::string_view caller;
  TargetFile target;
  bool local;  ///< a network file system's cache on a local disk; else the server's file
};
constexpr std::array kCaches{
    Cache{.caller = "bio",
          .target = {"fscache",
                     "a file on a network file system mounted with -o fsc, while cachefilesd runs"},
          .local = true},
    Cache{.caller = "ceph",
          .target = {"cephcache", "a file on cephfs, for the page cache's pages"},
          .local = false},
};

/// Adds one route's lines; the functions are its cases.
class Router {
 public:
  Router(const Scenario& scenario, const ActorSpec& actor, const Layout& layout, const Kinds& kinds,
         const std::string& file)
      : scenario_(scenario),
        actor_(actor),
        layout_(layout),
        kind_(actor.kind.empty() ? nullptr : find_kind(kinds, actor.kind)),
        path_(*find_path(actor.path)),
        dest_(path_.dest),
        file_(file) {}

  Route route() {
    route_.caller = actor_.caller;
    const Own* own = std::ranges::find(kOwn, actor_.path, &Own::path);
    if (own != std::end(kOwn))
      (this->*own->way)();
    else
      as_path_says();
    return std::move(route_);
  }

 private:
  const Scenario& scenario_;
  const ActorSpec& actor_;
  const Layout& layout_;
  const Kind* kind_;
  const Path& path_;
  bool dest_;
  const std::string& file_;
  Route route_;

  [[noreturn]] void no_route(const std::string& why) const {
    throw InputError(fmt::format("{}: actor '{}': {}, expected one that a system call leads to",
                                 file_, actor_.name, why));
  }

  template <class... T>
  void ready(fmt::format_string<T...> text, T&&... values) {
    route_.ready.push_back(fmt::format(text, std::forward<T>(values)...));
  }
  template <class... T>
  void turn(fmt::format_string<T...> text, T&&... values) {
    route_.turn.push_back(fmt::format(text, std::forward<T>(values)...));
  }
  void after(const std::string& line) { route_.after.push_back(line); }
  void remark(const std::string& text) { route_.remarks.push_back(text); }

  const PagePlace& page(int index) const { return layout_.pages[index]; }
  const PagePlace& only_page() const { return page(actor_.pages[0]); }
  int bytes() const { return layout_.bytes_of(actor_.pages); }

  void open_target() {
    route_.target = find_caller(actor_.caller)->target.key;
    ready("const int fd = open_file({}_path, {} | O_DIRECT);", route_.target,
          dest_ ? "O_RDONLY" : "O_RDWR");
    after("close(fd);");
  }

  /// Where a pipe's ITER_BVEC goes, as C says it.
  struct Sink {
    std::string fd;
    std::string at;
  };
  /// Its caller has no file, but a socket.
  bool sends() const { return find_caller(actor_.caller)->target.key.empty(); }
  Sink open_sink() {
    if (!sends()) {
      open_target();
      route_.kind = quoted("bvec");
      return {"fd", "&at"};
    }
    connect();
    route_.kind = "since(6, 5) ? \"bvec\" : \"\"";  // ->sendpage had no iterator
    return {"link[0]", "NULL"};
  }

  void connect() {
    ready("int link[2];");
    ready("connect_tcp(link);");
    remark("The sender is told success before the receiver has read anything.");
    after("drain(link[1]);");
    after("close_pipe(link);");
  }

  // --- read(2) and write(2), and who makes an iterator in the kernel ---

  void direct() {
    route_.bytes = bytes();
    if (kind_->user_backed) return user_memory();
    if (kind_->page_array) return kernel_pages();
    if (kind_->page_cache) return page_cache();
    if (kind_->backings == std::vector{Backing::kernel} && dest_) return kernel_read();
    no_route(fmt::format("nothing in user space makes an {} for {}", kind_->symbol, actor_.caller));
  }

  /// A page as that many vectors.
  static std::string vector(const PagePlace& place, int parts) {
    std::string out;
    for (int part = 0, size = place.bytes / parts; part < parts; ++part)
      out += fmt::format("{}{{{}{}, {}}}", part == 0 ? "" : ", ", place.name,
                         part == 0 ? "" : fmt::format(" + {}", part * size), size);
    return out;
  }
  std::string vectors(int parts) const {
    std::string all;
    for (const int index : actor_.pages)
      all += (all.empty() ? "" : ", ") + vector(page(index), parts);
    return all;
  }

  void user_memory() {
    const bool several = kind_->segmented || !layout_.adjacent(actor_.pages);
    // One vector alone would become an ITER_UBUF.
    if (several)
      ready("const struct iovec parts[] = {{{}}};", vectors(actor_.pages.size() == 1 ? 2 : 1));
    if (several && !kind_->segmented)
      remark("The pages are not side by side, so that they are vectors here: ITER_IOVEC.");
    const std::string data = several ? "parts" : only_page().name;
    const std::string size = several ? "sizeof parts / sizeof *parts" : fmt::format("{}", bytes());
    if (sends()) return send_user_memory(several, data, size);
    route_.reads_into_pages = true;
    open_target();
    route_.kind = several ? quoted("iovec") : quoted("ubuf");
    if (actor_.async) {
      turn("n = do_aio(me, fd, IOCB_CMD_P{}{}, {}, {}, at);", dest_ ? "READ" : "WRITE",
           several ? "V" : "", data, size);
      if (!several) route_.kind = "since(6, 4) ? \"ubuf\" : \"iovec\"";
      return;
    }
    turn("n = p{}{}(fd, {}, {}, at);", dest_ ? "read" : "write", several ? "v" : "", data, size);
  }

  void send_user_memory(bool several, const std::string& data, const std::string& size) {
    connect();
    if (several)
      turn(
          "n = sendmsg(link[0], &(struct msghdr){{.msg_iov = (struct iovec*){}, .msg_iovlen = "
          "{}}}, MSG_ZEROCOPY);",
          data, size);
    else
      turn("n = send(link[0], {}, {}, MSG_ZEROCOPY);", data, size);
    route_.kind = several ? quoted("iovec") : "since(6, 4) ? \"ubuf\" : \"iovec\"";
  }

  /// An ITER_BVEC: from a pipe where its creator has references and waits, else from io_uring's
  /// registered buffers.
  void kernel_pages() {
    for (const int index : actor_.pages)
      if (scenario_.pages[index].backing == Backing::kernel)
        no_route(fmt::format("no system call puts a kmalloc'ed object ('{}') into an {}",
                             scenario_.pages[index].name, kind_->symbol));
    const bool pins = actor_.holds == Holds::pin || actor_.async || dest_;
    if (sends() || !pins) return from_own_pipe();
    registered_buffer();
  }

  void fill_own_pipe() {
    ready("int own[2];");
    ready("make_pipe(own);");
    for (const int index : actor_.pages) {
      const PagePlace& place = page(index);
      if (place.cached)
        turn("push_cached(own[1], cache_fd, {}, {});", place.offset, place.bytes);
      else if (place.mapped)
        turn("push_user(own[1], {}, {});", place.name, place.bytes);
      else
        turn("push_private(own[1], {}, {});", place.bytes, byte_of(place));
    }
    remark("A pipe makes the ITER_BVEC: its buffers hold a reference to each page.");
  }

  void from_own_pipe() {
    fill_own_pipe();
    const Sink sink = open_sink();
    turn("n = splice(own[0], NULL, {}, {}, {}, SPLICE_F_NONBLOCK);", sink.fd, sink.at, bytes());
    after("close_pipe(own);");
  }

  /// Filled as the pages are.
  void own_memory(bool anonymous) {
    ready("char* own = anon_page(NULL, {}, {});", bytes(), byte_of(only_page()));
    for (int i = 1, offset = only_page().bytes; i < std::ssize(actor_.pages); ++i) {
      const PagePlace& next = page(actor_.pages[i]);
      ready("memset(own + {}, {}, {});", offset, byte_of(next), next.bytes);
      offset += next.bytes;
    }
    remark(fmt::format(
        "{}: memory of its own. Who else uses the scenario's pages acts on other pages then.",
        anonymous ? "io_uring registers one stretch of memory, and the pages are not side by side"
                  : "io_uring registers anonymous memory, and the pages are its creator's alone"));
  }

  void registered_buffer() {
    open_target();
    const bool anonymous = std::all_of(actor_.pages.begin(), actor_.pages.end(), [&](int index) {
      return scenario_.pages[index].backing == Backing::anon;
    });
    route_.reads_into_pages = anonymous && layout_.adjacent(actor_.pages);
    const std::string data = route_.reads_into_pages ? only_page().name : "own";
    if (!route_.reads_into_pages) own_memory(anonymous);
    remark("io_uring makes the ITER_BVEC: a registered buffer, whose pages it pins meanwhile.");
    ready("struct ring ring = make_ring({}, {});", data, bytes());
    turn("submit_fixed(me, &ring, fd, IORING_OP_{}_FIXED, {}, {}, at);", dest_ ? "READ" : "WRITE",
         data, bytes());
    if (actor_.until == Until::submit) {
      remark(
          "The model's creator lets go as soon as it has submitted. io_uring does not: it keeps "
          "its pins until the request is done, and only the mapping's references go.");
      turn("munmap({}, {});", data, bytes());
    }
    turn("n = finish_fixed(&ring);");
    after("close_ring(&ring);");
    if (!route_.reads_into_pages && actor_.until != Until::submit)
      after(fmt::format("munmap(own, {});", bytes()));
    route_.kind = quoted("bvec");
  }

  /// kernel_read() of a file that is open with O_DIRECT.
  void kernel_read() {
    open_target();
    remark(
        "The kernel reads a module's file, which must be a regular one that nobody has open for "
        "writing, into memory of its own, with an ITER_KVEC. What it has read is no module: that "
        "error tells that it was read.");
    turn("n = syscall(SYS_finit_module, fd, \"\", 0);");
    turn("if (n < 0 && (errno == ENOEXEC || errno == EKEYREJECTED)) n = {};", bytes());
    route_.kind = quoted("kvec");
    route_.bytes = 0;
  }

  /// Iterators over an address_space: a network file system's buffered I/O, to its server, or to
  /// its cache on a local disk, which cachefiles reads and writes with O_DIRECT.
  void page_cache() {
    const auto* cache = std::ranges::find(kCaches, actor_.caller, &Cache::caller);
    if (cache == std::end(kCaches))
      no_route(fmt::format("no file system hands an {} to {}", kind_->symbol, actor_.caller));
    route_.cache = cache->target.key;
    remark(
        "Buffered I/O of a network file system makes the iterator over its page cache: an "
        "ITER_XARRAY before 6.12, an ITER_FOLIOQ since.");
    ready("char* data = anon_page(NULL, {}, 'd');", bytes());
    cache->local ? through_local_cache() : to_server();
    after(fmt::format("munmap(data, {});", bytes()));
    route_.kind = "since(6, 12) ? \"folioq\" : \"xarray\"";
    route_.bytes = 0;
  }

  void read_all(bool ahead) {
    for (const int index : actor_.pages) {
      const std::string call =
          fmt::format("pread(cache_fd, data, {}, {})", page(index).bytes, page(index).offset);
      if (ahead)
        ready("if ({} < 0) fail(\"read\");", call);
      else
        turn("n += {};", call);
    }
  }

  void to_server() {
    if (dest_) {
      ready("posix_fadvise(cache_fd, 0, 0, POSIX_FADV_DONTNEED);");
      return read_all(false);
    }
    for (const int index : actor_.pages)
      turn("n += pwrite(cache_fd, data, {}, {});", page(index).bytes, page(index).offset);
    turn("if (n > 0 && fsync(cache_fd) != 0) n = -1;");
  }

  /// A cold read comes from the server, and is then written to the cache; the next one is read
  /// there.
  void through_local_cache() {
    remark(
        "What is open for writing is not cached locally. The first read of a file fills that "
        "cache.");
    ready("close(cache_fd);");
    ready("cache_fd = open_file(cache_path, O_RDONLY);");
    ready("posix_fadvise(cache_fd, 0, 0, POSIX_FADV_DONTNEED);");
    if (dest_) {
      read_all(true);
      ready("sleep(1);");
      ready("posix_fadvise(cache_fd, 0, 0, POSIX_FADV_DONTNEED);");
    } else {
      after("sleep(1);  // the write to the cache is not waited for");
    }
    read_all(false);
  }

  // --- pipes ---

  void splice_read() {
    const std::string& pipe = layout_.pipes[actor_.pipe];
    if (actor_.caller.empty()) {
      for_cached_runs("splice(cache_fd, &from, " + pipe + "[1], NULL, {}, SPLICE_F_NONBLOCK)");
      return;
    }
    open_target();
    turn("n = splice(fd, &at, {}[1], NULL, {}, SPLICE_F_NONBLOCK);", pipe, bytes());
    route_.kind = "since(6, 5) ? \"bvec\" : \"pipe\"";
  }

  void splice_write() {
    const Sink sink = open_sink();
    turn("n = splice({}[0], NULL, {}, {}, kRegion, SPLICE_F_NONBLOCK);", layout_.pipes[actor_.pipe],
         sink.fd, sink.at);
    route_.bytes = layout_.bytes_of(scenario_.pipes[actor_.pipe].holds);
  }

  void sendfile() {
    const Sink sink = open_sink();
    if (!route_.target.empty()) ready("lseek({}, at, SEEK_SET);", sink.fd);
    for_cached_runs("sendfile(" + sink.fd + ", cache_fd, &from, {})");
    route_.bytes = bytes();
  }

  /// One call for each run of pages that lie side by side in the file. `call` has {} for the bytes.
  void for_cached_runs(const std::string& call) {
    ready("off_t from = 0;");
    for (std::size_t first = 0; first < actor_.pages.size();) {
      std::vector<int> run{actor_.pages[first]};
      while (first + run.size() < actor_.pages.size()) {
        auto longer = run;
        longer.push_back(actor_.pages[first + run.size()]);
        if (!layout_.adjacent(longer)) break;
        run = longer;
      }
      turn("from = {};", page(run[0]).offset);
      turn("n {}= {};", first == 0 ? "" : "+",
           fmt::format(fmt::runtime(call), layout_.bytes_of(run)));
      first += run.size();
    }
  }

  // --- what needs no iterator ---

  void as_path_says() {
    const PagePlace none{};
    const PagePlace& place = actor_.pages.empty() ? none : only_page();
    const auto pipe = [&](int index) { return index < 0 ? "" : layout_.pipes[index]; };
    const auto filled = [&](std::string_view text) {
      return fmt::format(fmt::runtime(text), fmt::arg("pipe", pipe(actor_.pipe)),
                         fmt::arg("to", pipe(actor_.pipe2)), fmt::arg("vectors", vectors(1)),
                         fmt::arg("page", place.name), fmt::arg("offset", place.offset),
                         fmt::arg("bytes", place.bytes));
    };
    const UserSpace& program = path_.user_space;
    if (program.turn.empty())
      no_route(fmt::format("nothing in user space stands for path '{}'", actor_.path));
    for (const std::string_view line : program.ready) route_.ready.push_back(filled(line));
    route_.turn.push_back(filled(program.turn));
  }

  /// Routes that depend on the actor's caller and kind, or on where its pages lie in a file.
  struct Own {
    std::string_view path;
    void (Router::*way)();
  };
  static const std::array<Own, 5> kOwn;
};

const std::array<Router::Own, 5> Router::kOwn{{{"direct-read", &Router::direct},
                                               {"direct-write", &Router::direct},
                                               {"splice-read", &Router::splice_read},
                                               {"splice-write", &Router::splice_write},
                                               {"sendfile", &Router::sendfile}}};

}  // namespace

Route route_of(const Scenario& scenario, const ActorSpec& actor, const Layout& layout,
               const Kinds& kinds, const std::string& file) {
  return Router(scenario, actor, layout, kinds, file).route();
}

std::string target_words(const std::string& key) {
  if (key == "cache") return "a file for the page cache's pages, on ext4 or xfs";
  for (const Cache& cache : kCaches)
    if (cache.target.key == key) return std::string(cache.target.words);
  for (const Caller& caller : callers())
    if (caller.target.key == key && !key.empty()) return std::string(caller.target.words);
  throw std::logic_error(fmt::format("internal error: no words for a program's target '{}'", key));
}

}  // namespace pincheck::reproduce
