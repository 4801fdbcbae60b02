// Compares the records with the exercise's row, and puts into words what is otherwise.
#include "exercises/judge/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "bench/models/prediction.hpp"
#include "bench/records/evidence.hpp"
#include "bench/records/stages.hpp"
#include "bench/show/live/picture.hpp"
#include "exercises/judge/ending.hpp"
#include "exercises/judge/words.hpp"

namespace waitbench {
namespace {

// --- Structure -----------------------------------------------------------------------------------

// The part of the run that was in no trouble: all of its tasks have finished.
struct Part {
  const Exercise& exercise;
  Workload workload;
  std::vector<Event> events;  // of the client
  std::vector<Event> server_events;
  Clock::time_point start;
  std::map<int, int> numbers;  // of the threads, as in the picture
  Structure structure;
  Seconds makespan{};
};

std::vector<Event> without_trouble(const Exercise& exercise, std::vector<Event> events) {
  std::erase_if(events, [&](const Event& event) {
    return event.task < 1 || event.task > exercise.workload.tasks ||
           is_in_trouble(exercise, event.task);
  });
  return events;
}

Part part_of(const Exercise& exercise, const Run& run) {
  Part part{exercise,
            undisturbed_part(exercise),
            without_trouble(exercise, run.events),
            without_trouble(exercise, run.server_events),
            run.start,
            thread_numbers(run.events)};
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

// A mistake that many make, where the records look as they do after it.
constexpr std::string_view awaited_one_by_one =
    " A coroutine starts when it is spawned or awaited; co_spawn(..., use_awaitable) starts "
    "nothing, but makes one more that has to be awaited.";
constexpr std::string_view loop_of_one =
    " If the loop is an io_context{1}: that promises that one thread runs the loop, and no other "
    "is "
    "woken for what is ready. Say io_context{T}.";
constexpr std::string_view post_that_returns =
    " post(pool, use_awaitable) makes no difference: the coroutine goes on where its own executor "
    "is. post(bind_executor(pool, use_awaitable)) takes it to the pool.";

// Whether it is a coroutine, and no loop by hand, that is asked for.
bool is_async(const Part& part) {
  return part.exercise.model.facts.wait != Wait::holds_thread && !part.exercise.waits_asleep;
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
    finding.seen = fmt::format("At most one was: each starts when the one before it has ended.{}",
                               is_async(part) ? awaited_one_by_one : "");
  else if (seen < wanted)
    finding.seen =
        fmt::format("At most {} were: the others started when one of them had ended.", seen);
  return finding;
}

// The longest time for which a task had its answer, and fewer than `wanted` computed.
Duration longest_idle_beside_ready(const Part& part, int wanted) {
  struct Change {
    int ready = 0;
    int computing = 0;
  };
  std::map<Duration, Change> changes;
  for (const TaskRecord& task :
       tasks_of({part.events, part.server_events, part.start, {}, wanted})) {
    if (!task.echoed || !task.computes) continue;
    const Duration ready = std::min(task.echoed->time, task.computes->time);
    changes[ready].ready += 1;
    changes[task.computes->time].ready -= 1;
    changes[task.computes->time].computing += 1;
    changes[task.finished->time].computing -= 1;
  }
  Duration longest{}, so_far{}, before{};
  Change now;
  for (const auto& [time, change] : changes) {
    const bool is_idle = now.ready > 0 && now.computing < wanted;
    so_far = is_idle ? so_far + (time - before) : Duration{0};
    longest = std::max(longest, so_far);
    before = time;
    now.ready += change.ready;
    now.computing += change.computing;
  }
  return longest;
}

// What a thread that is ready may have to wait for a core on a busy machine.
constexpr Duration scheduling_slack = std::chrono::milliseconds{50};

// And what it may have to wait at most. Threads that are idle for longer wait for something else.
constexpr Duration longest_for_a_core = 4 * scheduling_slack;

Finding judge_computing(const Part& part, const Run& run) {
  const int seen = part.structure.max_computing;
  const int wanted = at_once(part.exercise.model.facts.computing, part.workload);
  Finding finding{Aspect::computing, seen == wanted,
                  wanted == 1
                      ? "No two tasks compute at the same time."
                      : fmt::format("{} compute at the same time.", number_of(wanted, "task")),
                  wanted == 1 ? "None did." : "They did."};
  if (seen > wanted) finding.seen = fmt::format("{} did: more threads compute than should.", seen);
  if (seen >= wanted || run.workload.compute == Duration{0}) {
    finding.passed = seen <= wanted;
    return finding;
  }
  const Duration idle = longest_idle_beside_ready(part, wanted);
  finding.passed = idle < scheduling_slack;
  finding.may_be_the_machine = !finding.passed && idle < longest_for_a_core;
  finding.seen = finding.passed
                     ? "The answers came too far apart to tell."
                     : fmt::format(
                           "At most {} did, while others had their answer and no thread, "
                           "for {} on end.{}",
                           seen == 1 ? "one" : std::to_string(seen), to_text(idle),
                           seen == 1 && is_async(part) ? loop_of_one : "");
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
        "Thread {} did: for as long as one of the two keeps it, the other has to wait.{}",
        part.numbers.at(*both), post_that_returns);
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

// --- What the kernel counted ---------------------------------------------------------------------

constexpr double most_of_a_core = 0.2;  // where waiting should take none

// A task gives its thread up for four waits, and for computing, and a program for its start and
// end.
constexpr std::int64_t most_switches(const Workload& workload) {
  return 40 + 10 * std::int64_t{workload.tasks};
}

Finding judge_asleep(const Part& part, const Run& run, Judged judged) {
  const ProcessUse use = run.client.value_or(ProcessUse{});
  const Seconds used{use.user_s + use.system_s};
  const std::int64_t most = most_switches(part.workload);
  const bool spins = used > most_of_a_core * part.makespan;
  const bool asks = use.voluntary_switches > most;
  Finding finding{Aspect::asleep, !asks && (!spins || judged == Judged::structure),
                  "The thread sleeps until something is ready.",
                  fmt::format("The client took {} of CPU time, and went to sleep {} times.",
                              to_text(used), use.voluntary_switches)};
  if (asks)
    finding.seen = fmt::format(
        "The client went to sleep {} times, and {} are plenty: it asks one after the other, or "
        "again and again, instead of having one call wait for all of them.",
        use.voluntary_switches, most);
  else if (!finding.passed)
    finding.seen = fmt::format(
        "The client took {} of CPU time in {}: it asks again and again, instead of sleeping until "
        "something is ready.",
        to_text(used), to_text(part.makespan));
  return finding;
}

// --- Times ---------------------------------------------------------------------------------------

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

Finding judge_time(const Part& part, Judged judged) {
  const Model& model = part.exercise.model;
  const Seconds predicted = predicted_makespan(model, part.workload);
  const Seconds most = (1 + tolerance) * predicted;
  Finding finding{Aspect::time, part.makespan <= most || judged == Judged::structure,
                  fmt::format("It takes {} = {}, or up to {:.0f} % more: {}.", model.formula(),
                              to_text(predicted), 100 * tolerance, to_text(most)),
                  fmt::format("It took {}.", to_text(part.makespan))};
  if (too_soon(model, part.workload, part.makespan)) {
    finding.passed = false;
    finding.seen = fmt::format(
        "It took {}: sooner than it can if each task waits and computes, and no more compute at "
        "once than should. A timer is no computing: it gives the thread back.",
        to_text(part.makespan));
    return finding;
  }
  if (finding.passed) return finding;
  finding.may_be_the_machine = true;
  const auto like = std::ranges::find_if(likenesses, [&](const Likeness& likeness) {
    const Seconds time = closed_form(likeness.facts, part.workload);
    return part.makespan >= time && part.makespan <= (1 + tolerance) * time;
  });
  if (like != likenesses.end())
    finding.seen = fmt::format("It took {}: {}, {}.", to_text(part.makespan), like->words,
                               formula_of(like->facts));
  return finding;
}

// --- A server ------------------------------------------------------------------------------------

Finding judge_serving(const ServerStructure& seen) {
  const int threads = std::max(seen.accepting_threads, seen.serving_threads);
  return {Aspect::serving, threads <= 1, "One thread accepts and echoes.",
          threads <= 1 ? "So it was." : fmt::format("{} did.", threads)};
}

Finding judge_waiting(const Part& part, const ServerStructure& seen) {
  const int wanted = part.workload.tasks;
  Finding finding{
      Aspect::waiting, seen.max_waiting == wanted,
      fmt::format("{} connections wait at once: accepted, and not yet answered.", wanted),
      "They did."};
  if (seen.max_waiting == 1)
    finding.seen = "At most one did: each is accepted when the one before it has been served.";
  else if (!finding.passed)
    finding.seen = fmt::format("At most {} did.", seen.max_waiting);
  return finding;
}

std::vector<Finding> findings_of_server(const Exercise& exercise, const Run& run, Judged judged) {
  std::vector<Finding> findings{judge_ending(exercise, run)};
  if (!unfinished(exercise, run).empty()) return findings;
  const Part part = part_of(exercise, run);
  const ServerStructure seen = server_structure_of(part.server_events);
  findings.push_back(judge_serving(seen));
  findings.push_back(judge_waiting(part, seen));
  if (const Finding time = judge_time(part, judged); judged != Judged::structure || !time.passed)
    findings.push_back(time);
  return findings;
}

}  // namespace

std::vector<Finding> findings_of(const Exercise& exercise, const Run& run, Judged judged) {
  if (exercise.is_server) return findings_of_server(exercise, run, judged);
  std::vector<Finding> findings;
  if (exercise.trouble == Trouble::none)
    findings.push_back(judge_ending(exercise, run));
  else
    findings = {judge_others(exercise, run), judge_failure(exercise, run)};
  if (!unfinished(exercise, run).empty()) return findings;

  const Part part = part_of(exercise, run);
  findings.push_back(judge_threads(part));
  findings.push_back(judge_in_flight(part));
  findings.push_back(judge_computing(part, run));
  if (exercise.computes_elsewhere) findings.push_back(judge_apart(part));
  if (exercise.in_order) findings.push_back(judge_order(part));
  if (exercise.give_up_after > Duration{0})
    findings.push_back(judge_patience(exercise, run, judged));
  if (exercise.waits_asleep) findings.push_back(judge_asleep(part, run, judged));
  if (const Finding time = judge_time(part, judged); judged != Judged::structure || !time.passed)
    findings.push_back(time);
  return findings;
}

Exercise proof_of(Exercise exercise) {
  exercise.trouble = Trouble::none;
  exercise.workload.compute_kind = ComputeKind::burn;
  return exercise;
}

Finding finding_of_proof(const Exercise& exercise, const Run& proof) {
  const bool had_trouble = exercise.trouble != Trouble::none;
  Finding finding = judge_ending(proof_of(exercise), proof);
  finding.aspect = Aspect::computed;
  finding.wanted = fmt::format(
      "Once more, with computing that takes CPU time{}: every task finishes, and the client uses "
      "that much.",
      had_trouble ? ", and nothing in the way of any task" : "");
  if (!finding.passed) return finding;
  const ProcessUse use = proof.client.value_or(ProcessUse{});
  const auto why = too_little_cpu_time(proof.workload, Seconds{use.user_s + use.system_s});
  finding.passed = !why;
  if (why) finding.seen = fmt::format("It did not: {}.", *why);
  return finding;
}

bool has_passed(const std::vector<Finding>& findings) {
  return std::ranges::all_of(findings, &Finding::passed);
}

bool is_only_late(const std::vector<Finding>& findings) {
  return !has_passed(findings) && std::ranges::all_of(findings, [](const Finding& finding) {
    return finding.passed || finding.aspect == Aspect::time || finding.aspect == Aspect::patience;
  });
}

bool may_be_the_machine(const std::vector<Finding>& findings) {
  return !has_passed(findings) && std::ranges::all_of(findings, [](const Finding& finding) {
    return finding.passed || finding.may_be_the_machine;
  });
}

}  // namespace waitbench
