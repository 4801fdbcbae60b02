// Records that can have happened, and those that can't.
#include "bench/records/evidence.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace waitbench {
namespace {

using namespace std::chrono_literals;

constexpr auto epoch = Clock::time_point{} + 1h;

Clock::time_point at(Duration time) {
  return epoch + time;
}

const Life client_life{at(0s), at(60s)};
const Life server_life{at(-1s), at(61s)};
const Workload one_task{.tasks = 1, .threads = 1};  // 2 + 8 + 4 s

// A client's steps of task `id`, as the one thread 7 would take them.
std::vector<Event> steps(int id = 1) {
  return {{id, Step::started, at(0s), 7},
          {id, Step::written, at(2s), 7},
          {id, Step::read, at(10s), 7},
          {id, Step::finished, at(14s), 7}};
}

// The server's records of the connection that belongs to them.
std::vector<Event> connection(int id = 1, Duration accepted = 2s) {
  return {{id, Step::accepted, at(accepted), 3}, {id, Step::echoed, at(accepted + 8s), 3}};
}

std::vector<Event> operator+(std::vector<Event> all, const std::vector<Event>& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

// What is wrong with one task's records; "" if nothing is.
std::string doubt(std::vector<Event> client, const std::vector<Event>& server,
                  const Workload& workload = one_task,
                  const std::vector<ThreadSample>& samples = {}) {
  if (const auto why = remove_impossible(client, workload.tasks, client_life)) return *why;
  const auto connections = tell_apart(server, client, workload, server_life);
  return contradiction(client, connections, workload, samples).value_or("");
}

TEST(Evidence, AcceptsWhatHappened) {
  EXPECT_EQ(doubt(steps(), connection()), "");
}

TEST(Evidence, AcceptsReadingsOfTheClockThatComeOutInTheOtherOrder) {
  auto client = steps();
  client[2].time -= 100ns;  // read before the server says that it sent
  EXPECT_EQ(doubt(client, connection()), "");
}

// --- A record by itself --------------------------------------------------------------------------

struct Impossible {
  std::string name;
  Event instead;  // of the first step
  std::string why;
};

void PrintTo(const Impossible& impossible, std::ostream* out) {
  *out << impossible.name;
}

class ARecord : public testing::TestWithParam<Impossible> {};

TEST_P(ARecord, ThatCannotBeIsTakenOutWithItsReason) {
  auto client = steps();
  client[0] = GetParam().instead;
  const auto why = remove_impossible(client, 1, client_life);
  EXPECT_EQ(why, GetParam().why);
  EXPECT_EQ(client.size(), 3);
}

INSTANTIATE_TEST_SUITE_P(
    Evidence, ARecord,
    testing::Values(
        Impossible{
            "OfNoTask", {0, Step::started, at(0s), 7}, "task 0 started, and the tasks are 1 to 1"},
        Impossible{"OfAStrangersTask",
                   {99, Step::started, at(0s), 7},
                   "task 99 started, and the tasks are 1 to 1"},
        Impossible{"OfAServer",
                   {1, Step::accepted, at(0s), 7},
                   "task 1 accepted, which is a server's step"},
        Impossible{"OnNoThread", {1, Step::started, at(0s), -7}, "task 1 started on thread -7"},
        Impossible{"BeforeTheProcess",
                   {1, Step::started, at(-3s), 7},
                   "task 1 started 3.000000 s before the process began"},
        Impossible{"AfterTheProcess",
                   {1, Step::started, at(61s), 7},
                   "task 1 started 1.000000 s after the process had ended"}),
    [](const auto& parameter) { return parameter.param.name; });

TEST(Evidence, TakesOutASecondRecordOfAStep) {
  auto client = steps();
  client.insert(client.begin() + 1, client.front());
  EXPECT_EQ(remove_impossible(client, 1, client_life),
            "task 1 started a second time, or after a step that follows");
  EXPECT_EQ(client, steps());
}

TEST(Evidence, TakesOutAStepThatComesBeforeTheOneThatItFollows) {
  auto client = steps();
  std::swap(client[1].step, client[2].step);  // read, then written
  EXPECT_EQ(remove_impossible(client, 1, client_life),
            "task 1 written a second time, or after a step that follows");
  EXPECT_EQ(client.size(), 3);
}

TEST(Evidence, NamesTheStepThatATaskLacks) {
  EXPECT_FALSE(missing_step(steps(1) + steps(2), 2));
  EXPECT_EQ(missing_step(steps(1), 2), "task 2 has no record of \"started\"");
  auto client = steps();
  client.pop_back();
  EXPECT_EQ(missing_step(client, 1), "task 1 has no record of \"finished\"");
}

// --- A task and its connection -------------------------------------------------------------------

TEST(Evidence, WantsAConnectionForEachTask) {
  EXPECT_EQ(doubt(steps(), {}), "task 1 read an answer, and the server has no record of it");
}

TEST(Evidence, WantsTheAnswerNoSoonerThanAsked) {
  auto server = connection();
  server[1].time = server[0].time;
  EXPECT_EQ(doubt(steps(), server),
            "the server answered task 1 after 0.000000 s, not after 8.000000 s");
}

TEST(Evidence, WantsTheConnectionAfterTheWaitForIt) {
  EXPECT_EQ(doubt(steps(), connection(1, 1s)),
            "task 1 was connected 1.000000 s after it had started, not after 2.000000 s");
}

TEST(Evidence, WantsTheAnswerBeforeItIsRead) {
  EXPECT_EQ(doubt(steps(), connection(1, 3s)),
            "task 1 read its answer 1.000000 s before the server sent it");
}

TEST(Evidence, WantsTheServerToHaveBeenThere) {
  EXPECT_EQ(doubt(steps(), connection(1, 100s)),
            "the server served task 1 at a time at which it was not there");
  EXPECT_EQ(doubt(steps(), connection(1, -100s)),
            "the server served task 1 at a time at which it was not there");
}

// --- Strangers -----------------------------------------------------------------------------------

TEST(Evidence, CountsConnectionsOfNobodysTaskApart) {
  const auto server = connection(99) + connection(0) + connection(1) + connection(-5);
  const auto found = tell_apart(server, steps(), one_task, server_life);
  EXPECT_EQ(found.strangers, 3);
  EXPECT_EQ(found.of_tasks, connection(1));
  EXPECT_EQ(doubt(steps(), server), "");
}

TEST(Evidence, TellsATasksConnectionFromAStrangersWithItsNumber) {
  const auto server = connection(1, 1s) + connection(1, 2s) + connection(1, 30s);
  const auto found = tell_apart(server, steps(), one_task, server_life);
  EXPECT_EQ(found.of_tasks, connection(1));
  EXPECT_EQ(found.strangers, 2);
  EXPECT_EQ(doubt(steps(), server), "");
}

TEST(Evidence, DoubtsARunWhereEitherConnectionMayBeTheTasks) {
  auto client = steps();
  client[2].time = at(11s);
  client[3].time = at(15s);
  EXPECT_EQ(doubt(client, connection(1, 2s) + connection(1, 2500ms)),
            "two connections carried the number of task 1, and either may be its own");
}

TEST(Evidence, KeepsTheConnectionOfATaskThatHasNotRead) {
  auto client = steps();
  client.resize(2);
  EXPECT_EQ(tell_apart(connection(), client, one_task, server_life).of_tasks, connection());
}

TEST(Evidence, CountsAServersRecordThatIsNoPair) {
  const std::vector<Event> server{connection().front()};
  const auto found = tell_apart(server, steps(), one_task, server_life);
  EXPECT_EQ(found.strangers, 1);
  EXPECT_TRUE(found.of_tasks.empty());
}

// --- Stages and threads --------------------------------------------------------------------------

TEST(Evidence, WantsEveryStageAsLongAsAsked) {
  auto client = steps();
  client[1].time = at(1s);
  EXPECT_EQ(doubt(client, connection()),
            "task 1 took 1.000000 s to connect, and 2.000000 s were asked for");
  client = steps();
  client[3].time = at(11s);
  EXPECT_EQ(doubt(client, connection()),
            "task 1 took 1.000000 s to compute, and 4.000000 s were asked for");
}

TEST(Evidence, WantsEverySecondTaskToComputeLongerWhereThatWasAskedFor) {
  const Workload uneven{.tasks = 2, .uneven = 1.5};
  const auto server = connection(1) + connection(2);
  auto client = steps(1) + steps(2);
  EXPECT_EQ(doubt(client, server, uneven),
            "task 2 took 4.000000 s to compute, and 6.000000 s were asked for");
  client.back().time = at(16s);
  EXPECT_EQ(doubt(client, server, uneven), "");
}

TEST(Evidence, AllowsBurningWhatTheClocksDiffer) {
  Workload burning = one_task;
  burning.compute_kind = ComputeKind::burn;
  auto client = steps();
  client[3].time -= 2ms;
  EXPECT_EQ(doubt(client, connection(), burning), "");
  EXPECT_NE(doubt(client, connection()), "");
}

TEST(Evidence, WantsAThreadToBeThereBetweenItsSteps) {
  const ThreadSample with{at(5s), at(5s), {3, 7}};
  const ThreadSample without{at(5s), at(5s), {3, 8}};
  EXPECT_EQ(doubt(steps(), connection(), one_task, {with}), "");
  EXPECT_EQ(doubt(steps(), connection(), one_task, {without}),
            "task 1 started on thread 7, and task 1 finished there later, but in between the "
            "process had no such thread");
}

TEST(Evidence, AllowsAThreadToComeAndGoBesideItsSteps) {
  const ThreadSample before{at(-1s), at(0s), {3}};
  const ThreadSample after{at(14s), at(15s), {3}};
  EXPECT_EQ(doubt(steps(), connection(), one_task, {before, after}), "");
}

// --- The whole run -------------------------------------------------------------------------------

TEST(Evidence, WantsARunToTakeAsLongAsItMust) {
  const Workload workload;
  const Model& model = *find_model("sequential");
  EXPECT_FALSE(too_soon(model, workload, 42s));
  EXPECT_EQ(too_soon(model, workload, 8s),
            "all tasks were done after 8.000000 s, and sequential takes at least 41.999999 s");
}

TEST(Evidence, AsksNothingWhereThePredictionIsNoLowerBound) {
  const Model& model = *find_model("thread_per_task");
  Workload workload{.tasks = 4, .cores = 2, .compute_kind = ComputeKind::burn};
  EXPECT_FALSE(too_soon(model, workload, 1s)) << "four burn on two cores";
  workload.tasks = 2;
  EXPECT_TRUE(too_soon(model, workload, 1s));
  workload.uneven = 2;
  EXPECT_FALSE(too_soon(model, workload, 15s)) << "which task takes which thread is not predicted";
  EXPECT_TRUE(too_soon(model, workload, 13s)) << "no order of them ends as soon";
  workload.arrivals = Arrivals{};
  EXPECT_FALSE(too_soon(model, workload, 1s)) << "tasks may overtake each other";
}

}  // namespace
}  // namespace waitbench
