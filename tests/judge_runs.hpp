// An exercise and runs of it as the judge gets to see them, made up.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "bench/records/run.hpp"
#include "exercises/judge/exercises.hpp"

namespace waitbench {

using namespace std::chrono_literals;

inline const Clock::time_point start = Clock::time_point{} + 1h;

// The four steps of a task, on one thread.
inline std::vector<Event> task(int id, int thread, Duration started, Duration written,
                               Duration read, Duration finished) {
  return {{id, Step::started, start + started, thread},
          {id, Step::written, start + written, thread},
          {id, Step::read, start + read, thread},
          {id, Step::finished, start + finished, thread}};
}

// A run whose client ended with status 0, and whose server answered everybody after a second.
inline Run run_of(const Exercise& exercise, std::initializer_list<std::vector<Event>> tasks) {
  Run run{.model = &exercise.model, .workload = exercise.workload, .status = Status::ok};
  run.start = start;
  run.client = ProcessUse{.user_s = 0.01};
  run.client_end = ProcessEnd{.exit_status = 0};
  for (const auto& of_task : tasks)
    run.events.insert(run.events.end(), of_task.begin(), of_task.end());
  std::ranges::stable_sort(run.events, {}, &Event::time);
  for (int id = 1; id <= exercise.workload.tasks; ++id)
    run.server_events.push_back({id, Step::echoed, start + 1s, 9});
  return run;
}

// The client ended with another exit status, and said something.
inline Run failed(Run run, int exit_status, const std::string& said) {
  run.status = Status::failed;
  run.message = "client: exit status " + std::to_string(exit_status) + ": " + said;
  run.client.reset();
  run.client_end = ProcessEnd{.exit_status = exit_status, .said = said};
  return run;
}

// A signal ended the client.
inline Run killed(Run run, int signal, const std::string& message) {
  run.status = Status::failed;
  run.message = message;
  run.client.reset();
  run.client_end = ProcessEnd{.signal = signal};
  return run;
}

// The client had not ended by then.
inline Run late(Run run, const std::string& message) {
  run.status = Status::timeout;
  run.message = message;
  run.client.reset();
  run.client_end.reset();
  return run;
}

// Three tasks of 0.2 + 0.8 + 0.2 s: 1.6 s on one thread.
inline Exercise three_tasks() {
  return {.model = {.name = "three_tasks",
                    .title = "Three tasks",
                    .shows = "",
                    .facts = {Many::all, Many::one, Wait::gives_thread_back}},
          .lesson = 1,
          .workload = {.tasks = 3,
                       .threads = 1,
                       .cores = 1,
                       .connect = 200ms,
                       .response = 800ms,
                       .compute = 200ms}};
}

inline Run right_run(const Exercise& exercise) {
  return run_of(exercise,
                {task(1, 7, 0ms, 200ms, 1000ms, 1200ms), task(2, 7, 0ms, 200ms, 1200ms, 1400ms),
                 task(3, 7, 0ms, 200ms, 1400ms, 1610ms)});
}

}  // namespace waitbench
