// Attributes, and texts, which attributes and datasets hold alike.
#include <cstring>

#include <hdf5.h>

#include "io/h5_parts.hpp"

namespace plimsoll::h5 {
namespace {

Handle own_attribute(hid_t attribute, const std::string& doing) {
  return Handle{attribute, [](std::int64_t id) { return H5Aclose(id); }, doing};
}

AttributeValue take_attribute(const Handle& attribute, const std::string& name) {
  const std::string doing = "attribute " + name + " cannot be read";
  const Handle type = own_type(H5Aget_type(attribute.id()));
  const Handle space = own_space(H5Aget_space(attribute.id()), doing);
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

}  // namespace

std::vector<std::string> take_texts(hid_t type, hid_t space, std::size_t count, const std::string& doing,
                                    const std::function<int(std::int64_t, void*)>& read) {
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

void put_attribute(hid_t object, const std::string& name, const AttributeValue& value) {
  const std::string doing = "attribute " + name + " cannot be written";
  const Handle space = own_space(H5Screate(H5S_SCALAR), doing);
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

void Group::write_attribute(const std::string& name, const AttributeValue& value) { put_attribute(handle_.id(), name, value); }

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

}  // namespace plimsoll::h5
