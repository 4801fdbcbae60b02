// The workload: what every model is asked to do, and nothing about how it does it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <thread>
#include <vector>

#include "support/time.hpp"

namespace waitbench {

// What stands for computing. Both keep the OS thread for the whole stage.
enum class ComputeKind {
  hold,  // sleeps on the thread, so that no core limits how many compute at once
  burn,  // spins until the thread has used that much CPU time, so that two cores show as two
};

// How tasks arrive one by one, where they don't all start at once.
enum class ArrivalKind {
  poisson,  // at random: each moment is as likely as any other, whatever has arrived before
  even,     // one after each interval of the same length
};

struct Arrivals {
  double rate = 1;  // tasks per second, on average
  ArrivalKind kind = ArrivalKind::poisson;
  std::uint32_t seed = 0;  // of the random ones

  bool operator==(const Arrivals&) const = default;
};

// When each of the tasks is meant to start, counted from the beginning of the run: ascending. That
// does not depend on how the tasks before it fare, which is what makes the load an open loop. Even
// arrivals begin one interval after the beginning, Poisson arrivals after their first random one.
std::vector<Duration> arrival_times(const Arrivals& arrivals, int tasks);

struct Workload {
  int tasks = 3;
  // Worker threads of the models that have a fixed number of them. Overlapping the computation of
  // the three default tasks takes three, whatever the machine has.
  int threads = std::max(4, static_cast<int>(std::thread::hardware_concurrency()));
  int server_threads = 4;  // of the servers that have a fixed number of them
  int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  // Processes that share the tasks out among them, each with a server of its own: for more tasks
  // than the descriptors of one suffice for.
  int clients = 1;

  Duration connect = std::chrono::seconds{2};   // a wait: reaching a slow peer
  Duration response = std::chrono::seconds{8};  // a wait: the server's delay, counted from accept
  Duration compute = std::chrono::seconds{4};   // holds a thread: working on the answer
  ComputeKind compute_kind = ComputeKind::hold;
  // Every second task, that with an even number, computes so many times as long: at least 1.
  double uneven = 1;

  std::optional<Arrivals> arrivals;  // nothing: all tasks are there from the beginning

  Duration compute_of(int id) const {
    return id % 2 == 0 ? std::chrono::round<Duration>(compute * uneven) : compute;
  }

  bool operator==(const Workload&) const = default;
};

// The same with every stage so many times as long.
Workload scaled(Workload workload, double factor);

constexpr const char* name_of(ComputeKind kind) {
  return kind == ComputeKind::hold ? "hold" : "burn";
}

constexpr const char* name_of(ArrivalKind kind) {
  return kind == ArrivalKind::poisson ? "poisson" : "even";
}

}  // namespace waitbench
