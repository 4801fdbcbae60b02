// Parses the command line, runs the model, and writes the records.
#include "task/client_main.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <system_error>

#include "record/ending.hpp"
#include "record/resources.hpp"
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

// Tells each step as it happens, on standard output and, with --stream, in the events file.
class Narrator {
 public:
  Narrator(const Options& options, Clock::time_point start) : start_(start), quiet_(options.quiet) {
    if (options.stream) {
      stream_.reset(std::fopen(options.events.c_str(), "we"));
      if (!stream_)
        throw std::system_error(errno, std::generic_category(),
                                "can't write " + options.events.string());
      put(stream_.get(), to_csv(due_events(options)));
    }
  }

  bool has_listeners() const { return stream_ || !quiet_; }

  void operator()(const Event& event) {
    const std::lock_guard one_line_at_a_time{mutex_};
    if (stream_) put(stream_.get(), csv_row(event));
    if (!quiet_) put(stdout, line_for(event));
  }

 private:
  std::string line_for(const Event& event) const {
    const std::chrono::duration<double> since_start = event.time - start_;
    return fmt::format("{:10.6f} s  {:<8} {:<8}  thread {}\n", since_start.count(),
                       label_of(event.task), name_of(event.step), event.thread);
  }

  static void put(std::FILE* file, const std::string& text) {
    if (std::fputs(text.c_str(), file) < 0 || std::fflush(file) != 0)
      throw std::system_error(errno, std::generic_category(), "can't tell a step");
  }

  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  Clock::time_point start_;
  bool quiet_;
  std::unique_ptr<std::FILE, CloseFile> stream_;
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

void write_records(const Options& options, const EventLog& log) {
  if (!options.resources.empty())
    write_resources(options.resources);  // before the CSV takes memory
  if (!options.events.empty() && !options.stream) {
    auto events = due_events(options);
    std::ranges::copy(log.events(), std::back_inserter(events));
    write_whole(options.events, to_csv(events));
  }
#ifdef ASIO_CUSTOM_HANDLER_TRACKING
  if (!options.events.empty())
    write_whole(handlers_file_beside(options.events), to_csv(recorded_handlers()));
#endif
}

// "refused: task 17: connect: Too many open files (16 of 100 tasks had finished)"
std::string explain_failure(const std::exception& error, const Options& options,
                            const EventLog& log) {
  const auto events = log.events();
  return fmt::format("{}{} ({} of {} tasks had started, {} had finished)",
                     is_refusal(error) ? "refused: " : "", explain(error),
                     std::ranges::count(events, Step::started, &Event::step), options.tasks,
                     std::ranges::count(events, Step::finished, &Event::step));
}

}  // namespace

int client_main(int argc, char** argv, RunAllTasks& run_all_tasks) {
  const auto start = Clock::now();
  const std::string program = std::filesystem::path{argv[0]}.filename();
  Options options;
  if (const auto exit_code = parse_options(program, argc, argv, options)) return *exit_code;

  return run_program(program, [&] {
    options.due = due_times(options, start);
    Narrator narrator{options, start};
    EventLog log{board_for(options),
                 narrator.has_listeners() ? std::ref(narrator) : EventLog::Listener{}};
    try {
      run_all_tasks(options, log);
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}: {}\n", program, explain_failure(error, options, log));
      write_records(options, log);
      return exit_failed;
    }
    write_records(options, log);
    return exit_ok;
  });
}

}  // namespace waitbench
