// SPDX-License-Identifier: MIT
#include "model/base/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "model/base/input.hpp"

namespace pincheck {
namespace {

[[noreturn]] void fail(const std::string& path) {
  throw InputError(
      fmt::format("{}: cannot be written: {}, expected a file in a writable folder with room on "
                  "its disk",
                  path, std::strerror(errno)));
}

void write_all(int fd, const std::string& path, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t written = write(fd, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(path);
    done += static_cast<std::size_t>(written);
  }
}

/// A file descriptor and its file, both gone at the end unless renamed.
class Temporary {
 public:
  explicit Temporary(const std::string& path)
      : target_(path),
        path_(fmt::format("{}.{}.tmp", path, gettid())),  // no other thread's
        fd_(open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
    if (fd_ < 0) fail(target_);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (fd_ >= 0) close(fd_);
    if (!path_.empty()) unlink(path_.c_str());
  }

  int fd() const { return fd_; }
  void rename_to_target() {
    if (fsync(fd_) != 0) fail(target_);
    const int status = close(fd_);
    fd_ = -1;
    if (status != 0) fail(target_);
    if (rename(path_.c_str(), target_.c_str()) != 0) fail(target_);
    path_.clear();
    sync_folder();
  }

 private:
  /// A file system that cannot do so has the new name or the old one, and either file whole.
  void sync_folder() const {
    const std::size_t slash = target_.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : target_.substr(0, slash + 1);
    const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    fsync(fd);
    close(fd);
  }

  std::string target_;
  std::string path_;
  int fd_;
};

/// Whether a rename would put a file in the place of something else: a device, a FIFO, a folder.
bool is_no_file(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) == 0) return !S_ISREG(found.st_mode);
  if (errno != ENOENT) fail(path);
  return false;
}

void write_in_place(const std::string& path, const std::string& text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) fail(path);
  write_all(fd, path, text);
  close(fd);
}

/// Where the links end, also when nothing is there. They do end: stat() has followed them.
std::string without_links(std::filesystem::path path) {
  while (std::filesystem::is_symlink(path))
    path = path.parent_path() / std::filesystem::read_symlink(path);
  return path;
}

}  // namespace

void write_atomically(const std::string& path, const std::string& text) {
  if (is_no_file(path)) return write_in_place(path, text);
  Temporary file(without_links(path));
  write_all(file.fd(), path, text);
  file.rename_to_target();
}

std::string problem_writing(const std::string& path, const std::string& text) {
  try {
    write_atomically(path, text);
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

}  // namespace pincheck
