// The task as a machine: each state goes on to the next, or returns what it awaits.
#include "task/state_machine.hpp"

#include "record/ending.hpp"
#include "task/compute.hpp"
#include "task/message.hpp"

namespace waitbench {

TaskMachine::TaskMachine(int id, const Options& options, EventLog& log)
    : id_(id), options_(&options), log_(&log) {}

Awaits TaskMachine::step() {
  try {
    return awaits_ = go_on();
  } catch (...) {
    std::throw_with_nested(TaskError{id_});
  }
}

Awaits TaskMachine::go_on() {
  switch (state_) {
    case State::new_born:
      return arrive();
    case State::arriving:
      return start();
    case State::pausing:
      return connect();
    case State::connecting:
      return go_on_connecting();
    case State::writing:
      return write();
    case State::reading:
      return read();
    case State::finished:
      break;
  }
  return Awaits::nothing;
}

Awaits TaskMachine::arrive() {
  if (!options_->arrivals) return start();
  state_ = State::arriving;
  wakes_at_ = options_->due_time_of(id_);
  return Awaits::time;
}

Awaits TaskMachine::start() {
  log_->record(id_, Step::started);
  state_ = State::pausing;
  wakes_at_ = Clock::now() + options_->connect;
  return Awaits::time;
}

// Even if it should be connected at once: each task awaits its connection at least once.
Awaits TaskMachine::connect() {
  socket_.connect(options_->server_of(id_));
  state_ = State::connecting;
  return Awaits::connection;
}

Awaits TaskMachine::go_on_connecting() {
  if (!socket_.connect(options_->server_of(id_))) return Awaits::connection;
  state_ = State::writing;
  return write();
}

Awaits TaskMachine::write() {
  const std::string message = label_of(id_);
  while (done_ < message.size()) {
    const size_t count = socket_.write_some(std::string_view{message}.substr(done_));
    if (count == 0) return Awaits::room;
    done_ += count;
  }
  log_->record(id_, Step::written);
  state_ = State::reading;
  done_ = 0;
  echo_.resize(message.size());
  return Awaits::reply;
}

// Reads until there is nothing more: a loop that is told of changes only (edge-triggered) is not
// told again of what was there already, like the end after half an echo.
Awaits TaskMachine::read() {
  while (done_ < echo_.size()) {
    const size_t count = socket_.read_some(std::span{echo_}.subspan(done_));
    if (count == 0) return Awaits::reply;
    done_ += count;
  }
  check_echo(label_of(id_), echo_);
  log_->record(id_, Step::read);
  socket_.close();

  compute(id_, *options_, *log_);
  state_ = State::finished;
  return Awaits::nothing;
}

std::vector<TaskMachine> make_task_machines(const Options& options, EventLog& log) {
  std::vector<TaskMachine> tasks;
  tasks.reserve(static_cast<size_t>(options.tasks));
  for (int id = 1; id <= options.tasks; ++id) tasks.emplace_back(id, options, log);
  return tasks;
}

}  // namespace waitbench
