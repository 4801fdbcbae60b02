// Durations, endpoints, and what a client reads from its command line.
#include "support/command_line.hpp"

#include <gtest/gtest.h>

#include <ostream>

#include "task/options.hpp"

namespace waitbench {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

template <typename Value>
std::string refusal_of(Value (*parse)(std::string_view), std::string_view text) {
  try {
    parse(text);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "it was accepted";
}

// --- Durations -----------------------------------------------------------------------------------

struct GoodDuration {
  const char* text;
  Duration value;
};

void PrintTo(const GoodDuration& good, std::ostream* out) {
  *out << good.text;
}

class ParseDuration : public testing::TestWithParam<GoodDuration> {};

TEST_P(ParseDuration, TakesANumberAndAUnit) {
  EXPECT_EQ(parse_duration(GetParam().text), GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    CommandLine, ParseDuration,
    testing::Values(GoodDuration{"2s", seconds{2}}, GoodDuration{"0s", seconds{0}},
                    GoodDuration{"0ns", seconds{0}}, GoodDuration{"200ms", milliseconds{200}},
                    GoodDuration{"250us", microseconds{250}}, GoodDuration{"17ns", nanoseconds{17}},
                    GoodDuration{"1min", minutes{1}}, GoodDuration{"1.5s", milliseconds{1500}},
                    GoodDuration{"0.1s", milliseconds{100}}, GoodDuration{".5s", milliseconds{500}},
                    GoodDuration{"1e-3s", milliseconds{1}}, GoodDuration{"1440min", hours{24}},
                    GoodDuration{"86400s", hours{24}}, GoodDuration{"24h", hours{24}},
                    GoodDuration{"0.5h", minutes{30}}, GoodDuration{"1.4ns", nanoseconds{1}},
                    GoodDuration{"1.6ns", nanoseconds{2}},
                    GoodDuration{"0.3333333333s", nanoseconds{333'333'333}},
                    GoodDuration{"2.2250738585072014e-308s", seconds{0}}));

class RefuseDuration : public testing::TestWithParam<const char*> {};

TEST_P(RefuseDuration, QuotesTheTextAndSaysWhatIsAccepted) {
  EXPECT_EQ(
      refusal_of(&parse_duration, GetParam()),
      std::string{"'"} + GetParam() +
          "' is not a duration from 0s to 24h with a unit (ns, us, ms, s, min, h), like 200ms");
}

INSTANTIATE_TEST_SUITE_P(CommandLine, RefuseDuration,
                         testing::Values("", "s", "2", "2.5", "2 s", " 2s", "2s ", "+2s", "-1s",
                                         "-0.001ms", "25h", "24.1h", "2parsecs", "2S", "2sec",
                                         "2s3ms", "0x10s", "1,5s", "..5s", "86400.1s", "1441min",
                                         "1e300s", "1e999s", "nan", "nans", "inf", "infs",
                                         "-infs"));

TEST(RefuseDuration, QuotesOnlyTheBeginningOfALongText) {
  const auto refusal = refusal_of(&parse_duration, std::string(1000, '9') + "s");
  EXPECT_TRUE(refusal.starts_with("'" + std::string(60, '9') + "' is not a duration")) << refusal;
}

// --- Endpoints -----------------------------------------------------------------------------------

TEST(ParseEndpoint, TakesANumericAddressAndAPort) {
  using asio::ip::address;
  using asio::ip::make_address;
  const auto endpoint = [](const char* host, std::uint16_t port) {
    return asio::ip::tcp::endpoint{make_address(host), port};
  };
  EXPECT_EQ(parse_endpoint("127.0.0.1:6142"), endpoint("127.0.0.1", 6142));
  EXPECT_EQ(parse_endpoint("192.0.2.7:1"), endpoint("192.0.2.7", 1));
  EXPECT_EQ(parse_endpoint("0.0.0.0:65535"), endpoint("0.0.0.0", 65535));
  EXPECT_EQ(parse_endpoint("[::1]:6142"), endpoint("::1", 6142));
  EXPECT_EQ(parse_endpoint("[2001:db8::7]:80"), endpoint("2001:db8::7", 80));
}

class RefuseEndpoint : public testing::TestWithParam<const char*> {};

TEST_P(RefuseEndpoint, QuotesTheTextAndSaysWhatIsAccepted) {
  EXPECT_EQ(refusal_of(&parse_endpoint, GetParam()),
            std::string{"'"} + GetParam() +
                "' is not ADDRESS:PORT with a numeric address and a port from 1 to 65535, "
                "like 127.0.0.1:6142");
}

INSTANTIATE_TEST_SUITE_P(CommandLine, RefuseEndpoint,
                         testing::Values("", ":", "127.0.0.1", "127.0.0.1:", ":6142", "6142",
                                         "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:99999",
                                         "127.0.0.1:-1", "127.0.0.1:+80", "127.0.0.1:80 ",
                                         "127.0.0.1: 80", "127.0.0.1:http", "127.0.0.1:8o",
                                         " 127.0.0.1:80", "127.0.0:80", "127.0.0.256:80",
                                         "nowhere:80", "localhost:80", "[::1]", "[::1:80", "[]:80",
                                         "http://127.0.0.1:80"));

// --- Rates ---------------------------------------------------------------------------------------

TEST(ParseRate, TakesANumberOfTasksASecond) {
  EXPECT_EQ(parse_rate("40"), 40);
  EXPECT_EQ(parse_rate("2.5"), 2.5);
  EXPECT_EQ(parse_rate("1e6"), 1e6);
  EXPECT_EQ(parse_rate("0.001"), 0.001);
}

class RefuseRate : public testing::TestWithParam<const char*> {};

TEST_P(RefuseRate, QuotesTheTextAndSaysWhatIsAccepted) {
  EXPECT_EQ(refusal_of(&parse_rate, GetParam()),
            std::string{"'"} + GetParam() +
                "' is not a rate above 0 and up to 1000000 tasks per second, like 40 or 2.5");
}

INSTANTIATE_TEST_SUITE_P(CommandLine, RefuseRate,
                         testing::Values("", "0", "-0", "0.0", "-1", "nan", "-nan", "inf", "-inf",
                                         "infinity", "1000001", "1e300", "1e999", "1e-999", "40/s",
                                         " 40", "40 ", "+40", "0x10", "forty", "1,5"));

// --- Counts, factors and lists
// --------------------------------------------------------------------

TEST(ParseCount, TakesAWholeNumberBetweenItsBounds) {
  EXPECT_EQ(parse_count("1", 1, 10), 1);
  EXPECT_EQ(parse_count("10", 1, 10), 10);
  EXPECT_EQ(parse_count("-3", -5, 5), -3);
}

TEST(ParseCount, RefusesAllElse) {
  for (const char* text :
       {"", "0", "11", "1.0", "1e0", "+1", " 1", "1 ", "0x1", "one", "99999999999"})
    EXPECT_THROW(parse_count(text, 1, 10), std::invalid_argument) << text;
}

TEST(ParseFactor, TakesANumberBetweenItsBounds) {
  EXPECT_EQ(parse_factor("0.1"), 0.1);
  EXPECT_EQ(parse_factor("1e-6"), 1e-6);
  EXPECT_EQ(parse_factor("1000"), 1000);
}

TEST(ParseAtLeastOne, TakesANumberBetweenItsBoundsAndRefusesAllElse) {
  EXPECT_EQ(parse_at_least_one("1"), 1);
  EXPECT_EQ(parse_at_least_one("2.5"), 2.5);
  EXPECT_EQ(parse_at_least_one("1000"), 1000);
  for (const char* text : {"0.99", "0", "-2", "1001", "nan", "inf", "", "2x"})
    EXPECT_THROW(parse_at_least_one(text), std::invalid_argument) << text;
}

TEST(ParseFactor, RefusesAllElse) {
  for (const char* text : {"", "0", "-1", "1e-7", "1000.1", "nan", "-nan", "inf", "1x", " 1"})
    EXPECT_THROW(parse_factor(text), std::invalid_argument) << text;
}

TEST(ItemsOf, AreWhatStandsBetweenTheCommas) {
  using Items = std::vector<std::string_view>;
  EXPECT_EQ(items_of("core"), Items{"core"});
  EXPECT_EQ(items_of("1,2,3"), (Items{"1", "2", "3"}));
  EXPECT_EQ(items_of(" 1 ,\t2, a b "), (Items{"1", "2", "a b"}));
}

TEST(ItemsOf, AreRefusedWhereOneIsLeftOut) {
  for (const char* text : {"", " ", ",", "1,", ",1", "1,,2", "1, ,2"})
    EXPECT_THROW(items_of(text), std::invalid_argument) << text;
}

// --- A client's options --------------------------------------------------------------------------

Options options_from(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "client");
  Options options;
  const auto exit_code =
      parse_options("client", static_cast<int>(arguments.size()), arguments.data(), options);
  EXPECT_EQ(exit_code, std::nullopt);
  return options;
}

TEST(ClientOptions, AreThePublishedExperimentByDefault) {
  const Options options = options_from({});
  EXPECT_EQ(options.tasks, 3);
  EXPECT_GE(options.threads, 4);
  EXPECT_EQ(options.connect, seconds{2});
  EXPECT_EQ(options.compute, seconds{4});
  EXPECT_EQ(options.compute_kind, ComputeKind::hold);
  EXPECT_EQ(options.server, parse_endpoint("127.0.0.1:6142"));
  EXPECT_TRUE(options.events.empty());
  EXPECT_TRUE(options.report.empty());
  EXPECT_FALSE(options.quiet);
  EXPECT_FALSE(options.arrivals);
}

TEST(ClientOptions, LetTasksArriveAtARate) {
  const Options options = options_from({"--arrival-rate", "2.5", "--arrivals=even", "--seed", "7"});
  EXPECT_EQ(options.arrivals, (Arrivals{.rate = 2.5, .kind = ArrivalKind::even, .seed = 7}));
  EXPECT_EQ(options_from({"--arrival-rate", "40"}).arrivals, (Arrivals{.rate = 40}));
}

TEST(ClientOptions, TakeEveryValueFromTheCommandLine) {
  const Options options =
      options_from({"--server", "127.0.0.2:80", "--tasks", "17", "--threads=5", "--connect", "20ms",
                    "--compute", "1.5s", "--compute-kind", "burn", "--uneven", "3", "--events",
                    "e.csv", "--report", "r.json", "--quiet"});
  EXPECT_EQ(options.server, parse_endpoint("127.0.0.2:80"));
  EXPECT_EQ(options.tasks, 17);
  EXPECT_EQ(options.threads, 5);
  EXPECT_EQ(options.connect, milliseconds{20});
  EXPECT_EQ(options.compute, milliseconds{1500});
  EXPECT_EQ(options.compute_kind, ComputeKind::burn);
  EXPECT_EQ(options.compute_of(1), milliseconds{1500});
  EXPECT_EQ(options.compute_of(2), milliseconds{4500});
  EXPECT_EQ(options.events, "e.csv");
  EXPECT_EQ(options.report, "r.json");
  EXPECT_TRUE(options.quiet);
}

// --- Names that options had once -----------------------------------------------------------------

struct OldName {
  std::string name;  // of the test
  std::vector<std::string> once;
  std::vector<std::string> today;
};

void PrintTo(const OldName& old, std::ostream* out) {
  *out << old.name;
}

class OldNames : public testing::TestWithParam<OldName> {};

TEST_P(OldNames, GoOnWorking) {
  std::vector<const char*> arguments;
  for (const std::string& argument : GetParam().once) arguments.push_back(argument.c_str());
  EXPECT_EQ(with_names_of_today(static_cast<int>(arguments.size()), arguments.data()),
            GetParam().today);
}

INSTANTIATE_TEST_SUITE_P(
    Options, OldNames,
    testing::Values(
        OldName{"ComputeTime", {"x", "--compute-time", "1s"}, {"x", "--compute", "1s"}},
        OldName{"ComputeTimeWithEquals", {"x", "--compute-time=1s"}, {"x", "--compute=1s"}},
        OldName{"ComputeKind", {"x", "--compute", "burn"}, {"x", "--compute-kind", "burn"}},
        OldName{"ComputeKindWithEquals", {"x", "--compute=hold"}, {"x", "--compute-kind=hold"}},
        OldName{"Delay", {"x", "--delay", "2s"}, {"x", "--response", "2s"}},
        OldName{"Resources", {"x", "--resources", "r.json"}, {"x", "--report", "r.json"}},
        OldName{"NoneOfThem",
                {"x", "--compute", "4s", "--quiet"},
                {"x", "--compute", "4s", "--quiet"}}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace waitbench
