#include "tests/integration/support/peer_command.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace heartwire::integration {
namespace {

const std::string kFolder = HEARTWIRE_INTEGRATION_FOLDER;

std::vector<std::string> command(std::vector<std::string> words,
                                 const std::vector<std::string>& arguments) {
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

}  // namespace

std::vector<std::string> python_peer(std::string_view script,
                                     const std::vector<std::string>& arguments) {
  return command({"/usr/bin/python3", peer_path(script)}, arguments);
}

std::vector<std::string> npm_peer(std::string_view script,
                                  const std::vector<std::string>& arguments) {
  return command({"node", peer_path(script)}, arguments);
}

bool has_npm_package(std::string_view name) {
  return std::filesystem::exists(kFolder + "/npm/node_modules/" + std::string{name} +
                                 "/package.json");
}

std::string peer_path(std::string_view name) {
  return kFolder + "/peers/" + std::string{name};
}

std::string peer_file(std::string_view name) {
  std::ostringstream text;
  text << std::ifstream(peer_path(name)).rdbuf();
  return text.str();
}

}  // namespace heartwire::integration
