#include "bench/yardstick.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "bench/measure.hpp"

namespace plimsoll::bench {

namespace {

void build_once(const std::string& source, const std::string& program) {
  if (std::filesystem::exists(program) && std::filesystem::last_write_time(program) > std::filesystem::last_write_time(source)) return;
  // The yardstick's own flags: what this machine gives, not what is portable.
  run_or_throw({"g++", "-O3", "-march=native", "-std=c++17", "-o", program + ".new", source});
  std::filesystem::rename(program + ".new", program);
}

void generate_once(const std::string& work, const std::string& name, const std::vector<std::string>& settings) {
  if (std::filesystem::exists(work + "/" + name + ".txt")) return;
  std::vector<std::string> words = {work + "/gen", "--msgs", "5000000", "--out", work + "/" + name + ".new"};
  words.insert(words.end(), settings.begin(), settings.end());
  run_or_throw(words);
  for (const char* ending : {".itch", ".ev", ".txt"})  // .txt last: it says that all is there
    std::filesystem::rename(work + "/" + name + ".new" + ending, work + "/" + name + ending);
}

}  // namespace

std::string yardstick_folder() {
  const char* given = std::getenv("PLIMSOLL_YARDSTICK");
  return given != nullptr ? given : PLIMSOLL_SOURCE_DIR "/../shared/yardstick";
}

Yardstick::Yardstick(const std::string& folder, std::string work) : work_{std::move(work)} {
  if (!std::filesystem::exists(folder + "/ideal_book.cpp") || !std::filesystem::exists(folder + "/gen_mbo.cpp")) return;
  std::filesystem::create_directories(work_);
  build_once(folder + "/gen_mbo.cpp", work_ + "/gen");
  build_once(folder + "/ideal_book.cpp", work_ + "/ideal");
  generate_once(work_, "W1", {"--seed", "1", "--live", "50000"});
  generate_once(work_, "W2", {"--seed", "2", "--live", "1000000", "--symbols", "500"});
  present_ = true;
}

double Yardstick::ns_per_message(const std::string& mode, const std::string& workload) const {
  const std::string output = run_or_throw({work_ + "/ideal", mode, tape(workload), "3"}, {"ANON=1"}).output;
  const std::size_t at = output.find(" med ");
  if (at == std::string::npos || output.find("MISMATCH") != std::string::npos)
    throw std::runtime_error("the yardstick's " + mode + " says: " + output);
  return std::strtod(output.c_str() + at + 5, nullptr);
}

}  // namespace plimsoll::bench
