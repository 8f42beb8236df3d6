#pragma once
// A folder of a test's own, for the files of a foreign peer; it goes with the object.

#include <string>
#include <string_view>

namespace heartwire::integration {

class Folder {
 public:
  /// Throws std::runtime_error if there is no place for one.
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const noexcept { return path_; }
  /// Writes a file there and returns its path.
  std::string write(std::string_view name, std::string_view text) const;

 private:
  std::string path_;
};

/// `text` with every `what` replaced.
std::string replaced(std::string text, std::string_view what, std::string_view by);

}  // namespace heartwire::integration
