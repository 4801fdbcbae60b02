// What trace.json shows of a run, and that it keeps the rules of its format whatever the records
// say.
#include "bench/write/trace.hpp"

#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "bench/run/environment.hpp"
#include "bench/run/scenario.hpp"
#include "tests/built_models.hpp"
#include "tests/support.hpp"
#include "tests/trace_rules.hpp"

namespace waitbench {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
using Texts = std::vector<std::string>;

constexpr auto start = Clock::time_point{1h};

Event event(int task, Step step, Duration time, int thread) {
  return {task, step, start + time, thread};
}

waitbench::Run run_of(std::string_view model, int tasks, std::vector<Event> events,
                      std::vector<Event> server_events) {
  std::ranges::stable_sort(events, {}, &Event::time);
  std::ranges::stable_sort(server_events, {}, &Event::time);
  waitbench::Run run{.model = find_model(model), .workload = {.tasks = tasks, .threads = 4}};
  run.start = start;
  run.status = Status::ok;
  run.makespan = 22s;
  run.events = std::move(events);
  run.server_events = std::move(server_events);
  return run;
}

// A task of 2 + 8 + 4 s on one thread, that was read `late` after the echo.
void add_task(std::vector<Event>& events, int task, int thread, Duration begin,
              Duration late = 0s) {
  events.push_back(event(task, Step::started, begin, thread));
  events.push_back(event(task, Step::written, begin + 2s, thread));
  events.push_back(event(task, Step::read, begin + 10s + late, thread));
  events.push_back(event(task, Step::finished, begin + 14s + late, thread));
}

void add_connection(std::vector<Event>& events, int task, Duration begin) {
  events.push_back(event(task, Step::accepted, begin + 2s, 900));
  events.push_back(event(task, Step::echoed, begin + 10s, 900));
}

// The core of the experiment: three tasks wait at once and compute in turn, on thread 71.
waitbench::Run one_thread_run() {
  std::vector<Event> events, server_events;
  for (int task = 1; task <= 3; ++task) {
    add_task(events, task, 71, 0s, (task - 1) * 4s);
    add_connection(server_events, task, 0s);
  }
  return run_of("async_single_thread", 3, events, server_events);
}

Json trace_of(const std::vector<waitbench::Run>& runs) {
  TraceFile trace{describe_suite()};
  for (const auto& run : runs) trace.add(run);
  return Json::parse(trace.to_json());
}

// Microseconds in the file; seconds here.
double seconds(const Json& time) {
  return time.get<double>() / 1e6;
}

bool is(const Json& event, std::string_view phase, int process) {
  return event["ph"] == phase && event["pid"] == process;
}

// "compute 10-14", in the order of the file.
Texts slices_on(const Json& trace, int process, int thread) {
  Texts texts;
  for (const Json& event : trace["traceEvents"])
    if (is(event, "X", process) && event["tid"] == thread)
      texts.push_back(fmt::format("{} {:g}-{:g}", event["name"].get<std::string>(),
                                  seconds(event["ts"]),
                                  seconds(event["ts"]) + seconds(event["dur"])));
  return texts;
}

// What a task's row shows: "response 2-10", what is enclosed before what encloses it.
Texts spans_in_row(const Json& trace, int process, const std::string& row) {
  std::uint64_t id = 0;
  Texts texts;
  std::vector<double> begun;
  for (const Json& event : trace["traceEvents"]) {
    if (is(event, "b", process) && event["name"] == row) id = event["id"];
    if (!event.contains("id") || event["id"] != id) continue;
    if (event["ph"] == "b") begun.push_back(seconds(event["ts"]));
    if (event["ph"] != "e") continue;
    texts.push_back(fmt::format("{} {:g}-{:g}", event["name"].get<std::string>(), begun.back(),
                                seconds(event["ts"])));
    begun.pop_back();
  }
  return texts;
}

// "request 1/71 2 > 2/900 10": process/thread and time of either end, by the time of the beginning.
Texts arrows_in(const Json& trace) {
  Texts texts;
  std::map<std::uint64_t, size_t> places;
  for (const Json& event : trace["traceEvents"]) {
    if (event["ph"] != "s" && event["ph"] != "f") continue;
    const auto end = fmt::format("{}/{} {:g}", event["pid"].get<int>(), event["tid"].get<int>(),
                                 seconds(event["ts"]));
    const auto [place, is_new] = places.try_emplace(event["id"], texts.size());
    if (is_new)
      texts.push_back(event["name"].get<std::string>() + " " + end);
    else
      texts[place->second] += " > " + end;
  }
  return texts;
}

// "0:3 14:2", time and value.
std::string count_of(const Json& trace, int process, std::string_view what) {
  std::string text;
  for (const Json& event : trace["traceEvents"])
    if (is(event, "C", process) && event["name"] == what)
      text += fmt::format("{}{:g}:{}", text.empty() ? "" : " ", seconds(event["ts"]),
                          event["args"]["count"].get<int>());
  return text;
}

std::string name_of_process(const Json& trace, int process, std::string_view what,
                            std::string key) {
  for (const Json& event : trace["traceEvents"])
    if (is(event, "M", process) && event["name"] == what) return event["args"][key];
  return "";
}

// --- What is shown -------------------------------------------------------------------------------

TEST(Trace, ShowsTasksThatAreReadyWhileTheOnlyThreadComputes) {
  const Json trace = trace_of({one_thread_run()});
  EXPECT_EQ(spans_in_row(trace, 1, "task 1"),
            (Texts{"connect 0-2", "response 2-10", "compute 10-14", "task 1 0-14"}));
  EXPECT_EQ(spans_in_row(trace, 1, "task 3"),
            (Texts{"connect 0-2", "response 2-10", "ready 10-18", "compute 18-22", "task 3 0-22"}));
  EXPECT_EQ(count_of(trace, 1, "tasks ready without a thread"), "10:2 14:1 18:0");
  EXPECT_EQ(count_of(trace, 1, "tasks computing"), "10:1 22:0");
  EXPECT_EQ(count_of(trace, 1, "tasks in flight"), "0:3 14:2 18:1 22:0");
  EXPECT_EQ(TraceRules::broken_in(trace), Texts{});
}

TEST(Trace, ShowsAnAsyncThreadBusyOnlyWhileItComputes) {
  const Json trace = trace_of({one_thread_run()});
  Texts busy = slices_on(trace, 1, 71);
  std::erase_if(busy, [](const std::string& text) {
    return text.starts_with("started") || text.starts_with("written");
  });
  EXPECT_EQ(busy, (Texts{"task 1 10-14", "compute 10-14", "task 2 14-18", "compute 14-18",
                         "task 3 18-22", "compute 18-22"}));
}

TEST(Trace, ShowsWhenEachTaskStartedAsAnInstant) {
  const Json trace = trace_of({one_thread_run()});
  Texts started;
  for (const Json& event : trace["traceEvents"])
    if (is(event, "i", 1) && event["tid"] == 71)
      started.push_back(fmt::format("{} {} {:g} {}", event["name"].get<std::string>(),
                                    event["args"]["task"].get<int>(), seconds(event["ts"]),
                                    event["s"].get<std::string>()));
  EXPECT_EQ(started, (Texts{"started 1 0 t", "started 2 0 t", "started 3 0 t"}));
}

TEST(Trace, ShowsABlockingThreadHeldThroughItsWaits) {
  std::vector<Event> events, server_events;
  for (int task = 1; task <= 2; ++task) {
    add_task(events, task, 71, (task - 1) * 14s);
    add_connection(server_events, task, (task - 1) * 14s);
  }
  const Json trace = trace_of({run_of("sequential", 2, events, server_events)});
  EXPECT_EQ(slices_on(trace, 1, 71),
            (Texts{"task 1 0-14", "connect 0-2", "response 2-10", "compute 10-14", "task 2 14-28",
                   "connect 14-16", "response 16-24", "compute 24-28"}));
  EXPECT_EQ(TraceRules::broken_in(trace), Texts{});
}

TEST(Trace, ShowsTheWayToTheServerAndBackAndFromThreadToThread) {
  const Json trace =
      trace_of({run_of("async_multi_thread", 1,
                       {event(1, Step::started, 0s, 71), event(1, Step::written, 2s, 72),
                        event(1, Step::read, 10s, 73), event(1, Step::finished, 14s, 73)},
                       {event(1, Step::accepted, 2s, 900), event(1, Step::echoed, 9s, 900)})});
  EXPECT_EQ(arrows_in(trace), (Texts{"hop 1/71 0 > 1/72 2", "request 1/72 2 > 2/900 9",
                                     "hop 1/72 2 > 1/73 10", "reply 2/900 9 > 1/73 10"}));
  EXPECT_EQ(TraceRules::broken_in(trace), Texts{});
}

TEST(Trace, ShowsATaskHandedToABusyThreadAsReadyUntilThatIsFree) {
  std::vector<Event> events{event(2, Step::started, 0s, 71), event(2, Step::written, 2s, 71),
                            event(2, Step::read, 10s, 71), event(2, Step::finished, 18s, 72)};
  add_task(events, 1, 72, 0s);
  const Json trace =
      trace_of({run_of("async_multi_thread", 2, events, {event(2, Step::echoed, 9s, 900)})});
  EXPECT_EQ(spans_in_row(trace, 1, "task 2"),
            (Texts{"connect 0-2", "response 2-9", "ready 9-10", "ready 10-14", "compute 14-18",
                   "task 2 0-18"}));
  EXPECT_EQ(slices_on(trace, 1, 72).back(), "compute 14-18");
  EXPECT_EQ(arrows_in(trace).back(), "hop 1/71 10 > 1/72 14");
  EXPECT_EQ(TraceRules::broken_in(trace), Texts{});
}

TEST(Trace, ShowsEachConnectionOfTheServerQueuedWaitingAndOpen) {
  const Json trace = trace_of(
      {run_of("sequential", 1, {event(1, Step::started, 0s, 71), event(1, Step::written, 2s, 71)},
              {event(1, Step::accepted, 5s, 900), event(1, Step::echoed, 13s, 901),
               event(1, Step::closed, 14s, 901)})});
  EXPECT_EQ(spans_in_row(trace, 2, "task 1"),
            (Texts{"queued 2-5", "waiting 5-13", "open 13-14", "task 1 2-14"}));
  EXPECT_EQ(slices_on(trace, 2, 901), (Texts{"echoed 13-13", "closed 14-14"}));
  EXPECT_EQ(TraceRules::broken_in(trace), Texts{});
}

TEST(Trace, StartsEveryRunAtZeroInProcessesOfItsOwn) {
  const Json trace = trace_of({one_thread_run(), one_thread_run()});
  EXPECT_EQ(slices_on(trace, 1, 71), slices_on(trace, 3, 71));
  EXPECT_EQ(slices_on(trace, 2, 900), slices_on(trace, 4, 900));
  EXPECT_EQ(spans_in_row(trace, 3, "predicted: c+r+Nk"), Texts{"predicted: c+r+Nk 0-22"});
  EXPECT_EQ(TraceRules::broken_in(trace), Texts{});
}

TEST(Trace, NamesProcessesAfterTheirPrograms) {
  auto run = one_thread_run();
  run.repetition = 5;
  const Json trace = trace_of({run});
  EXPECT_EQ(name_of_process(trace, 1, "process_name", "name"),
            "client_async_single_thread (3 tasks, repetition 5)");
  EXPECT_EQ(name_of_process(trace, 2, "process_name", "name"),
            "echo_server of async_single_thread (3 tasks, repetition 5)");
  EXPECT_EQ(name_of_process(trace, 1, "process_labels", "labels"), "22 s, predicted 22 s");
}

TEST(Trace, CountsMicrosecondsAndKeepsTheNanoseconds) {
  TraceFile trace{describe_suite()};
  trace.add(run_of("sequential", 1, {event(1, Step::started, 1'002'034ns, 71)},
                   {event(0, Step::echoed, 2'000'000ns, 900)}));
  EXPECT_NE(trace.to_json().find(R"("tid":71,"ts":1002.034,)"), std::string::npos)
      << trace.to_json();
  EXPECT_NE(trace.to_json().find(R"("dur":997.966,)"), std::string::npos) << trace.to_json();
}

// --- Whatever the records say --------------------------------------------------------------------

TEST(Trace, DrawsNoArrowBackInTime) {
  std::vector<Event> events;
  add_task(events, 1, 71, 0s);
  const Json trace = trace_of(
      {run_of("async_single_thread", 1, events,
              {event(1, Step::accepted, 2s, 900), event(1, Step::echoed, 10'000'001us, 900)})});
  EXPECT_EQ(arrows_in(trace), Texts{"request 1/71 2 > 2/900 10"});
  EXPECT_EQ(trace["otherData"]["arrows_left_out"], 1);
  EXPECT_EQ(spans_in_row(trace, 1, "task 1"),
            (Texts{"connect 0-2", "response 2-10", "compute 10-14", "task 1 0-14"}));
  EXPECT_EQ(TraceRules::broken_in(trace), Texts{});
}

TEST(Trace, OnlyNamesARunThatWasRefusedAndSaysWhy) {
  waitbench::Run run{.model = find_model("thread_per_task"), .workload = {.tasks = 3}};
  run.status = Status::refused;
  run.message = "client: \"no\" more\nthreads \xff";
  const Json trace = trace_of({run});
  EXPECT_EQ(name_of_process(trace, 1, "process_labels", "labels"),
            "refused: client: \"no\" more\nthreads \xEF\xBF\xBD");
  for (const Json& event : trace["traceEvents"]) EXPECT_EQ(event["ph"], "M") << event;
  EXPECT_EQ(TraceRules::broken_in(trace), Texts{});
}

TEST(Trace, DrawsWhatNeverEndedUpToTheLastThingOnRecord) {
  auto run = run_of("async_single_thread", 3,
                    {event(1, Step::started, 0s, 71), event(1, Step::written, 2s, 71),
                     event(1, Step::read, 10s, 71), event(2, Step::started, 1s, 71),
                     event(2, Step::written, 3s, 71)},
                    {event(3, Step::echoed, 11s, 900)});
  run.status = Status::failed;
  const Json trace = trace_of({run});
  EXPECT_EQ(spans_in_row(trace, 1, "task 1"),
            (Texts{"connect 0-2", "response 2-10", "compute 10-11", "task 1 0-11"}));
  EXPECT_EQ(spans_in_row(trace, 1, "task 2"),
            (Texts{"connect 1-3", "response 3-11", "task 2 1-11"}));
  EXPECT_EQ(TraceRules::broken_in(trace), Texts{});
}

class Nonsense : public testing::TestWithParam<std::string_view> {};

TEST_P(Nonsense, IsDrawnByTheRulesAllTheSame) {
  std::vector<Event> events, server_events;
  // Every pair of step and time on few threads: steps twice, in no order, at once, of no task.
  for (int i = 0; i < 300; ++i)
    events.push_back(
        event(i % 7, static_cast<Step>(i * 5 % 6), (i * 37 % 100) * 10ms - 20ms, 70 + i * 11 % 3));
  for (int i = 0; i < 100; ++i)
    server_events.push_back(
        event(i % 9, static_cast<Step>(i * 3 % 6), (i * 53 % 90) * 11ms - 30ms, 900 + i % 2));
  EXPECT_EQ(TraceRules::broken_in(trace_of({run_of(GetParam(), 6, events, server_events)})),
            Texts{});
}

INSTANTIATE_TEST_SUITE_P(Models, Nonsense, testing::Values("thread_per_task", "async_multi_thread"),
                         [](const auto& parameter) { return std::string{parameter.param}; });

// --- Many tasks ----------------------------------------------------------------------------------

TEST(Trace, SumsUpTasksThatAreTooManyToSee) {
  constexpr int tasks = 10'000;
  std::vector<Event> events, server_events;
  for (int task = 1; task <= tasks; ++task) {
    events.push_back(event(task, Step::started, task * 1us, 71));
    events.push_back(event(task, Step::written, 1s + task * 1us, 71));
    events.push_back(event(task, Step::read, 2s + task * 1ms, 71));
    events.push_back(event(task, Step::finished, 2s + task * 1ms + 900us, 71));
    server_events.push_back(event(task, Step::accepted, 1s + task * 1us, 900));
    server_events.push_back(event(task, Step::echoed, 2s + task * 1us, 900));
  }
  TraceFile file{describe_suite()};
  file.add(run_of("async_single_thread", tasks, events, server_events));
  const std::string text = file.to_json();
  const Json trace = Json::parse(text);
  EXPECT_LT(text.size(), 2'000'000);
  EXPECT_EQ(trace["otherData"]["tasks"], tasks);
  EXPECT_EQ(trace["otherData"]["tasks_drawn_one_by_one"], tasks_drawn_at_most);
  EXPECT_EQ(spans_in_row(trace, 1, "task 10000").back(), "task 10000 0.01-12.0009");
  const Texts slices = slices_on(trace, 1, 71);
  EXPECT_TRUE(std::ranges::count(slices, "10000 tasks 2.001-12.0009")) << slices.size();
  EXPECT_TRUE(count_of(trace, 1, "tasks in flight").ends_with(":0"));
  EXPECT_NE(count_of(trace, 1, "tasks in flight").find(":10000 "), std::string::npos);
  EXPECT_EQ(TraceRules::broken_in(trace), Texts{});
}

TEST(Trace, OnlyNamesFurtherRunsOnceItIsLarge) {
  TraceFile file{describe_suite(), 20'000};
  for (int i = 0; i < 10; ++i) file.add(one_thread_run());
  const Json trace = Json::parse(file.to_json());
  EXPECT_EQ(trace["otherData"]["runs"], 10);
  EXPECT_GT(trace["otherData"]["runs_only_named"], 0);
  EXPECT_LT(trace["otherData"]["runs_only_named"], 9);
  EXPECT_NE(slices_on(trace, 1, 71), Texts{});
  EXPECT_EQ(slices_on(trace, 19, 71), Texts{});
  EXPECT_NE(name_of_process(trace, 19, "process_name", "name"), "");
  EXPECT_EQ(TraceRules::broken_in(trace), Texts{});
}

// --- Real runs -----------------------------------------------------------------------------------

TEST(Trace, KeepsTheRulesForRealRunsOfEveryModel) {
  const TemporaryDirectory directory;
  const Scenario scenario{.bin_dir = BIN_DIR, .records_dir = directory.path()};
  const Workload small{.tasks = 5, .threads = 2, .connect = 5ms, .response = 20ms, .compute = 10ms};
  TraceFile file{describe_suite()};
  const auto built = built_models();
  for (const Model& model : built) file.add(scenario.run(model, small, 1).value());
  file.write(directory.path() / "trace.json");
  const Json trace = Json::parse(content_of(directory.path() / "trace.json"));
  EXPECT_EQ(TraceRules::broken_in(trace), Texts{});
  for (int process = 1; process < 2 * static_cast<int>(built.size()); process += 2)
    for (int task = 1; task <= 5; ++task) {
      const auto row = spans_in_row(trace, process, fmt::format("task {}", task));
      ASSERT_GE(row.size(), 4) << process;
      EXPECT_TRUE(row[0].starts_with("connect 0")) << row[0];
      EXPECT_TRUE(row[row.size() - 2].starts_with("compute")) << row[row.size() - 2];
    }
}

TEST(Trace, LiesBesideTheResultsOfTheHarness) {
  const TemporaryDirectory directory;
  const auto results = directory.path() / "results";
  const Ended ended = run_to_end({program("waitbench"), "--results", results, "--time-scale",
                                  "0.001", "--warmup", "1", "--repetitions", "2"});
  EXPECT_EQ(ended.ending, "exit status 0") << ended.errors;
  const Json trace = Json::parse(content_of(results / "trace.json"));
  EXPECT_EQ(trace["otherData"]["runs"], 2 * core_models.size()) << "warm-up runs are in no trace";
  EXPECT_EQ(TraceRules::broken_in(trace), Texts{});
}

TEST(Trace, SaysThatItCannotBeWritten) {
  const TraceFile file{describe_suite()};
  try {
    file.write("/dev/null/trace.json");
    FAIL() << "it was written";
  } catch (const std::system_error& error) {
    EXPECT_NE(std::string{error.what()}.find("/dev/null/trace.json"), std::string::npos);
  }
}

// --- The rules themselves ------------------------------------------------------------------------

struct Breach {
  std::string name;
  std::function<void(Json&)> commit;  // on a trace that keeps the rules
  std::string complaint;
};

void PrintTo(const Breach& breach, std::ostream* out) {
  *out << breach.name;
}

// The first event of that phase.
Json& first(Json& trace, std::string_view phase) {
  return *std::ranges::find_if(trace["traceEvents"],
                               [&](const Json& event) { return event["ph"] == phase; });
}

class Breaches : public testing::TestWithParam<Breach> {};

TEST_P(Breaches, AreSeen) {
  Json trace = trace_of({one_thread_run()});
  GetParam().commit(trace);
  const Texts broken = TraceRules::broken_in(trace);
  EXPECT_TRUE(std::ranges::any_of(broken, [](const std::string& line) {
    return line.find(GetParam().complaint) != std::string::npos;
  })) << fmt::format("{}", fmt::join(broken, "\n"));
}

INSTANTIATE_TEST_SUITE_P(
    Rules, Breaches,
    testing::Values(
        Breach{"Seconds", [](Json& trace) { first(trace, "f")["ts"] = 10; }, "earlier than"},
        Breach{"NoEnd", [](Json& trace) { first(trace, "e")["ph"] = "b"; }, "never ends"},
        Breach{"OtherEnd", [](Json& trace) { first(trace, "e")["name"] = "x"; }, "not the last"},
        Breach{"LooseArrow", [](Json& trace) { first(trace, "f")["id"] = 999; }, "not one begin"},
        Breach{"ArrowToNowhere", [](Json& trace) { first(trace, "s")["pid"] = 8; }, "in no slice"},
        Breach{"Overlap", [](Json& trace) { first(trace, "X")["dur"] = 11e6; }, "overlaps"},
        Breach{"NoName", [](Json& trace) { first(trace, "M")["pid"] = 8; }, "has no name"},
        Breach{"NoThreadName", [](Json& trace) { first(trace, "X")["tid"] = 8; }, "has no name"},
        Breach{"NoCount", [](Json& trace) { first(trace, "C")["args"]["count"] = -1; },
               "no count"}),
    [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace waitbench
