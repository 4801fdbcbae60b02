// Looks at exit status, last words, and the tasks that are not through.
#include "exercises/judge/ending.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <csignal>

#include "exercises/judge/halt.hpp"
#include "exercises/judge/words.hpp"
#include "support/program.hpp"

namespace waitbench {
namespace {

bool is_complete(const TaskRecord& record) {
  return record.started && record.written && record.read && record.finished;
}

// How far a task came that did not finish.
std::string whereabouts(const TaskRecord& record) {
  if (record.finished) return "had computed before it had its answer";
  if (record.read) return "had read its answer, and had not finished computing";
  if (record.written) return "had sent its question, and had read no answer";
  if (record.started) return "had started, and had sent nothing";
  return "had not even started";
}

// Of at least one: "Task 1 had not even started, and 2 tasks more had not finished."
std::string describe(const std::vector<TaskRecord>& records) {
  const auto others = static_cast<int>(records.size()) - 1;
  std::string text = fmt::format("Task {} {}", records.front().task, whereabouts(records.front()));
  if (others > 0) text += fmt::format(", and {} more had not finished", number_of(others, "task"));
  return text + ".";
}

bool ended_well(const Run& run) {
  return run.client_end && run.client_end->exit_status == exit_ok;
}

bool has_failed(const Run& run) {
  return run.client_end && run.client_end->exit_status == exit_failed;
}

// "exit status 1: client_x: task 2: ...", "killed by signal 6 (Aborted): terminate called ..."
std::string own_words(const Run& run) {
  constexpr std::string_view client = "client: ";
  return run.message.starts_with(client) ? run.message.substr(client.size()) : run.message;
}

std::string how_it_ended(const Run& run) {
  if (run.status == Status::timeout) {
    const std::string halt = halt_text(run);
    return fmt::format("It had not ended when the judge's patience was over: {}.{}{}",
                       own_words(run), halt.empty() ? "" : " ", halt);
  }
  if (ended_well(run)) return "It ended with status 0.";
  return fmt::format("It did not: {}.", own_words(run));
}

Finding judge_server_ending(const Exercise& exercise, const Run& run) {
  const auto left = unfinished(exercise, run);
  Finding finding{Aspect::ending, ended_well(run) && left.empty() && run.doubt.empty(),
                  "Every task has its answer, and the server ends when it is told to.",
                  "So it was."};
  if (finding.passed) return finding;
  finding.seen = fmt::format("It was not so: {}.", run.message);
  if (!left.empty() && !run.events.empty()) finding.seen += " " + describe(left);
  return finding;
}

// --- What may have been the mistake --------------------------------------------------------------

constexpr std::string_view nothing_started =
    "run() returns as soon as the loop has nothing to do: everything must be spawned before it is "
    "called. A coroutine starts when it is spawned or awaited, and co_spawn(..., use_awaitable) "
    "only makes one more to be awaited.";
constexpr std::string_view left_behind =
    "Whoever started them did not wait for them: run() was left before all had ended, or a "
    "failure was dropped.";
constexpr std::string_view computed_too_early =
    "co_spawn returns before the coroutine has waited for anything: what needs its answer belongs "
    "into the coroutine, behind the co_await.";
constexpr std::string_view nobody_goes_on =
    "If a thread that runs the loop calls get() of a future, as use_future gives it, it waits for "
    "what only that thread can do, and nobody goes on.";
constexpr std::string_view gone_variable =
    "That is what comes of a variable that is gone: a coroutine that is a lambda finds what it "
    "captured only as long as the lambda lives. Give it parameters, which it keeps.";
constexpr std::string_view uncaught =
    "An exception that leaves a thread's function, or main, ends the whole program.";

// Whether the text says "task 0", "task -7" or another number that no task has.
bool names_no_task(std::string_view text, int tasks) {
  constexpr std::string_view label = "task ";
  for (size_t at = text.find(label); at != text.npos; at = text.find(label, at + 1)) {
    const auto number = text.substr(at + label.size());
    int task = 1;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), task);
    if (error == std::errc::result_out_of_range || task < 1 || task > tasks) return true;
  }
  return false;
}

// Such numbers, and addresses of nothing, come out of memory that is somebody else's by now.
bool looks_like_a_gone_variable(const Run& run) {
  const auto signal = run.client_end ? run.client_end->signal : std::nullopt;
  return signal == SIGSEGV || signal == SIGBUS ||
         (has_failed(run) && names_no_task(run.client_end->said, run.workload.tasks));
}

// What the ending is known to come of; empty if of many things.
std::string_view explanation(const Run& run, const std::vector<TaskRecord>& left) {
  const auto has_computed = [](const TaskRecord& record) { return record.finished.has_value(); };
  if (looks_like_a_gone_variable(run)) return gone_variable;
  if (run.client_end && run.client_end->signal == SIGABRT) return uncaught;
  if (std::ranges::any_of(left, has_computed)) return computed_too_early;
  const bool has_read = std::ranges::count(run.events, Step::read, &Event::step) > 0;
  if (run.status == Status::timeout && !has_read) return nobody_goes_on;
  if (!ended_well(run) || left.empty()) return "";
  if (!run.doubt.empty()) return "";
  return run.events.empty() ? nothing_started : left_behind;
}

std::string explained(std::string seen, const Run& run, const std::vector<TaskRecord>& left) {
  const auto words = explanation(run, left);
  return words.empty() ? seen : fmt::format("{} {}", seen, words);
}

// --- Trouble -------------------------------------------------------------------------------------

constexpr int task_in_trouble = 2;  // whose failure is to be told of

bool names_task(std::string_view text, int task) {
  const std::array labels{fmt::format("task {}", task), fmt::format("task{}", task)};
  return std::ranges::any_of(labels, [&](const std::string& label) {
    const size_t found = text.find(label);
    if (found == text.npos) return false;
    const size_t end = found + label.size();
    return end == text.size() || std::isdigit(static_cast<unsigned char>(text[end])) == 0;
  });
}

const Event* start_of(int task, const Run& run) {
  const auto found = std::ranges::find_if(run.events, [&](const Event& event) {
    return event.task == task && event.step == Step::started;
  });
  return found == run.events.end() ? nullptr : &*found;
}

}  // namespace

std::vector<TaskRecord> unfinished(const Exercise& exercise, const Run& run) {
  std::vector<TaskRecord> records(static_cast<size_t>(exercise.workload.tasks));
  for (size_t i = 0; i < records.size(); ++i) records[i].task = static_cast<int>(i) + 1;
  for (TaskRecord& record : tasks_of(run))
    if (record.task >= 1 && record.task <= exercise.workload.tasks)
      records[static_cast<size_t>(record.task - 1)] = std::move(record);
  std::erase_if(records, [&](const TaskRecord& record) {
    return is_complete(record) || is_in_trouble(exercise, record.task);
  });
  return records;
}

Finding judge_ending(const Exercise& exercise, const Run& run) {
  if (exercise.is_server) return judge_server_ending(exercise, run);
  const auto left = unfinished(exercise, run);
  Finding finding{Aspect::ending, ended_well(run) && left.empty() && run.doubt.empty(),
                  "Every task takes all of its steps, and then the client ends with status 0.",
                  "So it was."};
  if (finding.passed) return finding;
  finding.seen = how_it_ended(run);
  if (!left.empty()) finding.seen += " " + describe(left);
  if (ended_well(run) && !run.message.empty())
    finding.seen += fmt::format(" The judge can't go by that: {}.", own_words(run));
  finding.seen = explained(std::move(finding.seen), run, left);
  return finding;
}

Finding judge_others(const Exercise& exercise, const Run& run) {
  const auto left = unfinished(exercise, run);
  Finding finding{
      Aspect::others, left.empty() && run.doubt.empty(),
      fmt::format("All other tasks finish, whatever becomes of task {}.", task_in_trouble),
      "They did."};
  if (!left.empty())
    finding.seen = describe(left);
  else if (!finding.passed)
    finding.seen = fmt::format("The client says so, but {}.", run.doubt);
  if (!finding.passed) finding.seen = explained(std::move(finding.seen), run, left);
  return finding;
}

Finding judge_failure(const Exercise& exercise, const Run& run) {
  const std::string said = run.client_end ? run.client_end->said : "";
  const bool has_tried = start_of(task_in_trouble, run) != nullptr;
  Finding finding{
      Aspect::failure, has_failed(run) && names_task(said, task_in_trouble) && has_tried,
      fmt::format("The client ends with status 1 and a line that names task {}.", task_in_trouble),
      how_it_ended(run)};
  if (has_failed(run)) finding.seen = fmt::format("It said: {}", said);
  if (has_failed(run) && !names_task(said, task_in_trouble))
    finding.seen += fmt::format(", which does not name task {}.", task_in_trouble);
  else if (has_failed(run) && !has_tried)
    finding.seen += fmt::format(", but task {} had not even started.", task_in_trouble);
  if (ended_well(run))
    finding.seen = fmt::format("It ended with status 0: nobody heard of the failure of task {}.{}",
                               task_in_trouble,
                               exercise.model.facts.wait == Wait::gives_thread_back
                                   ? " `detached` drops what a coroutine throws."
                                   : "");
  return finding;
}

Finding judge_patience(const Exercise& exercise, const Run& run, Judged judged) {
  const Seconds asked = exercise.give_up_after;
  const Seconds most = (1 + tolerance) * (asked + Seconds{exercise.workload.connect});
  Finding finding{
      Aspect::patience, false,
      fmt::format("Task {} waits for {}, and no longer.", task_in_trouble, to_text(asked)),
      "Neither its start nor its end is on record."};
  const Event* started = start_of(task_in_trouble, run);
  if (!started || !run.client_end) return finding;
  const Seconds waited = run.client_end->time - started->time;
  finding.seen = fmt::format("The client ended {} after that task had started.", to_text(waited));
  finding.passed = waited >= asked && (waited <= most || judged == Judged::structure);
  finding.may_be_the_machine = waited > most;
  if (waited < asked)
    finding.seen = fmt::format("The client ended {} after that task had started: it gave up early.",
                               to_text(waited));
  return finding;
}

}  // namespace waitbench
