/// results/README.md is part of the format: it names every column, attribute and unit that is written.

#include <cmath>

#include "claims.hpp"
#include "io/result_file.hpp"
#include "io/tape_file.hpp"
#include "metrics/schema.hpp"
#include "result_fixture.hpp"

using namespace plimsoll;

namespace {

std::string readme() { return fixture::bytes_of(PLIMSOLL_SOURCE_DIR "/results/README.md"); }

/// The part of the text below a heading that starts with `heading`, up to the next heading of that rank.
std::string section(const std::string& text, const std::string& heading) {
  const std::size_t start = text.find("\n" + heading);
  if (start == std::string::npos) return "";
  return text.substr(start, text.find("\n## ", start + 1) - start);
}

std::string escaped(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

std::string row_of(const Column& column) {
  const char* types[] = {"int64", "float64", "text"};
  return "| `" + column.name + "` | " + types[column.data.index()] + " | " + column.unit + " | " + escaped(column.meaning) + " |";
}

}  // namespace

TEST_CASE("results/README.md has a row with type, unit and meaning for every column of every schema, and no other") {
  const std::string text = readme();
  for (const Table& table : {parents_schema(), children_schema(), fills_schema(), trajectory_schema(), drawn_schema()}) {
    const std::string part = section(text, "## /" + table.name());
    for (const Column& column : table.columns()) {
      CAPTURE(row_of(column));
      CHECK(part.find(row_of(column)) != std::string::npos);
    }
    std::size_t rows = 0;
    for (std::size_t at = 0; (at = part.find("\n| `", at)) != std::string::npos; ++at) ++rows;
    CAPTURE(table.name());
    CHECK(rows == table.columns().size());
  }
}

TEST_CASE("results/README.md names every attribute of a result, and every column of /scenarios that is not swept or a parent's") {
  const fixture::TemporaryFolder folder;
  ResultFolder results{folder / "r", fixture::facts(), fixture::plan(2), fixture::wall()};
  fixture::seal_rest(results, 2);
  const ResultFile result = read_result(results.merge().path);
  const std::string text = readme();
  for (const auto& [name, value] : result.attributes) {
    CAPTURE(name);
    CHECK(section(text, "### Attributes of the root").find("| `" + name + "` | ") != std::string::npos);
  }
  const std::string part = section(text, "## /scenarios");
  for (std::size_t i = 0; i < 4; ++i) CHECK(part.find(row_of(result.find("scenarios")->columns()[i])) != std::string::npos);
}
