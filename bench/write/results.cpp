// Writes runs as JSON, in the schema of docs/results_format.md.
#include "bench/write/results.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/file.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>

#include "bench/models/prediction.hpp"
#include "bench/records/stages.hpp"
#include "support/whole_file.hpp"

namespace waitbench {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Workload& w) {
  return {{"tasks", w.tasks},
          {"threads", w.threads},
          {"server_threads", w.server_threads},
          {"cores", w.cores},
          {"clients", w.clients},
          {"connect_s", Seconds{w.connect}.count()},
          {"response_s", Seconds{w.response}.count()},
          {"compute_s", Seconds{w.compute}.count()},
          {"compute_kind", name_of(w.compute_kind)},
          {"uneven", w.uneven}};
}

Json to_json(const std::optional<Seconds>& seconds) {
  return seconds ? Json(seconds->count()) : Json(nullptr);
}

Json to_json(const Distribution& distribution) {
  return {{"p50_s", to_json(distribution.at[0])},
          {"p90_s", to_json(distribution.at[1])},
          {"p99_s", to_json(distribution.at[2])},
          {"p99_9_s", to_json(distribution.at[3])},
          {"max_s", distribution.max.count()}};
}

Json arrivals_of(const Run& run) {
  const Arrivals& arrivals = *run.workload.arrivals;
  const auto saturation = saturation_rate(*run.model, run.workload, *run.server_model);
  Json due = Json::array();
  if (run.has_events)
    for (const auto& time : run.due) due.push_back((time - run.start).count());
  return {{"rate_per_s", arrivals.rate},
          {"kind", name_of(arrivals.kind)},
          {"seed", arrivals.seed},
          {"saturation_per_s", saturation ? Json(*saturation) : Json(nullptr)},
          {"due_ns", std::move(due)}};
}

Json to_json(const std::optional<Latencies>& latencies) {
  if (!latencies) return nullptr;
  const auto& started = latencies->started_per_s;
  return {{"measured", to_json(latencies->measured)},
          {"predicted", to_json(latencies->predicted)},
          {"generator",
           {{"lateness", to_json(latencies->lateness)},
            {"started_per_s", started ? Json(*started) : Json(nullptr)},
            {"is_late", latencies->is_generator_late}}}};
}

Json to_json(const Structure& structure, const ServerStructure& server,
             const std::string& verdict) {
  return {{"threads", structure.threads},
          {"max_in_flight", structure.max_in_flight},
          {"max_computing", structure.max_computing},
          {"thread_hops", structure.thread_hops},
          {"server_accepting_threads", server.accepting_threads},
          {"server_serving_threads", server.serving_threads},
          {"server_max_waiting", server.max_waiting},
          {"verdict", verdict}};
}

Json to_json(const std::optional<ProcessUse>& use) {
  if (!use) return nullptr;
  return {{"user_s", use->user_s},
          {"system_s", use->system_s},
          {"peak_rss_bytes", use->peak_rss_bytes},
          {"peak_threads", use->peak_threads},
          {"voluntary_switches", use->voluntary_switches},
          {"involuntary_switches", use->involuntary_switches},
          {"minor_faults", use->minor_faults},
          {"major_faults", use->major_faults}};
}

Json to_json(const std::optional<KernelCounts>& counts) {
  if (!counts) return nullptr;
  return {{"listen_overflows", counts->listen_overflows},
          {"listen_drops", counts->listen_drops},
          {"tcp_timeouts", counts->tcp_timeouts},
          {"retransmitted_segments", counts->retransmitted_segments},
          {"oom_kills", counts->oom_kills},
          {"steal_s", counts->steal_s}};
}

Json to_json(const std::optional<Refusal>& refusal) {
  if (!refusal) return nullptr;
  return {{"by", refusal->predicted ? "preflight" : "system"}, {"tasks", refusal->tasks}};
}

// As columns, which take less room than a record each; times count from `start`.
Json to_json(const std::vector<Event>& events, Clock::time_point start) {
  Json columns{{"task", Json::array()},
               {"step", Json::array()},
               {"ns", Json::array()},
               {"thread", Json::array()}};
  for (const Event& event : events) {
    columns["task"].push_back(event.task);
    columns["step"].push_back(name_of(event.step));
    columns["ns"].push_back((event.time - start).count());
    columns["thread"].push_back(event.thread);
  }
  return columns;
}

// Columns, too.
class StageColumns {
 public:
  void add(int task, const Stretch& stretch) {
    columns_["task"].push_back(task);
    columns_["stage"].push_back(name_of(stretch.stage));
    columns_["begin_ns"].push_back(stretch.begin.count());
    columns_["end_ns"].push_back(stretch.end.count());
    columns_["thread"].push_back(stretch.thread == 0 ? Json(nullptr) : Json(stretch.thread));
  }
  Json take() { return std::move(columns_); }

 private:
  Json columns_{{"task", Json::array()},
                {"stage", Json::array()},
                {"begin_ns", Json::array()},
                {"end_ns", Json::array()},
                {"thread", Json::array()}};
};

// Looks closer together than a five-hundredth of the run show nothing more.
Json to_json(const std::vector<CpuSample>& samples, Clock::time_point start) {
  constexpr size_t most_samples = 500;
  Json columns{{"ns", Json::array()}, {"used_ns", Json::array()}};
  const size_t step = samples.size() / most_samples + 1;
  for (size_t i = 0; i < samples.size(); i += step) {
    columns["ns"].push_back((samples[i].time - start).count());
    columns["used_ns"].push_back(samples[i].used.count());
  }
  return columns;
}

Json stages_of(const Run& run) {
  StageColumns columns;
  for (const TaskRecord& task : tasks_of(run))
    for (const Stretch& stretch : task.stages) columns.add(task.task, stretch);
  return columns.take();
}

// Of more tasks nobody draws them one by one.
constexpr int most_predicted_one_by_one = 1000;

Json predicted_stages_of(const Run& run) {
  if (run.workload.tasks > most_predicted_one_by_one) return nullptr;
  StageColumns columns;
  int task = 0;
  for (const PredictedTask& predicted :
       predicted_tasks(*run.model, run.workload, *run.server_model)) {
    ++task;
    for (const Stretch& stretch : stages_of(predicted)) columns.add(task, stretch);
  }
  return columns.take();
}

Json to_json(const Run& run) {
  const auto predicted = run.predicted();
  Json json{{"model", run.model->name},
            {"server_model", run.server_model->name},
            {"repetition", run.repetition},
            {"status", name_of(run.status)},
            {"message", run.message},
            {"refusal", to_json(run.refusal)},
            {"addresses", run.addresses},
            {"workload", to_json(run.workload)},
            {"predicted_s", predicted.count()},
            {"formula", predicted_formula(*run.model, run.workload, *run.server_model)},
            {"makespan_s", nullptr},
            {"overhead_s", nullptr},
            {"structure", nullptr}};
  if (run.status == Status::ok) {
    json["makespan_s"] = run.makespan->count();
    json["overhead_s"] = (*run.makespan - predicted).count();
    json["structure"] = to_json(*run.structure, *run.server_structure, run.verdict);
  }
  if (run.workload.arrivals) {
    json["arrivals"] = arrivals_of(run);
    json["latency"] = to_json(run.latencies);
  }
  json["client"] = to_json(run.client);
  json["server"] = to_json(run.server);
  json["cpu"] = run.has_events ? to_json(run.cpu, run.start) : Json(nullptr);
  json["kernel"] = to_json(run.kernel);
  json["strangers"] = run.strangers;
  json["events"] = run.has_events ? to_json(run.events, run.start) : Json(nullptr);
  json["stages"] = run.has_events ? stages_of(run) : Json(nullptr);
  json["predicted_stages"] = run.has_events ? predicted_stages_of(run) : Json(nullptr);
  json["server_events"] = run.has_events ? to_json(run.server_events, run.start) : Json(nullptr);
  return json;
}

Json to_json(const Facts& facts) {
  return {{"under_way", name_of(facts.under_way)},
          {"computing", name_of(facts.computing)},
          {"wait", name_of(facts.wait)},
          {"work", name_of(facts.work)}};
}

Json to_json(const Model& model) {
  return {{"title", model.title},
          {"shows", model.shows},
          {"formula", model.formula()},
          {"facts", to_json(model.facts)},
          {"holds_thread_while_waiting", model.holds_thread_while_waiting()},
          {"published_s", model.published_s ? Json(*model.published_s) : Json(nullptr)}};
}

Json describe_models(const OwnPrograms& own) {
  Json described = Json::object();
  for (const Model& model : models) described[std::string{model.name}] = to_json(model);
  for (const Model& model : own.models()) described[std::string{model.name}] = to_json(model);
  return described;
}

Json to_json(const Server& server) {
  return {{"title", server.title}, {"shows", server.shows}, {"facts", to_json(server.facts)}};
}

Json describe_servers(const OwnPrograms& own) {
  Json described = Json::object();
  for (const Server& server : servers) described[std::string{server.name}] = to_json(server);
  for (const Server& server : own.servers()) described[std::string{server.name}] = to_json(server);
  return described;
}

// Points results/latest at the newest directory: a new link beside, then a rename over the old one.
void point_latest_at(const std::filesystem::path& directory) {
  const auto latest = directory.parent_path() / "latest";
  const auto beside = directory.parent_path() / ".latest";
  std::filesystem::remove(beside);
  std::filesystem::create_directory_symlink(directory.filename(), beside);
  std::filesystem::rename(beside, latest);
}

constexpr auto results_of_all = "results";

std::filesystem::path make_directory_named_after_now() {
  const auto name = fmt::format("{:%FT%H-%M-%SZ}", fmt::gmtime(std::time(nullptr)));
  auto directory = std::filesystem::path{results_of_all} / name;
  for (int again = 2; !std::filesystem::create_directory(directory); ++again)
    directory = std::filesystem::path{results_of_all} / fmt::format("{}-{}", name, again);
  return directory;
}

// The lock goes with the process, however that ends.
Descriptor lock(const std::filesystem::path& directory) {
  Descriptor lock{open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!lock.is_open())
    throw std::system_error(errno, std::generic_category(), "can't open " + directory.string());
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    throw std::runtime_error(directory.string() +
                             ": another waitbench is writing its results there");
  return lock;
}

}  // namespace

ResultsDirectory::ResultsDirectory(const std::filesystem::path& wanted) : path_(wanted) {
  const auto parent = wanted.empty() ? std::filesystem::path{results_of_all} : wanted;
  std::filesystem::create_directories(parent);
  if (!wanted.empty()) {
    lock_ = lock(wanted);
    for (const char* file : {"results.json", "benchmark.json", "trace.json"})
      std::filesystem::remove(wanted / file);
  }
  scratch_.emplace(parent);
}

std::filesystem::path ResultsDirectory::path() {
  if (path_.empty()) {
    path_ = make_directory_named_after_now();
    point_latest_at(path_);
  }
  return path_;
}

ResultsFile::ResultsFile(ResultsDirectory& directory, std::uint32_t seed, const Json& suite,
                         const Json& environment, const OwnPrograms& own)
    : directory_(directory) {
  const Json described{{"schema", 2},
                       {"suite", suite},
                       {"environment", environment},
                       {"models", describe_models(own)},
                       {"servers", describe_servers(own)},
                       {"seed", seed}};
  head_ = described.dump(1);
  head_.resize(head_.rfind('\n'));  // leaves the object open, for the runs
}

void ResultsFile::add(const Run& run) {
  using nlohmann::detail::error_handler_t;  // a child may say what is not UTF-8
  auto& list = run.is_warmup ? warmup_runs_ : runs_;
  list.push_back(to_json(run).dump(-1, ' ', false, error_handler_t::replace));
  write_whole(directory_.path() / "results.json",
              fmt::format("{},\n\"warmup_runs\": [\n{}\n],\n\"runs\": [\n{}\n]\n}}\n", head_,
                          fmt::join(warmup_runs_, ",\n"), fmt::join(runs_, ",\n")));
}

}  // namespace waitbench
