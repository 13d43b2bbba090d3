// SPDX-License-Identifier: MIT
#include "checker/counterexample/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "model/input.hpp"

namespace pincheck {
namespace {

/// A file descriptor and its file, both gone at the end unless renamed.
class Temporary {
 public:
  explicit Temporary(const std::string& path)
      : target_(path),
        path_(fmt::format("{}.{}.tmp", path, getpid())),
        fd_(open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
    if (fd_ < 0) fail();
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (fd_ >= 0) close(fd_);
    if (!path_.empty()) unlink(path_.c_str());
  }

  void write_all(const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t written = write(fd_, text.data() + done, text.size() - done);
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) fail();
      done += static_cast<std::size_t>(written);
    }
  }
  void rename_to_target() {
    if (fsync(fd_) != 0) fail();
    const int status = close(fd_);
    fd_ = -1;
    if (status != 0) fail();
    if (rename(path_.c_str(), target_.c_str()) != 0) fail();
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

  [[noreturn]] void fail() const {
    throw InputError(
        fmt::format("{}: cannot be written: {}, expected a file in a writable folder with room on "
                    "its disk",
                    target_, std::strerror(errno)));
  }

  std::string target_;
  std::string path_;
  int fd_;
};

}  // namespace

void write_atomically(const std::string& path, const std::string& text) {
  Temporary file(path);
  file.write_all(text);
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
