#pragma once
/// Reading a result.h5 or a shard back: for `plimsoll inspect`, `compare` and `curve`, and for tests.
///
/// Only files with a sound seal (sealed_file.hpp) reach HDF5: damaged or foreign ones are refused before.
/// Thread rule: call from any thread; HDF5 is locked inside.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "core/content_hash.hpp"
#include "core/table.hpp"

namespace plimsoll {

using AttributeValue = std::variant<std::int64_t, double, std::string>;

struct ResultFile {
  std::map<std::string, AttributeValue> attributes;  ///< of the root: format, complete, program_version, seed, scenario ...
  std::vector<Table> tables;                         ///< in file order; "scenarios" first

  const Table* find(const std::string& name) const;
  /// Text of an attribute, "" when it is not there.
  std::string text(const std::string& name) const;
};

/// What is in a result file, without reading it.
struct ResultOutline {
  struct TableOutline {
    std::string name;
    std::uint64_t rows = 0, columns = 0;
    std::uint64_t bytes = 0;  ///< in the file, compressed as they are
  };
  std::map<std::string, AttributeValue> attributes;
  std::vector<TableOutline> tables;  ///< in file order
};
/// Throws as read_result.
ResultOutline read_result_outline(const std::string& path);
/// The same of a merged result only. Throws also for a shard (DATA-FORMAT).
ResultOutline read_merged_outline(const std::string& path);

/// Throws BadInput: DATA-MISSING (66), DATA-FORMAT (65).
ResultFile read_result(const std::string& path);
/// One table only (a column store: the other tables are not touched). Throws as above, also when there is no such table.
Table read_result_table(const std::string& path, const std::string& table);
/// The same with the columns whose names `wanted` says yes to: a million rows of all of them would fill the memory.
Table read_result_columns(const std::string& path, const std::string& table, const std::function<bool(const std::string&)>& wanted);

/// Hash of what was found, for comparing runs: every table in order, each column's name, unit, kind and values (bit for bit),
/// the seed and the
/// completeness. Not in it: provenance (keys, hashes, versions, scenario text, meanings), so that two builds that
/// agree in every number agree in the hash. result.h5 carries it as attribute `result_hash`. Throws as read_result.
std::string result_hash(const std::string& path);
std::string result_hash(const ResultFile& result);

/// The same, fed piece by piece: seed and completeness, then each table followed by its columns.
class ResultHasher {
 public:
  ResultHasher(std::uint64_t seed, bool complete);
  void table(const std::string& name, std::size_t rows);
  void column(const Column& column);
  /// With the name and unit of `form`.
  void column(const Column& form, const PackedColumn& values);
  std::string hex() const { return hash_.hex(); }

 private:
  ContentHash hash_;
};

}  // namespace plimsoll
