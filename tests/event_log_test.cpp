// The record of who did which step when, and its CSV form.
#include "record/event_log.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include "tests/support.hpp"

namespace waitbench {
namespace {

constexpr std::array steps_of_a_task{Step::started, Step::written, Step::read, Step::finished};

// --- Recording -----------------------------------------------------------------------------------

TEST(EventLog, HoldsNothingBeforeTheFirstRecord) {
  EXPECT_TRUE(EventLog{3}.events().empty());
}

TEST(EventLog, KeepsTaskStepThreadAndTime) {
  EventLog log{2};
  const auto before = Clock::now();
  log.record(2, Step::read);
  const auto after = Clock::now();

  const auto events = log.events();
  ASSERT_EQ(events.size(), 1);
  EXPECT_EQ(events[0].task, 2);
  EXPECT_EQ(events[0].step, Step::read);
  EXPECT_EQ(events[0].thread, gettid());
  EXPECT_GE(events[0].time, before);
  EXPECT_LE(events[0].time, after);
}

TEST(EventLog, GivesEveryStepOfEveryTaskAPlaceOfItsOwn) {
  EventLog log{3};
  std::vector<std::pair<int, Step>> recorded;
  for (const Step step : steps_of_a_task)
    for (const int task : {3, 1, 2}) {
      log.record(task, step);
      recorded.emplace_back(task, step);
    }
  std::vector<std::pair<int, Step>> kept;
  for (const Event& event : log.events()) kept.emplace_back(event.task, event.step);
  EXPECT_EQ(kept, recorded);  // in the order of time, not of tasks
}

TEST(EventLog, TellsItsListenerTheEventsThatItKeeps) {
  std::vector<Event> heard;
  EventLog log{2, [&](const Event& event) { heard.push_back(event); }};
  for (const int task : {2, 1})
    for (const Step step : steps_of_a_task) log.record(task, step);
  EXPECT_EQ(heard.size(), 8);
  EXPECT_EQ(heard, log.events());
}

TEST(EventLog, ReadsTheClockBeforeItTellsItsListener) {
  Clock::time_point told;
  EventLog log{1, [&](const Event&) { told = Clock::now(); }};
  log.record(1, Step::started);
  EXPECT_LE(log.events().front().time, told);
}

TEST(EventLog, LosesNothingWhenThreadsRecordAtOnce) {
  constexpr int threads = 4;
  constexpr int tasks_per_thread = 1000;
  std::mutex mutex;
  std::vector<Event> heard;
  EventLog log{threads * tasks_per_thread, [&](const Event& event) {
                 const std::lock_guard lock{mutex};
                 heard.push_back(event);
               }};
  std::vector<int> ids(threads);
  {
    std::vector<std::jthread> recorders;
    for (int i = 0; i < threads; ++i)
      recorders.emplace_back([&, i] {
        ids[static_cast<size_t>(i)] = this_thread_id();
        for (int task = 1 + i; task <= threads * tasks_per_thread; task += threads)
          for (const Step step : steps_of_a_task) log.record(task, step);
      });
  }
  const auto events = log.events();
  ASSERT_EQ(events.size(), size_t{threads} * tasks_per_thread * steps_of_a_task.size());
  EXPECT_TRUE(std::ranges::is_sorted(events, {}, &Event::time));
  for (const Event& event : events)
    ASSERT_EQ(event.thread, ids[static_cast<size_t>((event.task - 1) % threads)]);

  const auto by_task_and_step = [](const Event& event) {
    return std::pair{event.task, event.step};
  };
  auto kept = events;
  std::ranges::sort(kept, {}, by_task_and_step);
  std::ranges::sort(heard, {}, by_task_and_step);
  EXPECT_EQ(heard, kept);
}

TEST(ThisThreadId, IsTheKernelsAndDiffersFromThreadToThread) {
  EXPECT_EQ(this_thread_id(), gettid());
  int other = 0;
  std::jthread{[&] { other = this_thread_id(); }}.join();
  EXPECT_NE(other, this_thread_id());
}

// --- CSV -----------------------------------------------------------------------------------------

const Event an_event{7, Step::written, Clock::time_point{Duration{1234567890123}}, 4711};

TEST(EventCsv, HasAHeaderAndARowAnEvent) {
  EXPECT_EQ(to_csv({}), "task,step,ns,thread\n");
  EXPECT_EQ(to_csv(std::array{an_event}), "task,step,ns,thread\n7,written,1234567890123,4711\n");
}

TEST(EventCsv, ComesBackAsItWasWritten) {
  std::vector<Event> events;
  for (size_t i = 0; i < step_names.size(); ++i)
    events.push_back({static_cast<int>(i), static_cast<Step>(i),
                      Clock::time_point{Duration{static_cast<int>(i) * 1000}}, 100});
  const TemporaryDirectory directory;
  std::ofstream{directory.path() / "events.csv"} << to_csv(events);
  EXPECT_EQ(read_csv(directory.path() / "events.csv"), events);
}

std::string complaint_about(const std::filesystem::path& file) {
  try {
    read_csv(file);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "it was read";
}

TEST(EventCsv, NamesAFileThatIsMissing) {
  const TemporaryDirectory directory;
  const std::string file = directory.path() / "events.csv";
  EXPECT_EQ(complaint_about(file), file + ": can't be opened");
}

TEST(EventCsv, NamesFileAndLineOfAWrongHeader) {
  const TemporaryDirectory directory;
  const std::string file = directory.path() / "events.csv";
  for (const char* header : {"", "\n", "task,step,ns\n", "task,step,ns,thread,more\n",
                             "1,started,578,4711\n", "task,step,ns,thread\r\n"}) {
    std::ofstream{file} << header;
    EXPECT_EQ(complaint_about(file), file + ":1: the header is not task,step,ns,thread") << header;
  }
}

class MalformedRecord : public testing::TestWithParam<const char*> {};

TEST_P(MalformedRecord, IsNamedByFileAndLine) {
  const TemporaryDirectory directory;
  const std::string file = directory.path() / "events.csv";
  std::ofstream{file} << "task,step,ns,thread\n1,started,578,4711\n" << GetParam() << '\n';
  EXPECT_EQ(complaint_about(file),
            file + ":3: '" + GetParam() + "' is not a record (task,step,ns,thread)");
}

INSTANTIATE_TEST_SUITE_P(EventCsv, MalformedRecord,
                         testing::Values("", ",", ",,,", "rubbish", "1,started,578",
                                         "1,started,578,4711,5", "one,started,578,4711",
                                         "-1,started,578,4711", "1.5,started,578,4711",
                                         "1,begun,578,4711", "1,,578,4711", "1,started,-578,4711",
                                         "1,started,,4711", "1,started,5e3,4711", "1,started,578,",
                                         "1,started,578,main", "1, started,578,4711",
                                         "1,started,99999999999999999999,4711",
                                         "99999999999,started,578,4711"));

}  // namespace
}  // namespace waitbench
