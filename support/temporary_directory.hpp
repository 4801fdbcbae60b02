// A directory for files that nobody needs later: it goes with its owner. Where its owner was
// killed, the next one that is made in the same place removes it.
#pragma once

#include <filesystem>

#include "support/descriptor.hpp"

namespace waitbench {

class TemporaryDirectory {
 public:
  // Makes .waitbench-<process id>-<letters> in `parent`, and removes those there that belong to
  // nobody any more. Throws std::system_error if it can't be made.
  explicit TemporaryDirectory(
      const std::filesystem::path& parent = std::filesystem::temp_directory_path());
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  Descriptor lock_;  // held as long as the owner lives
};

}  // namespace waitbench
