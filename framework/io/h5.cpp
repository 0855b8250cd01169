// The library itself, files and groups.
#include "io/h5.hpp"

#include <cstring>

#include <hdf5.h>

#include "io/h5_parts.hpp"

namespace plimsoll::h5 {

static_assert(sizeof(hid_t) == sizeof(std::int64_t) && sizeof(herr_t) == sizeof(int));

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

/// The library prints errors to stderr and loads filter plug-ins from the environment unless told otherwise.
void prepare_library() {
  check(H5open(), "HDF5 cannot start");
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  H5PLset_loading_state(0);
}

void track_links(const Handle& creation) {
  check(H5Pset_link_creation_order(creation.id(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), "link order");
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

/// Shards are small and soon closed again: the library's usual cache of one to two megabytes is far more than they are long.
void keep_cache_small(const Handle& access) {
  H5AC_cache_config_t cache;
  cache.version = H5AC__CURR_CACHE_CONFIG_VERSION;
  check(H5Pget_mdc_config(access.id(), &cache), "cache settings");
  cache.set_initial_size = true;
  cache.initial_size = cache.min_size = 32 * 1024;
  check(H5Pset_mdc_config(access.id(), &cache), "cache settings");
}

}  // namespace

void fail(const std::string& doing) {
  const std::string message = library_message();
  throw Error{doing + (message.empty() ? "" : ": " + message)};
}

void check(herr_t status, const std::string& doing) {
  if (status < 0) fail(doing);
}

Handle property_list(hid_t kind) {
  return Handle{H5Pcreate(kind), [](std::int64_t id) { return H5Pclose(id); }, "property list"};
}
Handle own_space(hid_t space, const std::string& doing) {
  return Handle{space, [](std::int64_t id) { return H5Sclose(id); }, doing};
}
Handle own_type(hid_t type) {
  return Handle{type, [](std::int64_t id) { return H5Tclose(id); }, "data type"};
}
Handle text_type(std::size_t width) {
  Handle type = own_type(H5Tcopy(H5T_C_S1));
  check(H5Tset_size(type.id(), width == 0 ? H5T_VARIABLE : width), "text type");
  check(H5Tset_cset(type.id(), H5T_CSET_UTF8), "text type");
  check(H5Tset_strpad(type.id(), width == 0 ? H5T_STR_NULLTERM : H5T_STR_NULLPAD), "text type");
  return type;
}

void make_reproducible(const Handle& creation) {
  check(H5Pset_obj_track_times(creation.id(), false), "object times off");
  check(H5Pset_attr_creation_order(creation.id(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), "attribute order");
}

Lock::Lock() : held_{library_mutex()} {}

Handle::Handle(std::int64_t id, Closer closer, const std::string& doing) : id_{id}, closer_{closer} {
  if (id < 0) fail(doing);
}

// ---- groups

Group Group::create_group(const std::string& name) {
  const Handle creation = property_list(H5P_GROUP_CREATE);
  make_reproducible(creation);
  track_links(creation);
  return Group{Handle{H5Gcreate2(handle_.id(), name.c_str(), H5P_DEFAULT, creation.id(), H5P_DEFAULT),
                      [](std::int64_t id) { return H5Gclose(id); }, "group " + name + " cannot be created"}};
}

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
  keep_cache_small(access);
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
