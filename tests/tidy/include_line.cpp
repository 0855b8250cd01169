#include "include_line.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <regex>
#include <set>

namespace tidy {

namespace {

using Names = std::vector<std::string>;

const Names& line() {
  static const Names folders = {"core", "sdk", "market", "execution", "metrics", "replay", "experiment"};
  return folders;
}

Names up_to(const std::string& folder) {
  Names allowed;
  for (const std::string& name : line()) {
    allowed.push_back(name);
    if (name == folder) break;
  }
  return allowed;
}

/// Folders that files of `folder` may reach; empty when the folder is not on the line.
Names reachable_from(const std::string& folder) {
  if (std::find(line().begin(), line().end(), folder) != line().end()) return up_to(folder);
  Names allowed;
  if (folder == "feed") allowed = up_to("market");
  if (folder == "calibration") allowed = up_to("metrics");
  if (folder == "io") allowed = up_to("experiment");
  if (folder == "app")
    allowed = {"core",       "sdk",  "market", "execution",   "metrics",    "replay",
               "experiment", "feed", "io",     "calibration", "strategies", "impact_models"};
  if (!allowed.empty()) allowed.push_back(folder);
  return allowed;
}

/// "market" for framework/market/x.hpp, "strategies" for strategies/x.cpp; "" for what the line does not rule.
std::string folder_of(const std::string& path) {
  const std::size_t slash = path.find('/');
  const std::string top = path.substr(0, slash);
  if (top == "strategies" || top == "impact_models") return top;
  if (top != "framework" || slash == std::string::npos) return "";
  const std::size_t second = path.find('/', slash + 1);
  return second == std::string::npos ? "" : path.substr(slash + 1, second - slash - 1);
}

bool is_plugin_folder(const std::string& folder) { return folder == "strategies" || folder == "impact_models"; }

/// Where an include leads: a path of the tree, or "" for libraries and files that do not exist.
std::string resolve(const Tree& tree, const SourceFile& from, const Include& include) {
  const std::filesystem::path beside = std::filesystem::path{from.path}.parent_path() / include.name;
  for (const std::filesystem::path& candidate :
       {beside, std::filesystem::path{"framework"} / include.name, std::filesystem::path{include.name}}) {
    const std::string path = candidate.lexically_normal().generic_string();
    if (tree.contains(path)) return path;
  }
  return "";
}

bool may_reach(const std::string& folder, const std::string& path) {
  if (is_plugin_folder(folder)) return folder_of(path) == "sdk" || path == "framework/core/units.hpp";
  const Names allowed = reachable_from(folder);
  return std::find(allowed.begin(), allowed.end(), folder_of(path)) != allowed.end();
}

class Walk {
 public:
  Walk(const Tree& tree, const SourceFile& start) : tree_{tree}, start_{start}, folder_{folder_of(start.path)} {}

  Findings findings() {
    visit(start_, "");
    return findings_;
  }

 private:
  void visit(const SourceFile& file, const std::string& way) {
    for (const Include& include : includes_of(file)) {
      const std::string target = resolve(tree_, file, include);
      if (target.empty()) {
        if (&file == &start_) check_outside(include);
        continue;
      }
      if (&file == &start_) first_line_ = include.line;
      if (!seen_.insert(target).second) continue;
      const std::string further = way + " -> " + target;
      if (!may_reach(folder_, target)) {
        findings_.push_back(
            {start_.path + ":" + std::to_string(first_line_), folder_ + " must not reach " + target + " (" + start_.path + further + ")"});
      }
      visit(tree_.at(target), further);
    }
  }

  void check_outside(const Include& include) {
    const std::string place = start_.path + ":" + std::to_string(include.line);
    if (include.quoted) findings_.push_back({place, "\"" + include.name + "\" is not in the repository"});
    static const std::regex standard_or_eigen{"[a-z0-9_]+|Eigen/.*"};
    if (!include.quoted && is_plugin_folder(folder_) && !std::regex_match(include.name, standard_or_eigen)) {
      findings_.push_back({place, "a plugin includes sdk/, the standard library and Eigen only, not <" + include.name + ">"});
    }
  }

  const Tree& tree_;
  const SourceFile& start_;
  std::string folder_;
  std::size_t first_line_ = 0;
  std::set<std::string> seen_;
  Findings findings_;
};

struct LibraryPlace {
  const char* library;  ///< pattern of the included name
  const char* place;    ///< pattern of the paths that may include it
  const char* rule;
};
constexpr LibraryPlace kLibraryPlaces[] = {
    {"hdf5.*\\.h|H5.*\\.h|highfive/.*", "framework/io/[^/]*\\.cpp", "HDF5 belongs to framework/io/*.cpp"},
    {"toml\\+\\+/.*|toml\\.hpp|toml\\+\\+\\.h", "framework/io/[^/]*\\.cpp", "toml++ belongs to framework/io/*.cpp"},
    {"(oneapi/)?tbb(/.*|\\.h)", "framework/experiment/.*", "TBB belongs to framework/experiment"},
    {"boost/.*", "framework/app/.*", "Boost belongs to framework/app"},
    {"xxh.*\\.h|sleef\\.h", "framework/core/[^/]*\\.cpp", "hash and mathematics libraries belong to framework/core/*.cpp"},
    {"random", "", "random numbers come from core/random.hpp: their bits are ours on every machine"},
};

}  // namespace

std::vector<Include> includes_of(const SourceFile& file) {
  static const std::regex directive{R"re(^\s*#\s*include\s*(["<])([^">]+)[">])re"};
  std::vector<Include> includes;
  const std::vector<std::string> lines = lines_of(blanked(file.text, Blank::comments));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::smatch match;
    if (std::regex_search(lines[i], match, directive)) includes.push_back({i + 1, match[2], match[1] == "\""});
  }
  return includes;
}

Findings check_include_line(const Tree& tree) {
  Findings all;
  for (const auto& [path, file] : tree) {
    const std::string folder = folder_of(path);
    if (!file.is_cpp() || folder.empty()) continue;
    if (!is_plugin_folder(folder) && reachable_from(folder).empty()) {
      all.push_back({path, "framework/" + folder + " has no place on the include line"});
      continue;
    }
    for (Finding& finding : Walk{tree, file}.findings()) all.push_back(std::move(finding));
  }
  return all;
}

Findings check_library_places(const SourceFile& file) {
  Findings findings;
  if (!file.is_cpp() || folder_of(file.path).empty()) return findings;
  for (const Include& include : includes_of(file)) {
    for (const LibraryPlace& place : kLibraryPlaces) {
      if (std::regex_match(include.name, std::regex{place.library}) && !std::regex_match(file.path, std::regex{place.place})) {
        findings.push_back({file.path + ":" + std::to_string(include.line), "<" + include.name + ">: " + place.rule});
      }
    }
  }
  return findings;
}

}  // namespace tidy
