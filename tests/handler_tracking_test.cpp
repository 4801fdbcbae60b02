// Handler tracking: what Asio tells of its handlers gets into the trace, and only from tracked
// clients.
#include <gtest/gtest.h>

#include <fstream>

#include "bench/run/environment.hpp"
#include "bench/run/scenario.hpp"
#include "bench/write/trace.hpp"
#include "record/handler_log.hpp"
#include "tests/support.hpp"
#include "tests/trace_rules.hpp"

namespace waitbench {

void PrintTo(const HandlerEvent& event, std::ostream* out) {
  *out << to_csv(std::span{&event, 1});
}

namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
using Texts = std::vector<std::string>;

constexpr auto start = Clock::time_point{1h};

HandlerEvent handler(std::uint64_t id, HandlerStep step, std::string operation, Duration time,
                     int thread) {
  return {id, step, std::move(operation), start + time, thread};
}

// A timer's handler that was created on one thread and runs on another, and one that never runs.
const std::vector<HandlerEvent> timer_on_two_threads{
    handler(1, HandlerStep::created, "deadline_timer.async_wait", 1s, 71),
    handler(2, HandlerStep::created, "socket.async_receive", 1500ms, 71),
    handler(1, HandlerStep::began, "", 3s, 72),
    handler(0, HandlerStep::performed, "socket.close", 4s, 72),
    handler(1, HandlerStep::ended, "", 5s, 72),
    handler(2, HandlerStep::dropped, "", 6s, 71),
};

Json trace_of(const std::vector<HandlerEvent>& handlers) {
  waitbench::Run run{.model = find_model("async_multi_thread")};
  run.start = start;
  run.handlers = handlers;
  TraceFile trace{describe_suite()};
  trace.add(run);
  return Json::parse(trace.to_json());
}

// "71: begin deadline_timer.async_wait 1", "handler 1 > 3".
Texts slices_and_arrows(const Json& trace) {
  Texts texts;
  for (const Json& event : trace["traceEvents"]) {
    const double time = event.contains("ts") ? event["ts"].get<double>() / 1e6 : 0;
    if (event["ph"] == "X")
      texts.push_back(fmt::format("{}: {} {:g}", event["tid"].get<int>(),
                                  event["name"].get<std::string>(), time));
    if (event["ph"] == "s" || event["ph"] == "f")
      texts.push_back(fmt::format("{}: {} {:g}", event["tid"].get<int>(),
                                  event["ph"] == "s" ? "from" : "to", time));
  }
  return texts;
}

TEST(HandlerRecords, GetIntoTheTraceAsSlicesWithAnArrowFromCreationToRun) {
  const Json trace = trace_of(timer_on_two_threads);
  EXPECT_EQ(slices_and_arrows(trace),
            (Texts{"71: begin deadline_timer.async_wait 1", "71: from 1",
                   "71: begin socket.async_receive 1.5", "72: after deadline_timer.async_wait 3",
                   "72: to 3", "72: socket.close 4"}));
  EXPECT_EQ(TraceRules::broken_in(trace), Texts{});
}

TEST(HandlerRecords, AreDrawnUpToANumber) {
  std::vector<HandlerEvent> many;
  for (int i = 1; i <= 6000; ++i) {
    const auto id = static_cast<std::uint64_t>(i);
    many.push_back(handler(id, HandlerStep::created, "io_context.post", i * 3ms, 71));
    many.push_back(handler(id, HandlerStep::began, "", i * 3ms + 1ms, 71));
    many.push_back(handler(id, HandlerStep::ended, "", i * 3ms + 2ms, 71));
  }
  const Json trace = trace_of(many);
  EXPECT_EQ(trace["otherData"]["handlers"], 6000);
  EXPECT_EQ(trace["otherData"]["handlers_drawn"], 5000);
  EXPECT_EQ(TraceRules::broken_in(trace), Texts{});
}

TEST(HandlerRecords, AreTheSameAfterWritingAndReading) {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "client.handlers.csv";
  std::ofstream{file} << to_csv(timer_on_two_threads);
  EXPECT_EQ(read_handlers(file), timer_on_two_threads);
  EXPECT_EQ(handlers_file_beside(directory.path() / "client.csv"), file);
}

TEST(HandlerRecords, AreNoneWhereThereIsNoFile) {
  EXPECT_EQ(read_handlers("/nowhere/client.handlers.csv"), std::vector<HandlerEvent>{});
}

TEST(HandlerRecords, AreRefusedNamingTheLineThatIsMalformed) {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "handlers";
  const auto complaint_about = [&](const std::string& content) -> std::string {
    std::ofstream{file} << content;
    try {
      read_handlers(file);
      return "";
    } catch (const std::runtime_error& error) {
      return std::string{error.what()}.substr(file.string().size());
    }
  };
  EXPECT_EQ(complaint_about("task,step\n"),
            ":1: the header is not handler,step,operation,ns,thread");
  const std::string header = "handler,step,operation,ns,thread\n";
  EXPECT_EQ(complaint_about(header), "");
  EXPECT_EQ(complaint_about(header + "1,began,,5,6\n1,danced,,5,6\n"),
            ":3: '1,danced,,5,6' is not a record (handler,step,operation,ns,thread)");
  EXPECT_EQ(complaint_about(header + "1,began,,-5,6\n"),
            ":2: '1,began,,-5,6' is not a record (handler,step,operation,ns,thread)");
  EXPECT_EQ(complaint_about(header + "1,began\n"),
            ":2: '1,began' is not a record (handler,step,operation,ns,thread)");
}

// --- With the clients of the preset tracked ------------------------------------------------------

const Workload small{.tasks = 3, .threads = 2, .connect = 5ms, .response = 20ms, .compute = 10ms};

waitbench::Run run(std::string_view model, const std::filesystem::path& bin) {
  const TemporaryDirectory directory;
  const Scenario scenario{.bin_dir = bin, .records_dir = directory.path()};
  auto run = scenario.run(*find_model(model), small, 1).value();
  EXPECT_EQ(names_in(directory.path()), Names{}) << "left behind";
  return run;
}

class HandlerTracking : public testing::TestWithParam<std::string_view> {};

TEST_P(HandlerTracking, TellsOfEveryHandlerOfAnAsyncClient) {
  const auto tracked = run(GetParam(), TRACKED_BIN_DIR);
  ASSERT_EQ(tracked.status, Status::ok) << tracked.message;
  EXPECT_EQ(tracked.verdict, as_predicted);

  std::map<std::uint64_t, std::vector<HandlerStep>> steps;
  std::map<std::string, int> created;
  for (const HandlerEvent& event : tracked.handlers) {
    if (event.step != HandlerStep::performed) steps[event.handler].push_back(event.step);
    if (event.step == HandlerStep::created) ++created[event.operation];
  }
  for (const auto& [id, of_handler] : steps)
    EXPECT_EQ(of_handler,
              (std::vector{HandlerStep::created, HandlerStep::began, HandlerStep::ended}))
        << "handler " << id;
  EXPECT_EQ(created["deadline_timer.async_wait"], 3) << "each task waits before it connects";
  EXPECT_EQ(created["socket.async_connect"], 3);
  EXPECT_EQ(created["socket.async_send"], 3);
}

// What a task does after its reply runs in a handler: in the trace that encloses the computing.
TEST_P(HandlerTracking, ShowsComputingInsideAHandler) {
  TraceFile file{describe_suite()};
  file.add(run(GetParam(), TRACKED_BIN_DIR));
  const Json trace = Json::parse(file.to_json());
  EXPECT_EQ(TraceRules::broken_in(trace), Texts{});
  int inside = 0;
  for (const Json& compute : trace["traceEvents"]) {
    if (compute["ph"] != "X" || compute["name"] != "compute") continue;
    const double begin = compute["ts"], end = begin + compute["dur"].get<double>();
    inside += std::ranges::any_of(trace["traceEvents"], [&](const Json& event) {
      return event["ph"] == "X" && event["tid"] == compute["tid"] &&
             event["name"].get<std::string>().starts_with("after ") && event["ts"] <= begin &&
             event["ts"].get<double>() + event["dur"].get<double>() >= end;
    });
  }
  EXPECT_EQ(inside, small.tasks);
}

TEST_P(HandlerTracking, IsNotInTheClientThatIsMeasured) {
  EXPECT_EQ(run(GetParam(), BIN_DIR).handlers, std::vector<HandlerEvent>{});
}

INSTANTIATE_TEST_SUITE_P(Models, HandlerTracking,
                         testing::Values("async_serial", "async_single_thread",
                                         "async_multi_thread"),
                         [](const auto& parameter) { return std::string{parameter.param}; });

}  // namespace
}  // namespace waitbench
