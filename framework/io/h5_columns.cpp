// Datasets: columns of tables, and raw columns that can be mapped.
#include <algorithm>
#include <bit>
#include <cstring>

#include <hdf5.h>

#include "core/contract.hpp"
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
    case Element::float64: return H5T_IEEE_F64LE;
    case Element::text: break;  // has a type of its own for each width
  }
  return H5I_INVALID_HID;
}
std::size_t size_of(Element element) {
  switch (element) {
    case Element::int64:
    case Element::float64: return 8;
    case Element::int32:
    case Element::uint32: return 4;
    case Element::uint8:
    case Element::text: return 1;
  }
  return 0;
}

Handle dataset_creation(std::size_t rows, Storage storage) {
  Handle creation = property_list(H5P_DATASET_CREATE);
  make_reproducible(creation);
  if (storage == Storage::packed && rows >= kChunkRows) {
    const hsize_t chunk = kChunkRows;
    check(H5Pset_chunk(creation.id(), 1, &chunk), "chunks");
    check(H5Pset_deflate(creation.id(), 1), "deflate");
  }
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
      if (H5Pget_filter2(creation.id(), static_cast<unsigned>(i), &flags, &values, nullptr, 0, nullptr, nullptr) != H5Z_FILTER_DEFLATE)
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

ColumnData take_values(const OpenDataset& open, const std::string& name) {
  ColumnData data = no_values(open, name);
  if (open.rows == 0) return data;
  const std::string doing = "dataset " + name + " cannot be read";
  const auto read = [&](hid_t memory, void* out) { return H5Dread(open.dataset.id(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, out); };
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

}  // namespace

std::optional<RawColumn> Group::write_column(const Column& column, Storage storage) {
  EXPECT(!column.name.empty() && column.name.find('/') == std::string::npos);
  const std::string doing = "dataset " + column.name + " cannot be written";
  const Handle creation = dataset_creation(column.size(), storage);
  const Handle space = space_of(column.size());
  const auto put = [&](hid_t file_type, hid_t memory_type, const void* data) {
    const Handle dataset =
        own_dataset(H5Dcreate2(handle_.id(), column.name.c_str(), file_type, space.id(), H5P_DEFAULT, creation.id(), H5P_DEFAULT), doing);
    if (column.size() > 0) check(H5Dwrite(dataset.id(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), doing);
    put_attribute(dataset.id(), "unit", column.unit);
    put_attribute(dataset.id(), "meaning", column.meaning);
    return storage == Storage::plain && column.size() > 0 ? H5Dget_offset(dataset.id()) : haddr_t{0};
  };
  const auto place = [&](Element element, std::uint64_t width, haddr_t offset) -> std::optional<RawColumn> {
    if (storage != Storage::plain) return std::nullopt;
    return RawColumn{element, column.size(), offset, column.size() * width};
  };
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.data))
    return place(Element::int64, 8, put(H5T_STD_I64LE, H5T_NATIVE_INT64, integers->data()));
  if (const auto* reals = std::get_if<std::vector<double>>(&column.data))
    return place(Element::float64, 8, put(H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, reals->data()));

  const auto& texts = std::get<std::vector<std::string>>(column.data);
  std::size_t width = 1;
  for (const std::string& text : texts) width = std::max(width, text.size());
  if (width > kFixedTextMax) {
    std::vector<const char*> pointers;
    for (const std::string& text : texts) pointers.push_back(text.c_str());
    const Handle type = text_type(0);
    put(type.id(), type.id(), pointers.data());
    return std::nullopt;
  }
  std::vector<char> flat(texts.size() * width, '\0');
  for (std::size_t i = 0; i < texts.size(); ++i) std::memcpy(flat.data() + i * width, texts[i].data(), texts[i].size());
  const Handle type = text_type(width);
  return place(Element::text, width, put(type.id(), type.id(), flat.data()));
}

void Group::write_raw(const std::string& name, Element element, const void* data, std::size_t rows, const std::string& unit,
                      const std::string& meaning) {
  const std::string doing = "dataset " + name + " cannot be written";
  const Handle creation = property_list(H5P_DATASET_CREATE);
  make_reproducible(creation);
  check(H5Pset_layout(creation.id(), H5D_CONTIGUOUS), doing);
  check(H5Pset_alloc_time(creation.id(), H5D_ALLOC_TIME_EARLY), doing);
  check(H5Pset_fill_time(creation.id(), H5D_FILL_TIME_NEVER), doing);
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
