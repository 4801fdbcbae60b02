// Holds records against times, threads and connections that the process itself did not write.
#include "bench/records/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "bench/models/prediction.hpp"

namespace waitbench {
namespace {

// Two readings of CLOCK_MONOTONIC on two cores may come out in the other order by some nanoseconds.
constexpr Duration grain = std::chrono::microseconds{1};

// CPU time, which is what burning lasts, is counted by another clock, which NTP does not slew.
constexpr double clocks_differ_by = 0.001;

constexpr size_t steps_of_client = static_cast<size_t>(Step::finished) + 1;

size_t index_of(int task) {
  return static_cast<size_t>(task - 1);
}

std::string seconds(Duration duration) {
  return fmt::format("{:.6f} s", Seconds{duration}.count());
}

bool has_task(int task, int tasks) {
  return task >= 1 && task <= tasks;
}

// --- One record by itself ------------------------------------------------------------------------

std::optional<std::string> why_impossible(const Event& event, int tasks, const Life& life) {
  const auto told = fmt::format("task {} {}", event.task, name_of(event.step));
  if (!has_task(event.task, tasks))
    return fmt::format("{}, and the tasks are 1 to {}", told, tasks);
  if (event.step > Step::finished) return told + ", which is a server's step";
  if (event.thread <= 0) return fmt::format("{} on thread {}", told, event.thread);
  if (event.time < life.start)
    return fmt::format("{} {} before the process began", told, seconds(life.start - event.time));
  if (event.time > life.reaped)
    return fmt::format("{} {} after the process had ended", told,
                       seconds(event.time - life.reaped));
  return std::nullopt;
}

// --- The steps of a task, and the connection that belongs to them --------------------------------

// Of one task, where there is such a record.
struct Steps {
  std::array<const Event*, steps_of_client> taken{};

  const Event* at(Step step) const { return taken.at(static_cast<size_t>(step)); }
  bool are_complete() const { return std::ranges::count(taken, nullptr) == 0; }
};

std::vector<Steps> steps_of(std::span<const Event> events, int tasks) {
  std::vector<Steps> steps(static_cast<size_t>(tasks));
  for (const Event& event : events)
    steps[index_of(event.task)].taken.at(static_cast<size_t>(event.step)) = &event;
  return steps;
}

struct Connection {
  Event accepted;
  Event echoed;
  std::optional<Event> closed;
};

std::optional<std::string> why_no_answer(const Connection& connection, const Workload& workload,
                                         const Life& server) {
  const auto& [accepted, echoed, closed] = connection;
  const int task = accepted.task;
  if (closed && (closed->time < echoed.time || closed->time > server.reaped))
    return fmt::format(
        "the server closed the connection of task {} before it had answered, or "
        "when the server was not there any more",
        task);
  if (accepted.thread <= 0 || echoed.thread <= 0)
    return fmt::format("the server served task {} on no thread", task);
  if (accepted.time < server.start || echoed.time > server.reaped)
    return fmt::format("the server served task {} at a time at which it was not there", task);
  if (echoed.time + grain < accepted.time + workload.response)
    return fmt::format("the server answered task {} after {}, not after {}", task,
                       seconds(echoed.time - accepted.time), seconds(workload.response));
  return std::nullopt;
}

// Why it can't be that task's connection.
std::optional<std::string> why_not_own(const Connection& connection, const Steps& task,
                                       const Workload& workload, const Life& server) {
  if (auto why = why_no_answer(connection, workload, server)) return why;
  const auto& [accepted, echoed, closed] = connection;
  const Event* started = task.at(Step::started);
  const Event* read = task.at(Step::read);
  const int id = accepted.task;
  if (!started) return fmt::format("task {} was served, and had not started", id);
  if (accepted.time + grain < started->time + workload.connect)
    return fmt::format("task {} was connected {} after it had started, not after {}", id,
                       seconds(accepted.time - started->time), seconds(workload.connect));
  if (read && read->time + grain < echoed.time)
    return fmt::format("task {} read its answer {} before the server sent it", id,
                       seconds(echoed.time - read->time));
  return std::nullopt;
}

// By task; connections of numbers that no task has are counted.
std::vector<std::vector<Connection>> by_task(std::span<const Event> events, int tasks,
                                             int& strangers) {
  std::vector<std::vector<Connection>> connections(static_cast<size_t>(tasks));
  for (size_t i = 0; i < events.size();) {
    const Event& accepted = events[i++];
    const auto next_is = [&](Step step) {
      return i < events.size() && events[i].step == step && events[i].task == accepted.task;
    };
    if (accepted.step != Step::accepted || !next_is(Step::echoed)) {
      ++strangers;
      continue;
    }
    Connection connection{accepted, events[i++], std::nullopt};
    if (next_is(Step::closed)) connection.closed = events[i++];
    if (has_task(accepted.task, tasks))
      connections[index_of(accepted.task)].push_back(connection);
    else
      ++strangers;
  }
  return connections;
}

// The one of a task's connections that is its own; nothing, and the reason, if there is none.
const Connection* own_among(std::span<const Connection> connections, const Steps& task,
                            const Workload& workload, const Life& server, std::string& doubt) {
  const Connection* own = nullptr;
  std::string why_not;
  for (const Connection& connection : connections) {
    const auto why = why_not_own(connection, task, workload, server);
    if (!why && own)
      doubt =
          fmt::format("two connections carried the number of task {}, and either may be its own",
                      connection.accepted.task);
    else if (!why)
      own = &connection;
    else if (why_not.empty())
      why_not = *why;
  }
  if (!own && doubt.empty()) doubt = why_not;
  return own;
}

// --- Stages and threads --------------------------------------------------------------------------

std::optional<std::string> too_short(int task, std::string_view stage, Duration lasted,
                                     Duration asked) {
  if (lasted + grain >= asked) return std::nullopt;
  return fmt::format("task {} took {} to {}, and {} were asked for", task, seconds(lasted), stage,
                     seconds(asked));
}

Duration least_compute(int id, const Workload& workload) {
  const Duration asked = workload.compute_of(id);
  if (workload.compute_kind == ComputeKind::hold) return asked;
  return std::chrono::round<Duration>((1 - clocks_differ_by) * Seconds{asked});
}

std::optional<std::string> short_stage(int id, const Steps& task, const Workload& workload) {
  const auto between = [&](Step from, Step to) { return task.at(to)->time - task.at(from)->time; };
  if (auto why = too_short(id, "connect", between(Step::started, Step::written), workload.connect))
    return why;
  return too_short(id, "compute", between(Step::read, Step::finished), least_compute(id, workload));
}

// From the first to the last step that a thread took.
struct Seen {
  const Event* first;
  const Event* last;
};

std::optional<std::string> missing_thread(std::span<const Event> events,
                                          std::span<const ThreadSample> samples) {
  std::map<int, Seen> seen;
  for (const Event& event : events)
    seen.try_emplace(event.thread, Seen{&event, &event}).first->second.last = &event;
  for (const ThreadSample& sample : samples)
    for (const auto& [thread, steps] : seen)
      if (steps.first->time < sample.before && sample.after < steps.last->time &&
          !std::ranges::binary_search(sample.threads, thread))
        return fmt::format(
            "task {} {} on thread {}, and task {} {} there later, but in between the process had "
            "no such thread",
            steps.first->task, name_of(steps.first->step), thread, steps.last->task,
            name_of(steps.last->step));
  return std::nullopt;
}

}  // namespace

std::optional<std::string> remove_impossible(std::vector<Event>& events, int tasks,
                                             const Life& life) {
  std::optional<std::string> first;
  std::vector<size_t> next_step(static_cast<size_t>(tasks));
  std::erase_if(events, [&](const Event& event) {
    auto why = why_impossible(event, tasks, life);
    if (!why) {
      size_t& next = next_step[index_of(event.task)];
      const auto step = static_cast<size_t>(event.step);
      if (step < next)
        why = fmt::format("task {} {} a second time, or after a step that follows", event.task,
                          name_of(event.step));
      else
        next = step + 1;
    }
    const bool is_impossible = why.has_value();
    if (is_impossible && !first) first = std::move(why);
    return is_impossible;
  });
  return first;
}

Connections tell_apart(std::span<const Event> server_events, std::span<const Event> client_events,
                       const Workload& workload, const Life& server) {
  Connections found;
  const auto steps = steps_of(client_events, workload.tasks);
  const auto connections = by_task(server_events, workload.tasks, found.strangers);
  for (size_t i = 0; i < connections.size(); ++i) {
    const Connection* own = own_among(connections[i], steps[i], workload, server, found.doubt);
    found.strangers += static_cast<int>(connections[i].size()) - (own ? 1 : 0);
    if (!own) continue;
    found.of_tasks.insert(found.of_tasks.end(), {own->accepted, own->echoed});
    if (own->closed) found.of_tasks.push_back(*own->closed);
  }
  std::ranges::stable_sort(found.of_tasks, {}, &Event::time);
  return found;
}

std::optional<std::string> missing_step(std::span<const Event> client_events, int tasks) {
  const auto steps = steps_of(client_events, tasks);
  const auto lacking = std::ranges::find_if_not(steps, &Steps::are_complete);
  if (lacking == steps.end()) return std::nullopt;
  const auto missing = std::ranges::find(lacking->taken, nullptr) - lacking->taken.begin();
  return fmt::format("task {} has no record of \"{}\"", lacking - steps.begin() + 1,
                     step_names.at(static_cast<size_t>(missing)));
}

std::optional<std::string> contradiction(std::span<const Event> client_events,
                                         const Connections& connections, const Workload& workload,
                                         std::span<const ThreadSample> samples) {
  if (!connections.doubt.empty()) return connections.doubt;
  std::vector<bool> served(static_cast<size_t>(workload.tasks));
  for (const Event& event : connections.of_tasks) served[index_of(event.task)] = true;
  const auto steps = steps_of(client_events, workload.tasks);
  for (int task = 1; task <= workload.tasks; ++task) {
    if (!steps[index_of(task)].are_complete()) continue;
    if (!served[index_of(task)])
      return fmt::format("task {} read an answer, and the server has no record of it", task);
    if (auto why = short_stage(task, steps[index_of(task)], workload)) return why;
  }
  return missing_thread(client_events, samples);
}

std::optional<std::string> too_soon(const Model& model, const Workload& workload, Seconds makespan,
                                    const Server& server) {
  Workload share = share_of(0, workload);
  share.uneven = 1;  // who computes when is not predicted, and some orders end sooner than others
  const bool all_have_a_core = share.compute_kind == ComputeKind::hold ||
                               at_once(model.facts.computing, share) <= share.cores;
  if (workload.arrivals || !all_have_a_core) return std::nullopt;
  const Seconds least = predicted_makespan(model, share, server) - Seconds{grain};
  if (makespan >= least) return std::nullopt;
  return fmt::format("all tasks were done after {:.6f} s, and {} takes at least {:.6f} s",
                     makespan.count(), model.name, least.count());
}

std::optional<std::string> too_little_cpu_time(const Workload& workload, Seconds used) {
  if (workload.compute_kind == ComputeKind::hold) return std::nullopt;
  Duration least{};
  for (int id = 1; id <= workload.tasks; ++id) least += least_compute(id, workload);
  if (used >= least) return std::nullopt;
  return fmt::format("it used {:.2f} s of CPU time, and to compute all tasks takes {:.2f} s",
                     used.count(), Seconds{least}.count());
}

}  // namespace waitbench
