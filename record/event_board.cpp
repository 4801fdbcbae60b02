// Maps the board into memory and stores events in it atomically.
#include "record/event_board.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <limits>
#include <stdexcept>
#include <string>
#include <system_error>

#include "support/descriptor.hpp"

namespace waitbench {
namespace {

// `due` is known beforehand: nobody watches it happen.
constexpr size_t steps = static_cast<size_t>(Step::echoed) + 1;

Descriptor open_board(const std::filesystem::path& path) {
  Descriptor file{open(path.c_str(), O_RDWR | O_CLOEXEC)};
  if (!file.is_open())
    throw std::system_error(errno, std::generic_category(), "can't open " + path.string());
  return file;
}

int tasks_of_board(const Descriptor& file, const std::filesystem::path& path) {
  struct stat status {};
  const size_t a_task = EventBoard::bytes_for(1);
  const bool is_known = fstat(file.get(), &status) == 0;
  const auto bytes = static_cast<size_t>(is_known ? status.st_size : 0);
  if (bytes == 0 || bytes % a_task != 0 || bytes / a_task > std::numeric_limits<int>::max())
    throw std::runtime_error(path.string() + ": not a board of events: " + std::to_string(bytes) +
                             " bytes, which is no multiple of " + std::to_string(a_task));
  return static_cast<int>(bytes / a_task);
}

}  // namespace

EventBoard::EventBoard(int tasks) : EventBoard(tasks, -1) {}

EventBoard::EventBoard(const std::filesystem::path& path)
    : EventBoard([&] {
        const Descriptor file = open_board(path);  // the mapped memory outlives it
        return EventBoard{tasks_of_board(file, path), file.get()};
      }()) {}

EventBoard::EventBoard(int tasks, int file)
    : tasks_(tasks), slots_(nullptr, Unmap{bytes_for(tasks)}) {
  void* memory = mmap(nullptr, bytes_for(tasks), PROT_READ | PROT_WRITE,
                      file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED, file, 0);
  if (memory == MAP_FAILED)
    throw std::system_error(errno, std::generic_category(), "no memory for the events");
  slots_.reset(static_cast<Slot*>(memory));
}

void EventBoard::Unmap::operator()(Slot* slots) const {
  munmap(slots, bytes);
}

size_t EventBoard::bytes_for(int tasks) {
  return static_cast<size_t>(tasks) * steps * sizeof(Slot);
}

EventBoard::Slot& EventBoard::slot(size_t step, int task) const {
  return slots_.get()[step * static_cast<size_t>(tasks_) + static_cast<size_t>(task - 1)];
}

void EventBoard::clear(Step first, Step last) {
  for (auto step = static_cast<size_t>(first); step <= static_cast<size_t>(last); ++step)
    for (int task = 1; task <= tasks_; ++task)
      std::atomic_ref{slot(step, task).ns}.store(0, std::memory_order_relaxed);
}

void EventBoard::put(const Event& event) {
  if (!has_task(event.task))
    throw std::out_of_range("task " + std::to_string(event.task) + " of " + std::to_string(tasks_));
  Slot& noted = slot(static_cast<size_t>(event.step), event.task);
  std::atomic_ref{noted.thread}.store(event.thread, std::memory_order_relaxed);
  std::atomic_ref{noted.ns}.store(event.time.time_since_epoch().count(),
                                  std::memory_order_release);  // who sees the time sees the thread
}

int EventBoard::count(Step step) const {
  int noted = 0;
  for (int task = 1; task <= tasks_; ++task)
    noted += std::atomic_ref{slot(static_cast<size_t>(step), task).ns}.load(
                 std::memory_order_relaxed) != 0;
  return noted;
}

std::vector<Event> EventBoard::events(Step first, Step last) const {
  std::vector<Event> events;
  for (auto step = static_cast<size_t>(first); step <= static_cast<size_t>(last); ++step)
    for (int task = 1; task <= tasks_; ++task) {
      Slot& noted = slot(step, task);
      const auto ns = std::atomic_ref{noted.ns}.load(std::memory_order_acquire);
      if (ns == 0) continue;
      const auto thread = std::atomic_ref{noted.thread}.load(std::memory_order_relaxed);
      events.push_back({task, static_cast<Step>(step), Clock::time_point{Duration{ns}},
                        static_cast<int>(thread)});
    }
  return events;
}

}  // namespace waitbench
