#pragma once
/// One shard: the sealed results of some scenarios, as bytes and back.
///
/// Inside: group `scenarios` (scenario, key, status, message, one text column per swept key), then one group per table, rows in
/// scenario order. Root attributes hold the hashes of what it was made from, to say later why it no longer counts. Numbers and swept values
/// are those of the plan it was sealed under, for people who open the shard: the merge takes both from the present plan.
///
/// A shard lives until it is merged, so its columns are stored plain, as narrow as they are packed, and the attribute
/// `columns` says where in the file they lie: a merge of thousands of shards reads them like an array, without opening an HDF5 file for
/// each.
///
/// Thread rule: one thread a shard; HDF5 is locked inside.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/durable_file.hpp"
#include "io/h5.hpp"
#include "io/manifest.hpp"
#include "io/result_folder.hpp"

namespace plimsoll {

/// What the results of a shard depend on, one hash for each of "scenario", "data", "plugin", "program".
struct InputHashes {
  std::array<std::string, 4> hashes;
  static constexpr std::array<const char*, 4> kNames = {"scenario", "data", "plugin", "program"};
  static InputHashes of(const ManifestFacts& facts);
};

struct SealedShard {
  SealedShard() = default;
  SealedShard(SealedShard&&) = default;  ///< no copies: parts lie in `own`
  std::string name;                      ///< 000000-000063-<hash16>.h5
  /// The bytes of the file, one after the other. Those of large columns lie in the tables that it was made from.
  std::vector<std::string_view> parts;
  std::vector<char> own;  ///< those that do not
};
/// What it returns is valid as long as `finished`. Precondition: at least one scenario, no number twice.
SealedShard make_shard(std::span<const FinishedScenario> finished, const InputHashes& inputs);

struct ShardEntry {
  std::uint64_t scenario = 0;  ///< its number in the plan of that day
  ResultKey key;
  bool failed = false;
};

/// A shard that was checked: some kilobytes stay in memory, however large it is.
class Shard {
 public:
  /// Throws BadInput DATA-MISSING or DATA-FORMAT: the seal, the name and the content must agree. One that `stays_open` has a descriptor of
  /// the process, and is read for less; any other is opened anew for each column.
  explicit Shard(const std::string& path, bool stays_open = false);

  const std::string& name() const { return name_; }
  const InputHashes& inputs() const { return inputs_; }
  const std::vector<ShardEntry>& entries() const { return entries_; }

  /// Names of its tables but `scenarios`, in file order.
  const std::vector<std::string>& tables() const { return tables_; }
  bool has_table(const std::string& table) const;
  /// Names, units, meanings and kinds of a table's columns, without values, in file order.
  std::vector<Column> columns_of(const std::string& table) const;
  /// The values of one column, read anew. Throws h5::Error when there is no such column, BadInput when the file is gone.
  PackedColumn values(const std::string& table, const std::string& column) const;
  /// First row and end of each entry's rows in a table.
  std::vector<std::pair<std::size_t, std::size_t>> rows_of(const std::string& table) const;

 private:
  void read_index(const h5::Group& root);
  std::string range(std::uint64_t offset, std::size_t length) const;

  std::string path_, name_;
  std::optional<InputFile> file_;
  InputHashes inputs_;
  std::vector<ShardEntry> entries_;
  std::vector<std::string> tables_;
  std::string places_;  ///< the attribute `columns`, a line a column: looked up as text, since thousands of shards may be open
};

}  // namespace plimsoll
