// Looks names up in the tables of models and servers.
#include "bench/models/choices.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <list>
#include <stdexcept>
#include <string_view>

#include "bench/models/built.hpp"
#include "support/nearest.hpp"
#include "support/program.hpp"

namespace waitbench {
namespace {

template <typename Table>
std::vector<std::string> names_in(const Table& table) {
  std::vector<std::string> names;
  for (const auto& row : table) names.emplace_back(row.name);
  return names;
}

// "'fibers' is none of a, b, c", and what may have been meant.
std::string none_of(std::string_view name, const std::vector<std::string>& names) {
  return fmt::format("'{:.60}' is none of {}{}", name, fmt::join(names, ", "),
                     did_you_mean(name, names));
}

// nullptr where there is none of this name.
template <typename Row>
const Row* find_in(const std::list<Row>& rows, std::string_view name) {
  const auto row = std::ranges::find(rows, name, &Row::name);
  return row == rows.end() ? nullptr : &*row;
}

template <typename Row>
void add_once(std::vector<const Row*>& chosen, const Row& row) {
  if (std::ranges::find(chosen, &row) == chosen.end()) chosen.push_back(&row);
}

}  // namespace

std::vector<std::string> choices_of_models() {
  auto names = names_in(models);
  names.insert(names.begin(), {"core", "all"});
  return names;
}

std::vector<std::string> choices_of_servers() {
  auto names = names_in(servers);
  names.insert(names.begin(), {"default", "all"});
  return names;
}

std::vector<const Model*> choose_models(const std::vector<std::string>& names,
                                        const std::filesystem::path& bin_dir,
                                        const OwnPrograms& own) {
  std::vector<const Model*> chosen;
  const auto add = [&](std::string_view name) {
    const Model* model = find_in(own.models(), name);
    if (!model) model = find_model(name);
    if (!model) throw std::invalid_argument(none_of(name, choices_of_models()));
    if (!is_built(*model, bin_dir))
      throw std::invalid_argument(fmt::format("{} is {}", name, why_not_built(*model)));
    add_once(chosen, *model);
  };
  for (const std::string& name : names) {
    if (name == "core")
      std::ranges::for_each(core_models, add);
    else if (name == "all")
      for (const Model& model : models) {
        if (is_built(model, bin_dir))
          add(model.name);
        else
          tell_error("waitbench",
                     fmt::format("leaving out {}: {}", model.name, why_not_built(model)));
      }
    else
      add(name);
  }
  for (const Model& model : own.models()) add_once(chosen, model);
  return chosen;
}

std::vector<const Server*> choose_servers(const std::vector<std::string>& names,
                                          const OwnPrograms& own) {
  std::vector<const Server*> chosen;
  for (const std::string& name : names) {
    if (name == "all")
      for (const Server& server : servers) add_once(chosen, server);
    else if (name == "default")
      add_once(chosen, servers.front());
    else if (const Server* server = find_in(own.servers(), name))
      add_once(chosen, *server);
    else if (const Server* known = find_server(name))
      add_once(chosen, *known);
    else
      throw std::invalid_argument(none_of(name, choices_of_servers()));
  }
  for (const Server& server : own.servers()) add_once(chosen, server);
  return chosen;
}

}  // namespace waitbench
