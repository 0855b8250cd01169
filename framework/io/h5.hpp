#pragma once
/// A small face of the HDF5 C library: what Plimsoll's files need and no more.
///
/// Files are built in memory and handed out as bytes, because the library hides a full disk (H5Fclose succeeds after a failed write)
/// and a file it writes itself is unreadable when the process dies: durable_file.hpp does the writing. Bytes depend on content only: no
/// object times, fixed format bounds, creation order tracked.
///
/// Reading accepts what we write or wrote: hard links, contiguous or chunked 1-D datasets, no filter but scale-offset, shuffle and deflate;
/// external storage, external links, virtual datasets and plug-in filters are refused. Chunks are undone here with bounds, not by HDF5; of
/// texts of variable length they are checked here, and HDF5 follows their references.
///
/// Thread rule: the library is one, and it is not made for threads: who uses anything here holds an h5::Lock from before the file is opened
/// until its last handle is gone. A File cannot be had without one. The functions of tape_file.hpp, result_file.hpp and result_folder.hpp
/// take the lock themselves, so their callers need not know of it. Failures throw h5::Error.

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/table.hpp"

namespace plimsoll::h5 {

class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The right to use HDF5, of one thread of the process at a time. The same thread may take it again. Hold it for as little as can be: no
/// replaying, no waiting, no fsync under it while others could use it.
class Lock {
 public:
  Lock();

 private:
  std::unique_lock<std::recursive_mutex> held_;
};

/// Owns one HDF5 identifier.
class Handle {
 public:
  using Closer = int (*)(std::int64_t);
  Handle() = default;
  /// Takes over `id`; a negative one throws Error with what the library said.
  Handle(std::int64_t id, Closer closer, const std::string& doing);
  ~Handle() { reset(); }
  Handle(Handle&& other) noexcept : id_{std::exchange(other.id_, -1)}, closer_{other.closer_} {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      reset();
      id_ = std::exchange(other.id_, -1);
      closer_ = other.closer_;
    }
    return *this;
  }
  std::int64_t id() const { return id_; }

 private:
  void reset() noexcept {
    if (id_ >= 0) closer_(id_);
    id_ = -1;
  }
  std::int64_t id_ = -1;
  Closer closer_ = nullptr;
};

using AttributeValue = std::variant<std::int64_t, double, std::string>;

/// Tables have chunks of this many rows; shorter columns are contiguous and unfiltered.
inline constexpr std::size_t kChunkRows = 16 * 1024;
/// Texts up to this length are stored at fixed width (UTF-8, null padded: they compress); a column with a longer one at variable length.
inline constexpr std::size_t kFixedTextMax = kPackedTextMax;

/// A column of one value with more rows than this is stored in full: a file must not make its reader allocate without limit.
inline constexpr std::size_t kOneValueRowsMax = 100'000'000;

/// Element kinds of a raw column: exactly what lies in memory.
enum class Element { int64, int32, uint32, uint8 };

/// Where a raw column lies in the file; `offset` 0 when it has no rows.
struct RawColumn {
  Element element = Element::int64;
  std::uint64_t rows = 0;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

/// Where a narrow column lies in the file: `rows` values of `width` bytes each from `offset` on.
struct NarrowPlace {
  std::uint64_t rows = 0;
  std::uint64_t offset = 0;
  std::uint64_t width = 0;  ///< 0: texts of variable length, which only HDF5 can read
  bool one_value = false;   ///< nowhere: all rows are the dataset's fill value
};

class Group {
 public:
  explicit Group(Handle handle) : handle_{std::move(handle)} {}

  Group create_group(const std::string& name);
  void write_attribute(const std::string& name, const AttributeValue& value);
  /// A column of a table, with its attributes `unit` and `meaning`. Names must not contain '/'. A long one is deflated in chunks, its
  /// integers after scale-offset; of one that has one value nothing is stored but that.
  void write_column(const Column& column);
  /// The same with the name, unit and meaning of `form`, whose values are not looked at. What it returns writes the rest of it, and is to
  /// be called once: until then other threads deflate.
  std::function<void()> begin_column(const Column& form, PackedColumn values);
  /// For a file that is read soon and then thrown away: contiguous and unfiltered, in as few bytes as it is packed, nothing stored of a
  /// column that has one value, of texts in words their numbers, of halves twice the value: who reads them knows.
  NarrowPlace write_narrow(const Column& form, const PackedColumn& values);
  /// Room for `rows` values of `width` bytes, of the kind of `form`: who writes the file's image puts them there.
  NarrowPlace place_narrow(const Column& form, std::size_t rows, std::size_t width);
  /// Contiguous and unfiltered, so that it can be mapped.
  void write_raw(const std::string& name, Element element, const void* data, std::size_t rows, const std::string& unit,
                 const std::string& meaning);

  bool has(const std::string& name) const;
  /// Names of links in creation order. Throws when one is not a hard link.
  std::vector<std::string> names() const;
  Group open_group(const std::string& name) const;
  std::vector<std::pair<std::string, AttributeValue>> attributes() const;
  std::optional<AttributeValue> attribute(const std::string& name) const;
  Column read_column(const std::string& name) const;
  /// Values only, for those who read one column of many files: unit and meaning take longer than a short column.
  ColumnData read_values(const std::string& name) const;
  /// The same without its values.
  Column column_form(const std::string& name) const;
  RawColumn raw_column(const std::string& name) const;
  /// Rows of a column, and the bytes they take in the file (texts of variable length only by their 16-byte references).
  std::pair<std::uint64_t, std::uint64_t> extent(const std::string& name) const;

 private:
  Handle handle_;
};

class File {
 public:
  /// A new file in memory. `alignment` of every object in the file, in bytes.
  static File in_memory(const Lock& lock, std::uint64_t alignment = 1);
  /// Opens bytes that are a whole file (copied).
  static File from_bytes(const Lock& lock, std::string_view bytes);
  /// Opens a file on disk, read-only, without HDF5's own file locks (sealed files are only ever replaced whole).
  static File open(const Lock& lock, const std::string& path);

  Group root() const;
  /// The bytes of the file as it stands.
  std::string bytes() const;
  /// The same without a copy, of a file in memory: valid until it is written to or closed.
  std::string_view image() const;

 private:
  explicit File(Handle handle) : handle_{std::move(handle)} {}
  Handle handle_;
};

void write_table(Group& parent, const Table& table);
Table read_table(const Group& parent, const std::string& name);

}  // namespace plimsoll::h5
