// Owns a file descriptor, and closes it.
#pragma once

#include <unistd.h>

#include <utility>

namespace waitbench {

// A descriptor that is closed with its owner. Negative: none.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { reset(); }

  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }

  // Gives the descriptor away: whoever gets it closes it.
  int release() { return std::exchange(number_, -1); }

  // Closes it now. Returns whether the system could do so without an error.
  bool reset() { return number_ < 0 || close(release()) == 0; }

 private:
  int number_;
};

}  // namespace waitbench
