// Turns the records of a run into slices, spans, arrows and counts.
#include "bench/write/trace_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "bench/records/stages.hpp"
#include "bench/write/thread_tracks.hpp"

namespace waitbench {
namespace {

// A row that is no thread. The system's thread ids are smaller.
constexpr int no_thread = 1 << 23;

// More changes of a count than this are summed up: nobody could see them.
constexpr int changes_at_most = 1000;

std::string name_of_task(int task) {
  return task > 0 ? fmt::format("task {}", task) : "no label";
}

std::string task_argument(int task) {
  return fmt::format(R"("task":{})", task);
}

// The tasks to draw one by one: all, or the first, the last, and those evenly between.
std::vector<TaskRecord> spread_over(const std::vector<TaskRecord>& tasks) {
  if (tasks.size() <= tasks_drawn_at_most) return tasks;
  std::vector<TaskRecord> some;
  for (size_t i = 0; i < tasks_drawn_at_most; ++i)
    some.push_back(tasks[i * (tasks.size() - 1) / (tasks_drawn_at_most - 1)]);
  return some;
}

using Changes = std::map<Duration, int>;  // by how much a count changes, and when

void add_stretch(Changes& changes, Duration begin, Duration end) {
  if (begin == end) return;
  ++changes[begin];
  --changes[end];
}

class RunDrawing {
 public:
  RunDrawing(const Run& run, int process, TraceEvents& events, TraceSummary& summary)
      : run_(run),
        client_(process),
        server_(process + 1),
        events_(events),
        summary_(summary),
        end_(end_of(run)),
        tasks_(tasks_of(run)),
        drawn_(spread_over(tasks_)) {}

  void draw() {
    draw_prediction();
    draw_client_threads();
    draw_server();
    for (const auto& [begin, end] : hand_overs_)
      draw_arrow("handler", client_, begin, client_, end);
    for (const TaskRecord& task : drawn_) {
      draw_span(task);
      draw_arrows(task);
    }
    count_tasks();
    summary_.tasks += static_cast<int>(tasks_.size());
    summary_.tasks_drawn += static_cast<int>(drawn_.size());
  }

 private:
  bool all_drawn() const { return drawn_.size() == tasks_.size(); }
  void draw_prediction();
  void draw_client_threads();
  void draw_handlers(ThreadTracks& tracks);
  // When a connection was asked for, accepted, answered, and closed.
  using Connection = std::array<std::optional<Duration>, 4>;

  void draw_server();
  void draw_connection(int task, const Connection& connection);
  void draw_span(const TaskRecord& task);
  void draw_arrows(const TaskRecord& task);
  void draw_arrow(std::string_view name, int from, const Moment& begin, int to, const Moment& end);
  void count_tasks();
  void count(std::string_view what, const Changes& changes);

  const Run& run_;
  int client_;
  int server_;
  TraceEvents& events_;
  TraceSummary& summary_;
  Duration end_;
  std::vector<TaskRecord> tasks_;
  std::vector<TaskRecord> drawn_;
  std::vector<std::pair<Moment, Moment>> hand_overs_;  // from a handler's creation to its run
};

// A row above the tasks, as long as the run should have taken.
void RunDrawing::draw_prediction() {
  if (tasks_.empty()) return;
  const Track track{client_, no_thread};
  const auto id = events_.next_id();
  const std::string name =
      fmt::format("predicted: {}", formula_of(run_.model->facts, run_.workload));
  events_.name_thread(track, "tasks", -1);
  events_.begin_span(track, id, Duration{0}, name);
  events_.end_span(track, id, std::chrono::round<Duration>(run_.predicted()), name);
}

void RunDrawing::draw_client_threads() {
  ThreadTracks tracks{run_.events};
  const bool held = run_.model->holds_thread_while_waiting();
  if (!all_drawn())
    for (const TaskRecord& task : tasks_) tracks.sum_up(task, held, end_);
  for (const TaskRecord& task : drawn_) tracks.draw(task, held, end_);
  draw_handlers(tracks);
  tracks.write(client_, end_, events_);
}

// Where the client was built to tell of them.
void RunDrawing::draw_handlers(ThreadTracks& tracks) {
  struct Handler {
    std::string operation;
    Moment created;
    Moment began;
  };
  std::map<std::uint64_t, Handler> handlers;
  for (const HandlerEvent& event : run_.handlers) {
    const Moment now = moment_after(run_.start, event.time, event.thread);
    if (event.step == HandlerStep::created) ++summary_.handlers;
    if (event.step == HandlerStep::created && handlers.size() < handlers_drawn_at_most) {
      handlers[event.handler] = {event.operation, now, now};
      tracks.draw_slice(now, now.time + shortest_slice, "begin " + event.operation);
    }
    if (event.step == HandlerStep::performed && handlers.size() < handlers_drawn_at_most)
      tracks.draw_slice(now, now.time + shortest_slice, event.operation);
    const auto handler = handlers.find(event.handler);
    if (handler == handlers.end()) continue;
    auto& [operation, created, began] = handler->second;
    if (event.step == HandlerStep::began) began = now;
    if (event.step != HandlerStep::ended) continue;
    tracks.draw_slice(began, now.time, "after " + operation);
    hand_overs_.emplace_back(created, began);
  }
  summary_.handlers_drawn += handlers.size();
}

// On the server's threads there is no more than the steps: most servers wait without a thread. Each
// connection is a span with what it is in: queued, until the server accepts it, waiting, until it
// is answered, and open.
void RunDrawing::draw_server() {
  std::map<int, Connection> connections;  // by task that is drawn
  for (const TaskRecord& task : drawn_)
    connections[task.task].front() =
        task.written ? std::optional{task.written->time} : std::nullopt;
  ThreadTracks tracks{run_.server_events};
  for (const Event& event : run_.server_events) {
    if (event.step < Step::accepted || event.step > Step::closed) continue;
    if (connections.size() < tasks_drawn_at_most) connections.try_emplace(event.task);
    const auto connection = connections.find(event.task);
    if (connection == connections.end()) continue;
    const Moment moment = moment_after(run_.start, event.time, event.thread);
    tracks.draw_step(name_of(event.step), event.task, moment);
    const auto reached = static_cast<size_t>(event.step) - static_cast<size_t>(Step::accepted);
    connection->second.at(1 + reached) = moment.time;
  }
  std::erase_if(connections, [](const auto& row) { return !row.second[1]; });  // never accepted
  for (const auto& [task, connection] : connections) draw_connection(task, connection);
  if (!connections.empty()) events_.name_thread({server_, no_thread}, "connections", -1);
  tracks.write(server_, end_, events_);
}

void RunDrawing::draw_connection(int task, const Connection& connection) {
  constexpr std::array<std::string_view, 3> parts{"queued", "waiting", "open"};
  std::vector<Duration> moments;
  for (const auto& moment : connection)
    if (moment) moments.push_back(*moment);
  const auto [first, last] = std::ranges::minmax(moments);
  const Track track{server_, no_thread};
  const auto id = events_.next_id();
  events_.begin_span(track, id, first, name_of_task(task), task_argument(task));
  for (size_t part = 0; part < parts.size(); ++part) {
    const auto& begin = connection.at(part);
    const auto& end = connection.at(part + 1);
    if (!begin || !end || *end < *begin) continue;
    events_.begin_span(track, id, *begin, parts.at(part));
    events_.end_span(track, id, *end, parts.at(part));
  }
  events_.end_span(track, id, last, name_of_task(task));
}

void RunDrawing::draw_span(const TaskRecord& task) {
  if (task.stages.empty()) return;
  const Track track{client_, no_thread};
  const auto id = events_.next_id();
  const std::string name = name_of_task(task.task);
  events_.begin_span(track, id, task.stages.front().begin, name,
                     task.finished ? "" : R"("finished":false)");
  for (const Stretch& stretch : task.stages) {
    events_.begin_span(track, id, stretch.begin, name_of(stretch.stage));
    events_.end_span(track, id, stretch.end, name_of(stretch.stage));
  }
  events_.end_span(track, id, task.stages.back().end, name);
}

// The way to the server and back, and from thread to thread.
void RunDrawing::draw_arrows(const TaskRecord& task) {
  if (task.written && task.echoed)
    draw_arrow("request", client_, *task.written, server_, *task.echoed);
  if (task.echoed && task.read) draw_arrow("reply", server_, *task.echoed, client_, *task.read);
  std::optional<Moment> before;
  for (const auto& step : {task.started, task.written, task.read, task.computes}) {
    if (before && step && before->thread != step->thread)
      draw_arrow("hop", client_, *before, client_, *step);
    if (step) before = step;
  }
}

// Not where two readings of the clock, microseconds apart, came out in the other order.
void RunDrawing::draw_arrow(std::string_view name, int from, const Moment& begin, int to,
                            const Moment& end) {
  if (begin.time <= end.time)
    events_.arrow(name, {from, begin.thread}, begin.time, {to, end.thread}, end.time);
  else
    ++summary_.arrows_left_out;
}

// All tasks, drawn one by one or not.
void RunDrawing::count_tasks() {
  Changes in_flight;
  Changes computing;
  Changes ready;
  for (const TaskRecord& task : tasks_) {
    if (task.started)
      add_stretch(in_flight, task.started->time, task.finished ? task.finished->time : end_);
    for (const Stretch& stretch : task.stages) {
      if (stretch.stage == Stage::compute) add_stretch(computing, stretch.begin, stretch.end);
      if (stretch.stage == Stage::ready) add_stretch(ready, stretch.begin, stretch.end);
    }
  }
  count("tasks in flight", in_flight);
  count("tasks computing", computing);
  count("tasks ready without a thread", ready);
}

// Every change, or, where there are too many, the most in each of many equal parts of the run.
void RunDrawing::count(std::string_view what, const Changes& changes) {
  const bool every = changes.size() <= changes_at_most;
  const Duration part = std::max(end_ / changes_at_most, Duration{1});
  int level = 0;
  int told = 0;
  const auto tell = [&](Duration time, int value) {
    if (std::exchange(told, value) != value) events_.count(client_, time, what, value);
  };
  for (auto change = changes.begin(); change != changes.end();) {
    const Duration begin = every ? change->first : change->first / part * part;
    int most = every ? level + change->second : level;
    do {
      level += change->second;
      most = std::max(most, level);
      ++change;
    } while (!every && change != changes.end() && change->first < begin + part);
    tell(begin, most);
    if (change == changes.end() || change->first >= begin + 2 * part) tell(begin + part, level);
  }
}

}  // namespace

void name_run(const Run& run, int process, TraceEvents& events) {
  const std::string which =
      fmt::format("({} tasks{}, repetition {})", run.workload.tasks,
                  run.workload.arrivals ? fmt::format(" at {}/s", run.workload.arrivals->rate) : "",
                  run.repetition);
  std::string outcome = fmt::format("{}: {}", name_of(run.status), run.message);
  if (run.status == Status::ok)
    outcome =
        fmt::format("{:.4g} s, predicted {:.4g} s", run.makespan->count(), run.predicted().count());
  events.name_process(process, fmt::format("client_{} {}", run.model->name, which), outcome);
  events.name_process(process + 1, fmt::format("echo_server of {} {}", run.model->name, which), "");
}

void draw_run(const Run& run, int process, TraceEvents& events, TraceSummary& summary) {
  RunDrawing{run, process, events, summary}.draw();
}

}  // namespace waitbench
