#include "io/tape_file.hpp"

#include <array>
#include <cstring>
#include <filesystem>
#include <memory>

#include "core/error.hpp"
#include "io/durable_file.hpp"
#include "io/h5.hpp"
#include "io/sealed_file.hpp"

namespace plimsoll {

namespace {

constexpr std::uint64_t kAlignment = 64;  // a cache line; every column type needs 8 at most

struct ColumnPlan {
  const char* name;
  h5::Element element;
  const char* unit;
  const char* meaning;
};
constexpr std::array<ColumnPlan, 5> kColumns = {{
    {"time", h5::Element::int64, "ns UTC", "exchange time of the event"},
    {"price", h5::Element::int32, "ticks", "price; of a trade: rounded down to a tick"},
    {"quantity", h5::Element::uint32, "lots", "what is added, withdrawn or executed"},
    {"order", h5::Element::uint32, "1", "slot of the order, recycled when it is gone; of a trade: the price's remainder in subticks"},
    {"kind", h5::Element::uint8, "1",
     "action + 8 x side; action 0 add 1 cancel 2 fill 3 trade 4 clear 5 halt 6 resume; side of the resting order, 0 buy 1 sell"},
}};

/// Every integer of TapeInfo under its attribute name: written and read through the same list.
template <class Info, class Visit>
void each_integer(Info& info, Visit&& visit) {
  visit("tick_e9", info.instrument.tick_e9);
  visit("lot_e9", info.instrument.lot_e9);
  visit("multiplier", info.instrument.multiplier);
  visit("subticks", info.instrument.subticks);
  visit("slot_count", info.slot_count);
  visit("price_min", info.price_min);
  visit("price_max", info.price_max);
  visit("rows_read", info.report.rows_read);
  visit("dropped", info.report.dropped);
  visit("reordered", info.report.reordered);
  visit("repaired", info.report.repaired);
  visit("invented", info.report.invented);
  visit("unknown_ids", info.report.unknown_ids);
  visit("halts", info.report.halts);
  visit("crossed_ns", info.report.crossed_ns);
  visit("gaps", info.report.gaps);
  visit("longest_gap_ns", info.report.longest_gap_ns);
}
/// What tapes written before these were known do not have: 0 and "".
template <class Info, class Visit>
void each_late_integer(Info& info, Visit&& visit) {
  visit("chain_gaps", info.report.chain_gaps);
  visit("overtaken", info.report.overtaken);
  visit("unbooked", info.report.unbooked);
  visit("checked", info.report.checked);
  visit("contradicted", info.report.contradicted);
}
template <class Info, class Visit>
void each_text(Info& info, Visit&& visit) {
  visit("symbol", info.instrument.symbol);
  visit("currency", info.instrument.currency);
  visit("feed", info.feed);
  visit("source", info.source);
  visit("timezone", info.timezone);
  visit("content_hash", info.content_hash);
}

[[noreturn]] void refuse(const std::string& path, const std::string& problem) {
  throw BadInput{ExitCode::bad_data, InputError{"DATA-FORMAT", path, "", problem, "import the tape again from its source"}};
}

TapeInfo read_info(const h5::Group& root, const std::string& path) {
  const auto get = [&](const char* name, auto* kind) {
    using Value = std::remove_pointer_t<decltype(kind)>;
    const auto attribute = root.attribute(name);
    const Value* value = attribute ? std::get_if<Value>(&*attribute) : nullptr;
    if (value == nullptr) refuse(path, std::string{"has no attribute "} + name);
    return *value;
  };
  const std::int64_t format = get("format", static_cast<std::int64_t*>(nullptr));
  if (format != kTapeFormat)
    refuse(path, "is a tape of format " + std::to_string(format) + ", this program reads format " + std::to_string(kTapeFormat));
  TapeInfo info;
  each_integer(info, [&](const char* name, auto& field) {
    const std::int64_t value = get(name, static_cast<std::int64_t*>(nullptr));
    using Field = std::remove_reference_t<decltype(field)>;
    if (!std::in_range<Field>(value)) refuse(path, std::string{"has attribute "} + name + " out of range");
    field = static_cast<Field>(value);
  });
  each_text(info, [&](const char* name, std::string& field) { field = get(name, static_cast<std::string*>(nullptr)); });
  each_late_integer(info, [&](const char* name, std::int64_t& field) {
    if (root.attribute(name)) field = get(name, static_cast<std::int64_t*>(nullptr));
  });
  if (root.attribute("levels")) info.levels = get("levels", static_cast<std::string*>(nullptr));
  return info;
}

/// Where HDF5 says the columns lie must be where the seal says it did not look.
std::array<h5::RawColumn, 5> read_places(const h5::Group& root, const Seal& seal, const std::string& path) {
  std::array<h5::RawColumn, 5> places;
  std::vector<ByteRange> ranges;
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    places[i] = root.raw_column(kColumns[i].name);
    if (places[i].element != kColumns[i].element) refuse(path, std::string{"has a column of another type: "} + kColumns[i].name);
    if (places[i].rows != places[0].rows) refuse(path, std::string{"has columns of different lengths: "} + kColumns[i].name);
    if (places[i].offset % kAlignment != 0) refuse(path, std::string{"has a column that is not aligned: "} + kColumns[i].name);
    if (places[i].rows > 0) ranges.push_back({places[i].offset, places[i].bytes});
  }
  if (ranges != seal.unhashed) refuse(path, "has columns elsewhere than its seal says");
  return places;
}

template <class Value>
std::span<const Value> column_at(const MappedFile& file, const h5::RawColumn& place) {
  return {reinterpret_cast<const Value*>(file.bytes().data() + place.offset), place.rows};
}

/// A tape whose head was checked and whose columns were not touched.
EventTape map_tape(const std::string& path) {
  auto file = std::make_shared<const MappedFile>(path);
  const Seal seal = check_seal(path, "tape", file->bytes());
  try {
    const h5::Lock lock;
    const h5::Group root = h5::File::open(lock, file->stable_path()).root();
    TapeInfo info = read_info(root, path);
    const auto places = read_places(root, seal, path);
    const TapeColumns columns{column_at<TimePoint>(*file, places[0]), column_at<Ticks>(*file, places[1]),
                              column_at<std::uint32_t>(*file, places[2]), column_at<std::uint32_t>(*file, places[3]),
                              column_at<std::uint8_t>(*file, places[4])};
    return {std::move(info), columns, std::move(file)};
  } catch (const h5::Error& error) {
    refuse(path, error.what());
  }
}

}  // namespace

void require_place_for_tape(const std::string& path) {
  require_replaceable(path);
  if (!std::filesystem::exists(std::filesystem::symlink_status(path))) return;
  try {
    check_seal(path, "tape", MappedFile{path}.bytes());
  } catch (const BadInput& error) {
    throw IoError{ExitCode::cannot_create,
                  {"OUTPUT-EXISTS", path, "", "exists and is no sound tape: " + error.errors().front().problem,
                   "choose another name, or remove it first"}};
  }
}

void write_tape(const std::string& path, const EventTape& tape) {
  require_place_for_tape(path);
  const h5::Lock lock;
  const h5::File file = h5::File::in_memory(lock, kAlignment);
  h5::Group root = file.root();
  root.write_attribute("format", std::int64_t{kTapeFormat});
  each_integer(tape.info(), [&](const char* name, const auto& field) { root.write_attribute(name, static_cast<std::int64_t>(field)); });
  each_text(tape.info(), [&](const char* name, const std::string& field) { root.write_attribute(name, field); });
  if (!tape.info().levels.empty()) {
    each_late_integer(tape.info(), [&](const char* name, std::int64_t field) { root.write_attribute(name, field); });
    root.write_attribute("levels", tape.info().levels);
  }
  const TapeColumns& columns = tape.columns();
  const std::array<const void*, 5> data = {columns.time.data(), columns.price.data(), columns.quantity.data(), columns.order.data(),
                                           columns.kind.data()};
  std::vector<ByteRange> ranges;
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    root.write_raw(kColumns[i].name, kColumns[i].element, data[i], tape.size(), kColumns[i].unit, kColumns[i].meaning);
    const h5::RawColumn place = root.raw_column(kColumns[i].name);
    if (place.rows > 0) ranges.push_back({place.offset, place.bytes});
  }
  const std::string_view body = file.image();
  const std::string seal = make_seal("tape", body, ranges);
  const std::string_view parts[] = {body, seal};
  write_durably(path, parts);
}

EventTape read_tape(const std::string& path) {
  EventTape tape = map_tape(path);
  if (tape.compute_hash() != tape.info().content_hash) refuse(path, "is damaged: its columns do not hash to its content hash");
  if (const std::string fault = tape.find_fault(); !fault.empty()) refuse(path, "is no sound tape: " + fault);
  return tape;
}

TapeHeader read_tape_header(const std::string& path) {
  const EventTape tape = map_tape(path);
  return {tape.info(), tape.size(), tape.first_time(), tape.last_time()};
}

}  // namespace plimsoll
