// Compares the records with the exercise's row, and puts into words what is otherwise.
#include "exercises/judge/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <csignal>
#include <set>

#include "bench/models/prediction.hpp"
#include "bench/records/stages.hpp"
#include "support/program.hpp"

namespace waitbench {
namespace {

// "one task", "3 tasks".
std::string number_of(int count, std::string_view what) {
  return count == 1 ? fmt::format("one {}", what) : fmt::format("{} {}s", count, what);
}

std::string seconds(Seconds time) {
  return fmt::format("{:.2f} s", time.count());
}

// --- Which tasks finished ------------------------------------------------------------------------

bool is_complete(const TaskRecord& record) {
  return record.started && record.written && record.read && record.finished;
}

// How far a task came that did not finish.
std::string whereabouts(const TaskRecord& record) {
  if (record.read) return "had read its answer, and had not finished computing";
  if (record.written) return "had sent its question, and had read no answer";
  if (record.started) return "had started, and had sent nothing";
  return "had not even started";
}

// Of the tasks that are in no trouble.
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

// Of at least one: "Task 1 had not even started, and 2 tasks more had not finished."
std::string describe(const std::vector<TaskRecord>& records) {
  const auto others = static_cast<int>(records.size()) - 1;
  std::string text = fmt::format("Task {} {}", records.front().task, whereabouts(records.front()));
  if (others > 0) text += fmt::format(", and {} more had not finished", number_of(others, "task"));
  return text + ".";
}

// --- How it ended --------------------------------------------------------------------------------

bool ended_well(const Run& run) {
  return run.client_end && run.client_end->exit_status == 0;
}

// "exit status 1: client_x: task 2: ...", "killed by signal 6 (Aborted): terminate called ..."
std::string own_words(const Run& run) {
  constexpr std::string_view client = "client: ";
  return run.message.starts_with(client) ? run.message.substr(client.size()) : run.message;
}

std::string how_it_ended(const Run& run) {
  if (run.status == Status::timeout)
    return fmt::format("It had not ended when the judge's patience was over: {}.", own_words(run));
  if (ended_well(run)) return "It ended with status 0.";
  const bool is_terminated = run.client_end && run.client_end->signal == SIGABRT;
  return fmt::format("It did not: {}.{}", own_words(run),
                     is_terminated ? " An exception that leaves a thread's function, or main, ends "
                                     "the whole program."
                                   : "");
}

Finding judge_ending(const Exercise& exercise, const Run& run) {
  Finding finding{Aspect::ending, run.status == Status::ok,
                  "Every task takes all of its steps, and then the client ends with status 0.",
                  "So it was."};
  if (!finding.passed) {
    finding.seen = how_it_ended(run);
    const auto left = unfinished(exercise, run);
    if (!left.empty())
      finding.seen += " " + describe(left);
    else if (ended_well(run))
      finding.seen += fmt::format(" But {}.", run.message);
  }
  return finding;
}

// Of an exercise with trouble: the task whose failure is to be told of.
constexpr int task_in_trouble = 2;

Finding judge_others(const Exercise& exercise, const Run& run) {
  const auto left = unfinished(exercise, run);
  return {Aspect::others, left.empty(),
          fmt::format("All other tasks finish, whatever becomes of task {}.", task_in_trouble),
          left.empty() ? "They did." : describe(left)};
}

bool names_task(std::string_view text, int task) {
  const std::array labels{fmt::format("task {}", task), fmt::format("task{}", task)};
  return std::ranges::any_of(labels, [&](const std::string& label) {
    const size_t found = text.find(label);
    if (found == text.npos) return false;
    const size_t end = found + label.size();
    return end == text.size() || std::isdigit(static_cast<unsigned char>(text[end])) == 0;
  });
}

Finding judge_failure(const Run& run) {
  const bool has_failed = run.client_end && run.client_end->exit_status == exit_failed;
  const std::string said = run.client_end ? run.client_end->said : "";
  Finding finding{
      Aspect::failure, has_failed && names_task(said, task_in_trouble),
      fmt::format("The client ends with status 1 and a line that names task {}.", task_in_trouble),
      how_it_ended(run)};
  if (has_failed) finding.seen = fmt::format("It said: {}", said);
  if (has_failed && !finding.passed)
    finding.seen += fmt::format(", which does not name task {}.", task_in_trouble);
  if (ended_well(run))
    finding.seen = fmt::format("It ended with status 0: nobody heard of the failure of task {}.",
                               task_in_trouble);
  return finding;
}

// --- Structure -----------------------------------------------------------------------------------

// The part of the run that was in no trouble: all of its tasks have finished.
struct Part {
  const Exercise& exercise;
  Workload workload;
  std::vector<Event> events;  // of the client
  std::vector<Event> server_events;
  Structure structure;
  Seconds makespan{};
};

std::vector<Event> without_trouble(const Exercise& exercise, std::vector<Event> events) {
  std::erase_if(events, [&](const Event& event) {
    return event.task < 1 || is_in_trouble(exercise, event.task);
  });
  return events;
}

Part part_of(const Exercise& exercise, const Run& run) {
  Part part{exercise, undisturbed_part(exercise), without_trouble(exercise, run.events),
            without_trouble(exercise, run.server_events)};
  part.structure = structure_of(part.events);
  part.makespan = std::ranges::max(part.events, {}, &Event::time).time - run.start;
  return part;
}

Finding judge_threads(const Part& part) {
  const int seen = part.structure.threads;
  const int most = threads_at_most(part.exercise.model.facts, part.workload);
  Finding finding{Aspect::threads, seen <= most,
                  fmt::format("No more than {} run{} the tasks' steps.", number_of(most, "thread"),
                              most == 1 ? "s" : ""),
                  fmt::format("{} did.", seen == 1 ? "One" : std::to_string(seen))};
  if (!finding.passed && seen == part.workload.tasks)
    finding.seen = fmt::format("{} did, one for each task.", seen);
  return finding;
}

Finding judge_in_flight(const Part& part) {
  const int seen = part.structure.max_in_flight;
  const int wanted = at_once(part.exercise.model.facts.under_way, part.workload);
  Finding finding{
      Aspect::in_flight, seen == wanted,
      fmt::format(
          "{} are in flight at once: started and not finished.",
          number_of(wanted, part.exercise.trouble == Trouble::none ? "task" : "other task")),
      "They were."};
  if (seen > wanted)
    finding.seen = fmt::format("{} were: more had begun than that many threads can serve.", seen);
  else if (seen == 1)
    finding.seen = "At most one was: each starts when the one before it has ended.";
  else if (seen < wanted)
    finding.seen =
        fmt::format("At most {} were: the others started when one of them had ended.", seen);
  return finding;
}

Finding judge_computing(const Part& part, const Run& run) {
  const int seen = part.structure.max_computing;
  const int wanted = at_once(part.exercise.model.facts.computing, part.workload);
  const bool could_have_been =
      replied_together(part.workload, part.server_events) && run.workload.compute > Duration{0};
  Finding finding{Aspect::computing, seen == wanted || (seen < wanted && !could_have_been),
                  wanted == 1
                      ? "No two tasks compute at the same time."
                      : fmt::format("{} compute at the same time.", number_of(wanted, "task")),
                  wanted == 1 ? "None did." : "They did."};
  if (seen > wanted)
    finding.seen = fmt::format("{} did: more threads compute than should.", seen);
  else if (seen < wanted && !finding.passed)
    finding.seen = fmt::format("At most {} did, while others had their answer and no thread.",
                               seen == 1 ? "one" : std::to_string(seen));
  else if (seen < wanted)
    finding.seen = "The answers came too far apart to tell.";
  return finding;
}

Finding judge_apart(const Part& part) {
  std::set<int> waiting;
  std::set<int> computing;
  for (const Event& event : part.events)
    (event.step == Step::finished ? computing : waiting).insert(event.thread);
  const auto both = std::ranges::find_if(computing, [&](int id) { return waiting.contains(id); });
  Finding finding{Aspect::apart, both == computing.end(),
                  "No thread both waits for the network and computes.", "None did."};
  if (!finding.passed)
    finding.seen = fmt::format(
        "Thread {} did: for as long as one of the two keeps it, the other "
        "has to wait.",
        *both);
  return finding;
}

Finding judge_order(const Part& part) {
  std::vector<Event> finished;
  std::ranges::copy_if(part.events, std::back_inserter(finished),
                       [](const Event& event) { return event.step == Step::finished; });
  const auto early = std::ranges::adjacent_find(finished, std::greater{}, &Event::task);
  Finding finding{Aspect::order, early == finished.end(),
                  "The tasks finish in the order of their numbers.", "They did."};
  if (!finding.passed)
    finding.seen =
        fmt::format("Task {} finished before task {}.", early->task, std::next(early)->task);
  return finding;
}

// --- Times ---------------------------------------------------------------------------------------

constexpr double most_of_a_core = 0.2;  // where waiting should take none

Finding judge_cpu_time(const Part& part, const Run& run) {
  const Seconds used{run.client ? run.client->user_s + run.client->system_s : 0};
  Finding finding{Aspect::cpu_time, used <= most_of_a_core * part.makespan,
                  "Waiting takes no CPU time to speak of.",
                  fmt::format("The client took {} of it.", seconds(used))};
  if (!finding.passed)
    finding.seen = fmt::format(
        "The client took {} of it in {}: it asks again and again, instead of "
        "sleeping until something is ready.",
        seconds(used), seconds(part.makespan));
  return finding;
}

// What a time that is too long may stand for.
struct Likeness {
  Facts facts;
  std::string_view words;
};
constexpr std::array likenesses{
    Likeness{{Many::one, Many::one, Wait::holds_thread}, "what it takes if nothing overlaps"},
    Likeness{{Many::all, Many::one, Wait::gives_thread_back},
             "what it takes if only the waits overlap"},
    Likeness{{Many::as_threads, Many::as_threads, Wait::holds_thread},
             "what it takes if T threads wait and compute by turns"},
};

Finding judge_time(const Part& part) {
  const Model& model = part.exercise.model;
  const Seconds predicted = predicted_makespan(model, part.workload);
  const Seconds most = (1 + tolerance) * predicted;
  Finding finding{Aspect::time, part.makespan <= most,
                  fmt::format("It takes {} = {}, or up to {:.0f} % more: {}.", model.formula(),
                              seconds(predicted), 100 * tolerance, seconds(most)),
                  fmt::format("It took {}.", seconds(part.makespan))};
  if (part.makespan < predicted)  // every stage takes at least its time
    finding.seen = fmt::format("It took {}: sooner than it can if all else is as asked for.",
                               seconds(part.makespan));
  if (finding.passed) return finding;
  const auto like = std::ranges::find_if(likenesses, [&](const Likeness& likeness) {
    const Seconds time = closed_form(likeness.facts, part.workload);
    return part.makespan >= time && part.makespan <= (1 + tolerance) * time;
  });
  if (like != likenesses.end())
    finding.seen = fmt::format("It took {}: {}, {}.", seconds(part.makespan), like->words,
                               formula_of(like->facts));
  return finding;
}

}  // namespace

std::vector<Finding> findings_of(const Exercise& exercise, const Run& run, Judged judged) {
  std::vector<Finding> findings;
  if (exercise.trouble == Trouble::none)
    findings.push_back(judge_ending(exercise, run));
  else
    findings = {judge_others(exercise, run), judge_failure(run)};
  if (!unfinished(exercise, run).empty()) return findings;

  const Part part = part_of(exercise, run);
  findings.push_back(judge_threads(part));
  findings.push_back(judge_in_flight(part));
  findings.push_back(judge_computing(part, run));
  if (exercise.computes_elsewhere) findings.push_back(judge_apart(part));
  if (exercise.in_order) findings.push_back(judge_order(part));
  if (judged == Judged::structure) return findings;
  if (exercise.waits_asleep) findings.push_back(judge_cpu_time(part, run));
  findings.push_back(judge_time(part));
  return findings;
}

bool has_passed(const std::vector<Finding>& findings) {
  return std::ranges::all_of(findings, &Finding::passed);
}

bool is_only_late(const std::vector<Finding>& findings) {
  return !has_passed(findings) && std::ranges::all_of(findings, [](const Finding& finding) {
    return finding.passed || finding.aspect == Aspect::time;
  });
}

}  // namespace waitbench
