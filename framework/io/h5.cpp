#include "io/h5.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>

#include <hdf5.h>

#include "core/contract.hpp"

namespace plimsoll::h5 {

static_assert(std::endian::native == std::endian::little, "raw columns are mapped as they lie in the file: little endian");
static_assert(sizeof(hid_t) == sizeof(std::int64_t));

namespace {

/// The innermost message of the library's error stack: the one that names the cause.
std::string library_message() {
  std::string message;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned depth, const H5E_error2_t* entry, void* out) -> herr_t {
        if (depth == 0 && entry->desc != nullptr) *static_cast<std::string*>(out) = entry->desc;
        return 0;
      },
      &message);
  H5Eclear2(H5E_DEFAULT);
  return message;
}

[[noreturn]] void fail(const std::string& doing) {
  const std::string message = library_message();
  throw Error{doing + (message.empty() ? "" : ": " + message)};
}

void check(herr_t status, const std::string& doing) {
  if (status < 0) fail(doing);
}

/// The library prints errors to stderr and loads filter plug-ins from the environment unless told otherwise.
void prepare_library() {
  check(H5open(), "HDF5 cannot start");
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  H5PLset_loading_state(0);
}

Handle property_list(hid_t kind) {
  return Handle{H5Pcreate(kind), [](std::int64_t id) { return H5Pclose(id); }, "property list"};
}
Handle space_of(std::size_t rows) {
  const hsize_t extent = rows;
  return Handle{H5Screate_simple(1, &extent, nullptr), [](std::int64_t id) { return H5Sclose(id); }, "data space"};
}
Handle own_type(hid_t type) {
  return Handle{type, [](std::int64_t id) { return H5Tclose(id); }, "data type"};
}
Handle own_dataset(hid_t dataset, const std::string& doing) {
  return Handle{dataset, [](std::int64_t id) { return H5Dclose(id); }, doing};
}
Handle own_attribute(hid_t attribute, const std::string& doing) {
  return Handle{attribute, [](std::int64_t id) { return H5Aclose(id); }, doing};
}

/// UTF-8; `width` 0 = variable length.
Handle text_type(std::size_t width) {
  Handle type = own_type(H5Tcopy(H5T_C_S1));
  check(H5Tset_size(type.id(), width == 0 ? H5T_VARIABLE : width), "text type");
  check(H5Tset_cset(type.id(), H5T_CSET_UTF8), "text type");
  check(H5Tset_strpad(type.id(), width == 0 ? H5T_STR_NULLTERM : H5T_STR_NULLPAD), "text type");
  return type;
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

/// Same content, same bytes: no object times, attributes in the order they were written.
void make_reproducible(const Handle& creation) {
  check(H5Pset_obj_track_times(creation.id(), false), "object times off");
  check(H5Pset_attr_creation_order(creation.id(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), "attribute order");
}
void track_links(const Handle& creation) {
  check(H5Pset_link_creation_order(creation.id(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), "link order");
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

void put_attribute(hid_t object, const std::string& name, const AttributeValue& value) {
  const std::string doing = "attribute " + name + " cannot be written";
  const Handle space{H5Screate(H5S_SCALAR), [](std::int64_t id) { return H5Sclose(id); }, doing};
  const auto put = [&](hid_t file_type, hid_t memory_type, const void* data) {
    const Handle attribute = own_attribute(H5Acreate2(object, name.c_str(), file_type, space.id(), H5P_DEFAULT, H5P_DEFAULT), doing);
    check(H5Awrite(attribute.id(), memory_type, data), doing);
  };
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return put(H5T_STD_I64LE, H5T_NATIVE_INT64, integer);
  if (const auto* real = std::get_if<double>(&value)) return put(H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, real);
  // Variable length: an attribute of fixed width ends at 64 kB, and a scenario text may be longer.
  const Handle type = text_type(0);
  const char* text = std::get<std::string>(value).c_str();
  put(type.id(), type.id(), &text);
}

/// Texts of a fixed-width or variable-length dataset or attribute, read by `read(memory type, destination)`.
template <class Read>
std::vector<std::string> take_texts(hid_t type, hid_t space, std::size_t count, const std::string& doing, Read&& read) {
  std::vector<std::string> texts(count);
  if (count == 0) return texts;
  if (H5Tis_variable_str(type) > 0) {
    const Handle memory = text_type(0);
    std::vector<char*> pointers(count, nullptr);
    check(read(memory.id(), pointers.data()), doing);
    for (std::size_t i = 0; i < count; ++i)
      if (pointers[i] != nullptr) texts[i] = pointers[i];
    H5Dvlen_reclaim(memory.id(), space, H5P_DEFAULT, pointers.data());
    return texts;
  }
  const std::size_t width = H5Tget_size(type);
  if (width == 0 || width > kFixedTextMax) throw Error{doing + ": text of an unexpected width"};
  std::vector<char> flat(count * width);
  check(read(type, flat.data()), doing);
  for (std::size_t i = 0; i < count; ++i) texts[i].assign(flat.data() + i * width, strnlen(flat.data() + i * width, width));
  return texts;
}

AttributeValue take_attribute(const Handle& attribute, const std::string& name) {
  const std::string doing = "attribute " + name + " cannot be read";
  const Handle type = own_type(H5Aget_type(attribute.id()));
  const Handle space{H5Aget_space(attribute.id()), [](std::int64_t id) { return H5Sclose(id); }, doing};
  if (H5Sget_simple_extent_npoints(space.id()) != 1) throw Error{doing + ": it is not a single value"};
  switch (H5Tget_class(type.id())) {
    case H5T_INTEGER: {
      std::int64_t value = 0;
      check(H5Aread(attribute.id(), H5T_NATIVE_INT64, &value), doing);
      return value;
    }
    case H5T_FLOAT: {
      double value = 0;
      check(H5Aread(attribute.id(), H5T_NATIVE_DOUBLE, &value), doing);
      return value;
    }
    case H5T_STRING:
      return take_texts(type.id(), space.id(), 1, doing, [&](hid_t memory, void* out) { return H5Aread(attribute.id(), memory, out); })[0];
    default: throw Error{doing + ": it is neither number nor text"};
  }
}

std::optional<AttributeValue> find_attribute(hid_t object, const std::string& name) {
  const htri_t there = H5Aexists(object, name.c_str());
  if (there < 0) fail("attribute " + name);
  if (there == 0) return std::nullopt;
  return take_attribute(own_attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), "attribute " + name), name);
}
std::string text_attribute(hid_t object, const std::string& name) {
  const auto value = find_attribute(object, name);
  const auto* text = value ? std::get_if<std::string>(&*value) : nullptr;
  return text != nullptr ? *text : "";
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
    space = Handle{H5Dget_space(dataset.id()), [](std::int64_t id) { return H5Sclose(id); }, doing};
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

/// HDF5 takes two files in memory for one when their names are equal. Who holds the lock owns the counter; the name is not stored.
std::string name_in_memory() {
  // tidy: allow static: no result depends on it
  static std::uint64_t number = 0;
  return "in memory " + std::to_string(number++);
}

std::recursive_mutex& library_mutex() {
  // tidy: allow static: as many as there are HDF5 libraries in the process
  static std::recursive_mutex mutex;
  return mutex;
}

Handle own_file(hid_t file, const std::string& doing) {
  return Handle{file, [](std::int64_t id) { return H5Fclose(id); }, doing};
}

}  // namespace

Lock::Lock() : held_{library_mutex()} {}

Handle::Handle(std::int64_t id, Closer closer, const std::string& doing) : id_{id}, closer_{closer} {
  if (id < 0) fail(doing);
}

// ---- groups, writing

Group Group::create_group(const std::string& name) {
  const Handle creation = property_list(H5P_GROUP_CREATE);
  make_reproducible(creation);
  track_links(creation);
  return Group{Handle{H5Gcreate2(handle_.id(), name.c_str(), H5P_DEFAULT, creation.id(), H5P_DEFAULT),
                      [](std::int64_t id) { return H5Gclose(id); }, "group " + name + " cannot be created"}};
}

void Group::write_attribute(const std::string& name, const AttributeValue& value) { put_attribute(handle_.id(), name, value); }

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

// ---- groups, reading

bool Group::has(const std::string& name) const {
  const htri_t there = H5Lexists(handle_.id(), name.c_str(), H5P_DEFAULT);
  if (there < 0) fail("link " + name);
  return there > 0;
}

std::vector<std::string> Group::names() const {
  std::vector<std::string> names;
  hsize_t index = 0;
  const auto visit = [](hid_t, const char* name, const H5L_info_t* info, void* out) -> herr_t {
    if (info->type != H5L_TYPE_HARD) return -1;
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
  check(H5Literate(handle_.id(), H5_INDEX_CRT_ORDER, H5_ITER_INC, &index, visit, &names), "links cannot be listed, or one leads elsewhere");
  return names;
}

Group Group::open_group(const std::string& name) const {
  const std::string doing = "group " + name + " cannot be opened";
  H5L_info_t link{};
  check(H5Lget_info(handle_.id(), name.c_str(), &link, H5P_DEFAULT), doing);
  if (link.type != H5L_TYPE_HARD) throw Error{doing + ": it is a link to elsewhere"};
  return Group{Handle{H5Gopen2(handle_.id(), name.c_str(), H5P_DEFAULT), [](std::int64_t id) { return H5Gclose(id); }, doing}};
}

std::vector<std::pair<std::string, AttributeValue>> Group::attributes() const {
  std::vector<std::string> names;
  hsize_t index = 0;
  const auto visit = [](hid_t, const char* name, const H5A_info_t*, void* out) -> herr_t {
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
  check(H5Aiterate2(handle_.id(), H5_INDEX_CRT_ORDER, H5_ITER_INC, &index, visit, &names), "attributes cannot be listed");
  std::vector<std::pair<std::string, AttributeValue>> attributes;
  for (const std::string& name : names) attributes.emplace_back(name, *find_attribute(handle_.id(), name));
  return attributes;
}

std::optional<AttributeValue> Group::attribute(const std::string& name) const { return find_attribute(handle_.id(), name); }

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

// ---- files

File File::in_memory(const Lock&, std::uint64_t alignment) {
  prepare_library();
  const Handle access = property_list(H5P_FILE_ACCESS);
  constexpr std::size_t growth = 1 << 20;
  check(H5Pset_fapl_core(access.id(), growth, false), "file in memory");
  // Superblock 0: the library (1.10.8) hands out images of files with superblock 2 whose checksum is wrong.
  check(H5Pset_libver_bounds(access.id(), H5F_LIBVER_EARLIEST, H5F_LIBVER_V18), "format bounds");
  if (alignment > 1) check(H5Pset_alignment(access.id(), 1, alignment), "alignment");
  const Handle creation = property_list(H5P_FILE_CREATE);
  make_reproducible(creation);
  track_links(creation);
  return File{own_file(H5Fcreate(name_in_memory().c_str(), H5F_ACC_TRUNC, creation.id(), access.id()), "file in memory cannot be created")};
}

namespace {
/// A merge keeps many small files open: the library's usual cache of one to two megabytes for each is far more than they are long.
void keep_cache_small(const Handle& access) {
  H5AC_cache_config_t cache;
  cache.version = H5AC__CURR_CACHE_CONFIG_VERSION;
  check(H5Pget_mdc_config(access.id(), &cache), "cache settings");
  cache.set_initial_size = true;
  cache.initial_size = cache.min_size = 32 * 1024;
  check(H5Pset_mdc_config(access.id(), &cache), "cache settings");
}
}  // namespace

File File::from_bytes(const Lock&, std::string_view bytes) {
  prepare_library();
  const Handle access = property_list(H5P_FILE_ACCESS);
  keep_cache_small(access);
  check(H5Pset_fapl_core(access.id(), 1 << 16, false), "file in memory");
  check(H5Pset_file_image(access.id(), const_cast<char*>(bytes.data()), bytes.size()), "file image");
  return File{own_file(H5Fopen(name_in_memory().c_str(), H5F_ACC_RDONLY, access.id()), "bytes are not an HDF5 file")};
}

File File::open(const Lock&, const std::string& path) {
  prepare_library();
  const Handle access = property_list(H5P_FILE_ACCESS);
  check(H5Pset_fapl_sec2(access.id()), "file on disk");
#if H5_VERSION_GE(1, 10, 7)
  check(H5Pset_file_locking(access.id(), false, true), "file locking off");
#endif
  return File{own_file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()), "is not an HDF5 file")};
}

Group File::root() const {
  return Group{Handle{H5Gopen2(handle_.id(), "/", H5P_DEFAULT), [](std::int64_t id) { return H5Gclose(id); }, "root group"}};
}

std::string File::bytes() const { return std::string{image()}; }

std::string_view File::image() const {
  check(H5Fflush(handle_.id(), H5F_SCOPE_GLOBAL), "flush");
  const ssize_t size = H5Fget_file_image(handle_.id(), nullptr, 0);
  if (size < 0) fail("file image");
  void* memory = nullptr;  // where the driver of files in memory keeps its pointer to the bytes
  check(H5Fget_vfd_handle(handle_.id(), H5P_DEFAULT, &memory), "file image");
  char* const bytes = *static_cast<char* const*>(memory);
  // Superblock 0 says here that someone has the file open; the copies H5Fget_file_image makes have it cleared too.
  constexpr std::size_t flags_at = 20, flags_size = 4;
  std::memset(bytes + flags_at, 0, flags_size);
  return {bytes, static_cast<std::size_t>(size)};
}

}  // namespace plimsoll::h5
