// Makes models and servers of programs that somebody brings: in any language, and told about on the
// command line.
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "bench/models/models.hpp"
#include "bench/models/servers.hpp"

namespace waitbench {

// Keeps what it has made where it is, for as long as it lives.
class OwnPrograms {
 public:
  // From "NAME=PROGRAM,UNDER_WAY,COMPUTING,holds|frees", where both counts are one, T or all.
  // Throws std::invalid_argument that says what is wrong and what would be right.
  void add_client(std::string_view description);

  // From "NAME=PROGRAM,one|T|all".
  void add_server(std::string_view description);

  const std::list<Model>& models() const { return models_; }
  const std::list<Server>& servers() const { return servers_; }

 private:
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  std::list<std::string> texts_;
  std::list<Model> models_;
  std::list<Server> servers_;
};

}  // namespace waitbench
