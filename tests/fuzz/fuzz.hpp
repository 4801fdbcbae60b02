// What the fuzz targets share. libFuzzer calls each with bytes of its own making, again and again,
// and keeps what reaches new code.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <source_location>
#include <string>
#include <string_view>

#include "support/descriptor.hpp"

namespace waitbench {

// Ends the process, which libFuzzer reports together with the bytes that led to it.
inline void expect(bool holds, std::source_location place = std::source_location::current()) {
  if (holds) return;
  std::fprintf(stderr, "%s:%u: does not hold\n", place.file_name(), place.line());
  std::abort();
}

// A file in memory, for what reads files.
class FileInMemory {
 public:
  explicit FileInMemory(std::string_view content) : memory_(memfd_create("fuzz", MFD_CLOEXEC)) {
    expect(write(memory_.get(), content.data(), content.size()) ==
           static_cast<ssize_t>(content.size()));
  }

  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(memory_.get()); }

 private:
  Descriptor memory_;
};

// Reads what came: each target defines it. What it throws as std::exception is a refusal, and fine.
void read(std::string_view input);

}  // namespace waitbench

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    waitbench::read({reinterpret_cast<const char*>(data), size});
  } catch (const std::exception&) {
  }
  return 0;
}
