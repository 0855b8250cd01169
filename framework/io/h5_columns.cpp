// Datasets: columns of tables, and raw columns that can be mapped.
#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include <hdf5.h>

#include "core/contract.hpp"
#include "io/deflate.hpp"
#include "io/h5_parts.hpp"

namespace plimsoll::h5 {

static_assert(std::endian::native == std::endian::little, "raw columns are mapped as they lie in the file: little endian");

namespace {

Handle space_of(std::size_t rows) {
  const hsize_t extent = rows;
  return own_space(H5Screate_simple(1, &extent, nullptr), "data space");
}
Handle own_dataset(hid_t dataset, const std::string& doing) {
  return Handle{dataset, [](std::int64_t id) { return H5Dclose(id); }, doing};
}

hid_t type_of(Element element) {
  switch (element) {
    case Element::int64: return H5T_STD_I64LE;
    case Element::int32: return H5T_STD_I32LE;
    case Element::uint32: return H5T_STD_U32LE;
    case Element::uint8: return H5T_STD_U8LE;
  }
  return H5I_INVALID_HID;
}
std::size_t size_of(Element element) {
  switch (element) {
    case Element::int64: return 8;
    case Element::int32:
    case Element::uint32: return 4;
    case Element::uint8: return 1;
  }
  return 0;
}

Handle contiguous_creation() {
  Handle creation = property_list(H5P_DATASET_CREATE);
  make_reproducible(creation);
  return creation;
}
/// Has its place in the file before anything is written to it.
Handle placed_creation() {
  Handle creation = contiguous_creation();
  check(H5Pset_layout(creation.id(), H5D_CONTIGUOUS), "layout");
  check(H5Pset_alloc_time(creation.id(), H5D_ALLOC_TIME_EARLY), "layout");
  check(H5Pset_fill_time(creation.id(), H5D_FILL_TIME_NEVER), "layout");
  return creation;
}
Handle chunked_creation(const PackedColumn& values) {
  Handle creation = contiguous_creation();
  const hsize_t chunk = kChunkRows;
  check(H5Pset_chunk(creation.id(), 1, &chunk), "chunks");
  // Deflating takes its time by the byte, zeros too: of 64 bits few are left after this. Its form for reals is exact for halves.
  if (values.kind() == PackedColumn::Kind::integer)
    check(H5Pset_scaleoffset(creation.id(), H5Z_SO_INT, H5Z_SO_INT_MINBITS_DEFAULT), "scale-offset");
  if (values.in_halves()) {
    check(H5Pset_scaleoffset(creation.id(), H5Z_SO_FLOAT_DSCALE, 1), "scale-offset");
    const double undefined = std::numeric_limits<double>::quiet_NaN();
    check(H5Pset_fill_value(creation.id(), H5T_IEEE_F64LE, &undefined), "fill value");
  }
  check(H5Pset_deflate(creation.id(), 1), "deflate");
  return creation;
}

/// A dataset opened for reading, after everything we never write was refused.
struct OpenDataset {
  Handle dataset, creation, type, space;
  std::size_t rows = 0;

  OpenDataset(hid_t group, const std::string& name) {
    const std::string doing = "dataset " + name + " cannot be opened";
    H5L_info_t link{};
    check(H5Lget_info(group, name.c_str(), &link, H5P_DEFAULT), doing);
    if (link.type != H5L_TYPE_HARD) throw Error{doing + ": it is a link to elsewhere"};
    dataset = own_dataset(H5Dopen2(group, name.c_str(), H5P_DEFAULT), doing);
    creation = Handle{H5Dget_create_plist(dataset.id()), [](std::int64_t id) { return H5Pclose(id); }, doing};
    type = own_type(H5Dget_type(dataset.id()));
    space = own_space(H5Dget_space(dataset.id()), doing);
    refuse_foreign(doing);
    const hssize_t points = H5Sget_simple_extent_npoints(space.id());
    if (H5Sget_simple_extent_ndims(space.id()) != 1 || points < 0) throw Error{doing + ": it is not a list of values"};
    rows = static_cast<std::size_t>(points);
    // No allocation by a header's word alone: deflate packs no tighter than about 1 : 1032.
    const hsize_t stored = H5Dget_storage_size(dataset.id());
    if (stored == 0 && rows <= kOneValueRowsMax) return;
    if (rows > (stored + 64) * 1100) throw Error{doing + ": it claims more rows than its bytes can hold"};
  }

 private:
  void refuse_foreign(const std::string& doing) const {
    const H5D_layout_t layout = H5Pget_layout(creation.id());
    if (layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED) throw Error{doing + ": its layout is not ours"};
    if (H5Pget_external_count(creation.id()) != 0) throw Error{doing + ": its values lie in another file"};
    const int filters = H5Pget_nfilters(creation.id());
    for (int i = 0; i < filters; ++i) {
      unsigned flags = 0;
      std::size_t values = 0;
      const H5Z_filter_t filter = H5Pget_filter2(creation.id(), static_cast<unsigned>(i), &flags, &values, nullptr, 0, nullptr, nullptr);
      if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SCALEOFFSET && filter != H5Z_FILTER_SHUFFLE)
        throw Error{doing + ": it needs a filter we do not use"};
    }
  }
};

ColumnData no_values(const OpenDataset& open, const std::string& name) {
  switch (H5Tget_class(open.type.id())) {
    case H5T_INTEGER: return std::vector<std::int64_t>{};
    case H5T_FLOAT: return std::vector<double>{};
    case H5T_STRING: return std::vector<std::string>{};
    default: throw Error{"dataset " + name + " is neither numbers nor text"};
  }
}

/// A chunked dataset without any is of one value, its fill value.
bool has_chunks(const OpenDataset& open) {
  if (H5Pget_layout(open.creation.id()) != H5D_CHUNKED) return false;
  hsize_t chunks = 0;
  check(H5Dget_num_chunks(open.dataset.id(), open.space.id(), &chunks), "chunks");
  return chunks > 0;
}

ColumnData take_values(const OpenDataset& open, const std::string& name) {
  ColumnData data = no_values(open, name);
  if (open.rows == 0) return data;
  const std::string doing = "dataset " + name + " cannot be read";
  const bool chunks = has_chunks(open);
  const auto read = [&](hid_t memory, void* out) {
    const bool references = H5Tis_variable_str(open.type.id()) > 0;
    if (chunks) read_chunks(open.dataset.id(), open.creation.id(), open.type.id(), open.rows, doing, references ? nullptr : out);
    return chunks && !references ? 0 : H5Dread(open.dataset.id(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
  };
  if (auto* integers = std::get_if<std::vector<std::int64_t>>(&data)) {
    integers->resize(open.rows);
    check(read(H5T_NATIVE_INT64, integers->data()), doing);
  } else if (auto* reals = std::get_if<std::vector<double>>(&data)) {
    reals->resize(open.rows);
    check(read(H5T_NATIVE_DOUBLE, reals->data()), doing);
  } else {
    data = take_texts(open.type.id(), open.space.id(), open.rows, doing, read);
  }
  return data;
}

Column column_with(const OpenDataset& open, const std::string& name, ColumnData data) {
  return {name, text_attribute(open.dataset.id(), "unit"), text_attribute(open.dataset.id(), "meaning"), std::move(data)};
}

/// A new dataset with its unit and meaning.
class NewDataset {
 public:
  NewDataset(hid_t group, const Column& form, hid_t type, std::size_t rows, const Handle& creation)
      : doing_{"dataset " + form.name + " cannot be written"}, type_{type}, rows_{rows} {
    EXPECT(!form.name.empty() && form.name.find('/') == std::string::npos);
    const Handle space = space_of(rows);
    dataset_ = own_dataset(H5Dcreate2(group, form.name.c_str(), type, space.id(), H5P_DEFAULT, creation.id(), H5P_DEFAULT), doing_);
    put_attribute(dataset_.id(), "unit", form.unit);
    put_attribute(dataset_.id(), "meaning", form.meaning);
  }
  /// All values, of the dataset's own type.
  void write(const void* values) const {
    if (rows_ > 0) check(H5Dwrite(dataset_.id(), type_, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), doing_);
  }
  /// `filters` of the dataset, the last of which is deflate.
  void write_chunk(std::size_t chunk, const StoredChunk& stored, int filters) const {
    const hsize_t first = chunk * kChunkRows;
    const std::uint32_t left_out = stored.deflated ? 0 : 1u << (filters - 1);
    check(H5Dwrite_chunk(dataset_.id(), H5P_DEFAULT, left_out, &first, stored.bytes.size(), stored.bytes.data()), doing_);
  }
  std::uint64_t offset() const { return rows_ > 0 ? H5Dget_offset(dataset_.id()) : 0; }

 private:
  std::string doing_;
  hid_t type_;
  std::size_t rows_;
  Handle dataset_;
};

std::vector<const char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  return pointers;
}

/// The bytes of every row.
std::string all_bytes(const PackedColumn& values) {
  if (values.kind() == PackedColumn::Kind::text) return values.spelled(0, values.rows());
  std::string bytes;
  bytes.reserve(values.rows() * values.width());
  const std::size_t times = values.one_value() ? values.rows() : 1;
  for (std::size_t i = 0; i < times; ++i) bytes += values.bytes();
  return bytes;
}

/// The type of values that take `width` bytes each, of halves that of integers; 0: texts of variable length.
Handle type_of(PackedColumn::Kind kind, std::size_t width) {
  if (kind == PackedColumn::Kind::text) return text_type(width);
  if (kind == PackedColumn::Kind::real && width == 8) return own_type(H5Tcopy(H5T_IEEE_F64LE));
  return own_type(H5Tcopy(width == 1 ? H5T_STD_I8LE : width == 2 ? H5T_STD_I16LE : width == 4 ? H5T_STD_I32LE : H5T_STD_I64LE));
}

/// A column of one value stores nothing: the value fills the dataset. False where there are several, or too many rows of it.
bool fill_instead(const Handle& creation, const PackedColumn& values) {
  if (!values.one_value() || values.rows() > kOneValueRowsMax) return false;
  double real = 0;
  const bool halves = values.in_halves();
  if (halves) values.unpack(0, 1, &real);
  const Handle type = type_of(values.kind(), halves ? sizeof real : values.width());
  check(H5Pset_fill_value(creation.id(), type.id(), halves ? static_cast<const void*>(&real) : values.bytes().data()), "fill value");
  return true;
}

}  // namespace

void Group::write_column(const Column& column) { begin_column(column, PackedColumn{column.data})(); }

std::function<void()> Group::begin_column(const Column& form, PackedColumn values) {
  // 64 bits whatever the values: who computes with a column must not meet the limits of a type we chose.
  const bool texts = values.kind() == PackedColumn::Kind::text;
  const std::size_t rows = values.rows(), width = texts ? values.width() : 8;
  const bool chunked = rows >= kChunkRows;
  const Handle type = type_of(values.kind(), width), creation = chunked ? chunked_creation(values) : contiguous_creation();
  const bool same = chunked && fill_instead(creation, values);
  NewDataset dataset{handle_.id(), form, type.id(), rows, creation};
  if (chunked && width > 0 && !same) {
    struct Unfinished {
      NewDataset dataset;
      Deflation chunks;
    };
    return [column = std::shared_ptr<Unfinished>{new Unfinished{std::move(dataset), {std::move(values), kChunkRows}}},
            filters = H5Pget_nfilters(creation.id())] {
      column->chunks.finish([&](std::size_t chunk, const StoredChunk& stored) { column->dataset.write_chunk(chunk, stored, filters); });
    };
  }
  if (width == 0) {
    dataset.write(pointers_to(values.long_texts()).data());
  } else if (texts && !same) {
    dataset.write(all_bytes(values).data());
  } else if (!same) {
    const ColumnData numbers = values.unpacked();
    std::visit([&](const auto& all) { dataset.write(all.data()); }, numbers);
  }
  return [] {};
}

NarrowPlace Group::write_narrow(const Column& form, const PackedColumn& values) {
  const std::size_t rows = values.rows(), width = values.width();
  if (values.in_words()) {
    const NewDataset numbers{handle_.id(), form, H5T_STD_U8LE, rows, contiguous_creation()};
    numbers.write(values.numbers().data());
    return {rows, numbers.offset(), 1, false};
  }
  const Handle creation = contiguous_creation();
  const bool same = fill_instead(creation, values);
  const Handle type = type_of(values.kind(), same && values.in_halves() ? sizeof(double) : width);
  const NewDataset dataset{handle_.id(), form, type.id(), rows, creation};
  if (same) return {rows, 0, width, true};
  if (width == 0)
    dataset.write(pointers_to(values.long_texts()).data());
  else
    dataset.write(values.one_value() ? all_bytes(values).data() : values.bytes().data());
  return {rows, width > 0 ? dataset.offset() : 0, width, false};
}

NarrowPlace Group::place_narrow(const Column& form, std::size_t rows, std::size_t width) {
  const Handle creation = placed_creation(), type = type_of(static_cast<PackedColumn::Kind>(form.data.index()), width);
  return {rows, NewDataset{handle_.id(), form, type.id(), rows, creation}.offset(), width, false};
}

void Group::write_raw(const std::string& name, Element element, const void* data, std::size_t rows, const std::string& unit,
                      const std::string& meaning) {
  const std::string doing = "dataset " + name + " cannot be written";
  const Handle creation = placed_creation();
  const Handle space = space_of(rows);
  const hid_t type = type_of(element);
  const Handle dataset =
      own_dataset(H5Dcreate2(handle_.id(), name.c_str(), type, space.id(), H5P_DEFAULT, creation.id(), H5P_DEFAULT), doing);
  if (rows > 0) check(H5Dwrite(dataset.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), doing);
  put_attribute(dataset.id(), "unit", unit);
  put_attribute(dataset.id(), "meaning", meaning);
}

Column Group::read_column(const std::string& name) const {
  const OpenDataset open{handle_.id(), name};
  return column_with(open, name, take_values(open, name));
}

ColumnData Group::read_values(const std::string& name) const { return take_values(OpenDataset{handle_.id(), name}, name); }

Column Group::column_form(const std::string& name) const {
  const OpenDataset open{handle_.id(), name};
  return column_with(open, name, no_values(open, name));
}

std::pair<std::uint64_t, std::uint64_t> Group::extent(const std::string& name) const {
  const OpenDataset open{handle_.id(), name};
  return {open.rows, H5Dget_storage_size(open.dataset.id())};
}

RawColumn Group::raw_column(const std::string& name) const {
  const OpenDataset open{handle_.id(), name};
  if (H5Pget_layout(open.creation.id()) != H5D_CONTIGUOUS) throw Error{"dataset " + name + " is not contiguous"};
  RawColumn column;
  bool known = false;
  for (const Element element : {Element::int64, Element::int32, Element::uint32, Element::uint8}) {
    if (H5Tequal(open.type.id(), type_of(element)) <= 0) continue;
    column.element = element;
    known = true;
  }
  if (!known) throw Error{"dataset " + name + " has another type than it should"};
  column.rows = open.rows;
  column.bytes = open.rows * size_of(column.element);
  if (column.rows == 0) return column;
  const haddr_t offset = H5Dget_offset(open.dataset.id());
  if (offset == HADDR_UNDEF || H5Dget_storage_size(open.dataset.id()) != column.bytes)
    throw Error{"dataset " + name + " has no place in the file"};
  column.offset = offset;
  return column;
}

}  // namespace plimsoll::h5
