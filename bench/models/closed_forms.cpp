// Puts the closed forms into words.
#include "bench/models/closed_forms.hpp"

#include <fmt/format.h>

namespace waitbench {
namespace {

// The stages of computing on threads that have fewer cores than they are: full sets of threads, and
// the rest, each as long as its work takes on all cores.
std::string burning(int tasks, int threads, int cores, std::string_view threads_in_words) {
  if (tasks <= threads) return tasks > cores ? "(N/C)k" : "k";
  if (tasks % threads == 0) return "(N/C)k";
  const std::string full = fmt::format("floor(N/{0})({0}/C)k", threads_in_words);
  const std::string rest =
      tasks % threads > cores ? fmt::format("(N mod {})/C k", threads_in_words) : std::string{"k"};
  return fmt::format("{}+{}", full, rest);
}

}  // namespace

std::string formula_of(const Facts& facts) {
  if (facts.under_way == Many::one) return "N(c+r+k)";
  if (facts.under_way == Many::as_threads) return "ceil(N/T)(c+r+k)";
  switch (facts.computing) {
    case Many::one:
      return "c+r+Nk";
    case Many::as_threads:
      return "c+r+ceil(N/T)k";
    case Many::all:
      return "c+r+k";
  }
  return "";
}

std::string formula_of(const Facts& facts, const Workload& w) {
  const int threads = at_once(facts.computing, w);
  if (w.compute_kind == ComputeKind::hold || threads <= w.cores) return formula_of(facts);
  const std::string waiting = facts.under_way == Many::as_threads ? "ceil(N/T)(c+r)" : "c+r";
  return fmt::format("{}+{}", waiting, burning(w.tasks, threads, w.cores, "T"));
}

}  // namespace waitbench
