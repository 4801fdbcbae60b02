// The stall detector names who holds up a loop, while it does, and is silent otherwise. Handlers
// here hold the loop until they have been found out, so nothing depends on how fast the machine is.
#include "support/diagnosis/stall_detector.hpp"

#include <gtest/gtest.h>

#include <asio/bind_executor.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>
#include <latch>
#include <vector>

namespace waitbench {
namespace {

using std::chrono::milliseconds;
using Stall = StallDetector::Stall;

constexpr milliseconds threshold{40};

// What a detector said, and somebody who waits for it.
class Reports {
 public:
  StallDetector::Report listener() {
    return [this](const Stall& stall) {
      const std::lock_guard lock{mutex_};
      said_.push_back(stall);
      changed_.notify_all();
    };
  }

  // Blocks until so many have been said.
  std::vector<Stall> wait_for(size_t count) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return said_.size() >= count; });
    return said_;
  }

  std::vector<Stall> said() {
    const std::lock_guard lock{mutex_};
    return said_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Stall> said_;
};

// A loop on a thread of its own, that has served a handler already.
class LoopInBackground {
 public:
  LoopInBackground() {
    std::latch running{1};
    asio::post(loop_, [&] {
      thread_id_ = gettid();
      running.count_down();
    });
    running.wait();
  }
  LoopInBackground(const LoopInBackground&) = delete;
  LoopInBackground& operator=(const LoopInBackground&) = delete;
  ~LoopInBackground() { end(); }

  asio::io_context& loop() { return loop_; }
  int thread_id() const { return thread_id_; }
  // Returns when its thread has ended.
  void end() {
    work_.reset();
    if (thread_.joinable()) thread_.join();
  }

 private:
  asio::io_context loop_;
  asio::executor_work_guard<asio::io_context::executor_type> work_ = make_work_guard(loop_);
  std::atomic<int> thread_id_ = 0;
  std::jthread thread_{[this] { loop_.run(); }};
};

// Returns when the detector has had a heartbeat served: from then on it judges.
void wait_for_heartbeats(asio::io_context& loop) {
  for (int i = 0; i < 4; ++i) {
    std::this_thread::sleep_for(threshold / 4);
    std::latch served{1};
    asio::post(loop, [&] { served.count_down(); });
    served.wait();
  }
}

TEST(StallDetector, NamesTheHandlerAndItsThreadWhileItHoldsTheLoop) {
  Reports reports;
  LoopInBackground background;
  StallDetector detector{background.loop(), threshold, reports.listener()};
  wait_for_heartbeats(background.loop());
  const auto before = StallDetector::Clock::now();
  Stall found;
  std::latch done{1};
  asio::post(background.loop(), detector.named("compute", [&] {
    found = reports.wait_for(1).front();
    done.count_down();
  }));
  done.wait();
  EXPECT_EQ(found.handler, "compute");
  EXPECT_EQ(found.thread, background.thread_id());
  EXPECT_FALSE(found.over);
  EXPECT_GE(found.since, before);
  EXPECT_GE(found.held, threshold / 2);
}

TEST(StallDetector, SaysOnceThatAStallBeganAndOnceThatItIsOver) {
  Reports reports;
  LoopInBackground background;
  StallDetector detector{background.loop(), threshold, reports.listener()};
  wait_for_heartbeats(background.loop());
  asio::post(background.loop(), detector.named("compute", [&] {
    reports.wait_for(1);
    std::this_thread::sleep_for(3 * threshold);  // time to say it again
    EXPECT_EQ(reports.said().size(), 1);
  }));
  const auto said = reports.wait_for(2);
  EXPECT_EQ(said[1].handler, "compute");
  EXPECT_EQ(said[1].since, said[0].since);
  EXPECT_TRUE(said[1].over);
  EXPECT_GE(said[1].held, said[0].held + 3 * threshold);
}

TEST(StallDetector, KnowsWhatACoroutineIsDoingByItsScope) {
  Reports reports;
  LoopInBackground background;
  StallDetector detector{background.loop(), threshold, reports.listener()};
  wait_for_heartbeats(background.loop());
  asio::post(background.loop(), [&] {
    { const StallDetector::Doing before{detector, "before"}; }
    const StallDetector::Doing doing{detector, "during"};
    reports.wait_for(1);
  });
  EXPECT_EQ(reports.wait_for(1).front().handler, "during");
}

TEST(StallDetector, TellsTheThreadOfWhatHasNoName) {
  Reports reports;
  LoopInBackground background;
  StallDetector detector{background.loop(), threshold, reports.listener()};
  wait_for_heartbeats(background.loop());
  asio::post(background.loop(), [&] { reports.wait_for(1); });
  const Stall found = reports.wait_for(1).front();
  EXPECT_EQ(found.handler, "");
  EXPECT_EQ(found.thread, background.thread_id());
}

TEST(StallDetector, ForgetsTheNameOfWhatIsOver) {
  Reports reports;
  LoopInBackground background;
  StallDetector detector{background.loop(), threshold, reports.listener()};
  wait_for_heartbeats(background.loop());
  asio::post(background.loop(), [&] {
    { const StallDetector::Doing over{detector, "over"}; }
    reports.wait_for(1);
  });
  EXPECT_EQ(reports.wait_for(1).front().handler, "");
}

TEST(StallDetector, DoesNotBlameWhatRunsElsewhere) {
  Reports reports;
  LoopInBackground background;
  StallDetector detector{background.loop(), threshold, reports.listener()};
  wait_for_heartbeats(background.loop());
  const StallDetector::Doing elsewhere{detector, "on a thread of its own"};
  asio::post(background.loop(), [&] { reports.wait_for(1); });
  EXPECT_EQ(reports.wait_for(1).front().handler, "");
}

TEST(StallDetector, IsSilentWhileAPoolComputesAndTheLoopIsServed) {
  constexpr milliseconds generous{1000};  // a machine that is busy may be late, too
  Reports reports;
  LoopInBackground background;
  StallDetector detector{background.loop(), generous, reports.listener()};
  const StallDetector::Doing doing{detector, "compute"};  // this thread stands for the pool
  std::this_thread::sleep_for(generous + generous / 2);
  background.end();
  EXPECT_TRUE(reports.said().empty()) << reports.said().front().handler;
}

TEST(StallDetector, IsSilentBeforeTheLoopRunsAndAfterItEnded) {
  Reports reports;
  asio::io_context loop;
  StallDetector detector{loop, threshold, reports.listener()};
  std::this_thread::sleep_for(3 * threshold);
  EXPECT_TRUE(reports.said().empty());
  loop.run();  // serves the heartbeat and returns
  std::this_thread::sleep_for(3 * threshold);
  EXPECT_TRUE(reports.said().empty());
}

TEST(StallDetector, LeavesOutOneOfTwoThreadsAsLongAsTheOtherServes) {
  constexpr milliseconds generous{1000};
  Reports reports;
  LoopInBackground background;
  const std::jthread second{[&] { background.loop().run(); }};
  StallDetector detector{background.loop(), generous, reports.listener()};
  asio::post(background.loop(), detector.named("half of it", [&] {
    std::this_thread::sleep_for(generous + generous / 2);
  }));
  background.end();
  EXPECT_TRUE(reports.said().empty());
}

TEST(StallDetector, TellsOnStandardErrorUnlessToldOtherwise) {
  testing::internal::CaptureStderr();
  StallDetector::tell_on_standard_error({"resize", 7, {}, milliseconds{52}, false});
  StallDetector::tell_on_standard_error({"", 7, {}, milliseconds{60}, true});
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "stall: resize has been holding the loop for 52 ms on thread 7\n"
            "stall: a handler without a name held the loop for 60 ms on thread 7\n");
}

TEST(NamedHandler, GetsItsArguments) {
  asio::io_context loop;
  StallDetector detector{loop, threshold};
  asio::steady_timer timer{loop, milliseconds{0}};
  asio::error_code result = asio::error::would_block;
  timer.async_wait(detector.named("timer", [&](const asio::error_code& error) { result = error; }));
  loop.run();
  EXPECT_FALSE(result);
}

TEST(NamedHandler, RunsOnTheExecutorThatItsHandlerIsBoundTo) {
  asio::io_context loop;
  StallDetector detector{loop, threshold};
  const auto strand = make_strand(loop);
  bool on_strand = false;
  asio::steady_timer timer{loop, milliseconds{0}};
  timer.async_wait(detector.named("timer", bind_executor(strand, [&](const asio::error_code&) {
                                    on_strand = strand.running_in_this_thread();
                                  })));
  loop.run();
  EXPECT_TRUE(on_strand);
}

}  // namespace
}  // namespace waitbench
