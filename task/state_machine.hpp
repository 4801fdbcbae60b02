// The task of the experiment as a machine of explicit states, for hand-written event loops: it
// never waits, but says what it waits for.
#pragma once

#include <string>
#include <vector>

#include "record/event_log.hpp"
#include "support/plain_socket.hpp"
#include "task/options.hpp"

namespace waitbench {

// What a task needs before it can go on.
enum class Awaits {
  time,        // that of wakes_at()
  connection,  // its socket, new, becoming writable
  room,        // its socket becoming writable, again
  reply,       // its socket becoming readable
  nothing,     // it has finished
};

class TaskMachine {
 public:
  // `options` and `log` must outlive it.
  TaskMachine(int id, const Options& options, EventLog& log);

  // Goes on as far as it can without waiting, and returns what it awaits then. Does no harm
  // before its socket is ready, but must not be called before its time. Computing happens in here.
  // Records each of the four steps. Throws TaskError if anything fails or the echo differs.
  Awaits step();

  int id() const { return id_; }
  Awaits awaits() const { return awaits_; }
  Clock::time_point wakes_at() const { return wakes_at_; }
  int descriptor() const { return socket_.descriptor(); }

 private:
  enum class State { new_born, arriving, pausing, connecting, writing, reading, finished };

  Awaits go_on();
  Awaits arrive();
  Awaits start();
  Awaits connect();
  Awaits go_on_connecting();
  Awaits write();
  Awaits read();

  int id_;
  State state_ = State::new_born;
  Awaits awaits_ = Awaits::time;
  PlainSocket socket_;
  size_t done_ = 0;  // bytes written, then bytes read
  Clock::time_point wakes_at_;
  std::string echo_;
  const Options* options_;
  EventLog* log_;
};

// Tasks 1 to options.tasks.
std::vector<TaskMachine> make_task_machines(const Options& options, EventLog& log);

}  // namespace waitbench
