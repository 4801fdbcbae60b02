// Goes through the tasks of a run one by one, as they arrive.
#pragma once

#include <thread>

#include "task/options.hpp"

namespace waitbench {

// `for (const int id : arriving(options))` goes through the tasks 1 to options.tasks. Where tasks
// arrive over time, it keeps the calling thread until each is due.
class Arriving {
 public:
  class Iterator {
   public:
    Iterator(const Options& options, int id) : options_(options), id_(id) {}
    int operator*() const {
      if (options_.arrivals) std::this_thread::sleep_until(options_.due_time_of(id_));
      return id_;
    }
    Iterator& operator++() {
      ++id_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return id_ == other.id_; }

   private:
    const Options& options_;
    int id_;
  };

  explicit Arriving(const Options& options) : options_(options) {}
  Iterator begin() const { return {options_, 1}; }
  Iterator end() const { return {options_, options_.tasks + 1}; }

 private:
  const Options& options_;
};

inline Arriving arriving(const Options& options) {
  return Arriving{options};
}

}  // namespace waitbench
