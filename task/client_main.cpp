// Parses the command line, runs the model, and writes the records.
#include "task/client_main.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <mutex>
#include <stdexcept>

#include "record/ending.hpp"
#include "record/report.hpp"
#include "support/program.hpp"
#include "support/whole_file.hpp"
#include "task/message.hpp"
#include "task/workload.hpp"
#ifdef ASIO_CUSTOM_HANDLER_TRACKING
#include "record/handler_log.hpp"
#endif

namespace waitbench {
namespace {

// From the beginning of the client on, so that what it takes to set up its tasks counts as
// lateness.
std::vector<Clock::time_point> due_times(const Options& options, Clock::time_point start) {
  std::vector<Clock::time_point> due;
  if (options.arrivals)
    for (const Duration time : arrival_times(*options.arrivals, options.tasks))
      due.push_back(start + time);
  return due;
}

std::vector<Event> due_events(const Options& options) {
  std::vector<Event> events;
  for (const auto& time : options.due)
    events.push_back({static_cast<int>(events.size()) + 1, Step::due, time, this_thread_id()});
  return events;
}

// Tells each step as it happens, on standard output.
class Narrator {
 public:
  explicit Narrator(Clock::time_point start) : start_(start) {}

  void operator()(const Event& event) {
    const std::chrono::duration<double> since_start = event.time - start_;
    const std::string line =
        fmt::format("{:10.6f} s  {:<8} {:<8}  thread {}\n", since_start.count(),
                    label_of(event.task), name_of(event.step), event.thread);
    const std::lock_guard one_line_at_a_time{mutex_};
    print(line);
  }

 private:
  Clock::time_point start_;
  std::mutex mutex_;
};

EventBoard board_for(const Options& options) {
  if (options.board.empty()) return EventBoard{options.tasks};
  EventBoard board{options.board};
  if (!board.has_task(options.tasks))
    throw std::runtime_error(fmt::format("{}: a board of events for {} tasks, not {}",
                                         options.board.string(), board.tasks(), options.tasks));
  return board;
}

// What a task that has come so far does next.
std::string_view next_operation(const EventLog& log, int task) {
  constexpr std::array<std::string_view, 4> operations{"start", "connect", "read", "compute"};
  const auto events = log.events();
  const auto steps = std::ranges::count(events, task, &Event::task);
  return operations.at(std::min<size_t>(static_cast<size_t>(steps), operations.size() - 1));
}

Ending ending_of(const std::exception& error, const EventLog& log) {
  Ending ending = ending_by(error);
  if (ending.task != 0) ending.operation = next_operation(log, ending.task);
  return ending;
}

// "refused: task 17: connect: Too many open files (20 of 100 tasks had started, 16 had finished)"
std::string explain(const Ending& ending, const Options& options) {
  return fmt::format("{}{} ({} of {} tasks had started, {} had finished)",
                     ending.kind == Ending::Kind::refused ? "refused: " : "", ending.message,
                     ending.started, options.tasks, ending.finished);
}

void write_records(const Options& options, const EventLog& log, const Ending& ending) {
  if (!options.report.empty()) write_report(options.report, ending);  // before the CSV takes memory
  if (!options.events.empty()) {
    auto events = due_events(options);
    std::ranges::copy(log.events(), std::back_inserter(events));
    write_whole(options.events, to_csv(events));
  }
#ifdef ASIO_CUSTOM_HANDLER_TRACKING
  if (!options.events.empty())
    write_whole(handlers_file_beside(options.events), to_csv(recorded_handlers()));
#endif
}

}  // namespace

int client_main(int argc, char** argv, RunAllTasks& run_all_tasks) {
  const auto start = Clock::now();
  const std::string program = std::filesystem::path{argv[0]}.filename();
  return run_program(program, [&] {
    Options options;
    if (const auto exit_code = parse_options(program, argc, argv, options)) return *exit_code;
    options.due = due_times(options, start);
    Narrator narrator{start};
    EventLog log{board_for(options),
                 options.quiet ? EventLog::Listener{} : EventLog::Listener{std::ref(narrator)}};
    Ending ending;
    try {
      run_all_tasks(options, log);
    } catch (const std::exception& error) {
      ending = ending_of(error, log);
    }
    ending.started = log.count(Step::started);
    ending.finished = log.count(Step::finished);
    if (ending.kind != Ending::Kind::ok) tell_error(program, explain(ending, options));
    write_records(options, log, ending);
    return exit_status_of(ending.kind);
  });
}

}  // namespace waitbench
