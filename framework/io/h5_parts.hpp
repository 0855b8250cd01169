#pragma once
/// What the h5*.cpp files share: handles of the library and their closers, errors, types. Internal to them, and under their thread rule.
/// The library's hid_t is std::int64_t, its herr_t int: its own header stays in the .cpp files.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "io/h5.hpp"

namespace plimsoll::h5 {

/// Throws Error with what was being done and what the library says.
[[noreturn]] void fail(const std::string& doing);
void check(int status, const std::string& doing);

Handle property_list(std::int64_t kind);
Handle own_space(std::int64_t space, const std::string& doing);
Handle own_type(std::int64_t type);
/// UTF-8; `width` 0 = variable length.
Handle text_type(std::size_t width);
/// Same content, same bytes: no object times, attributes in the order they were written.
void make_reproducible(const Handle& creation);

void put_attribute(std::int64_t object, const std::string& name, const AttributeValue& value);
std::optional<AttributeValue> find_attribute(std::int64_t object, const std::string& name);
/// "" when there is none, or it is no text.
std::string text_attribute(std::int64_t object, const std::string& name);

/// The values of a chunked dataset that has chunks, each as wide as in the file: int64, double or texts, filters undone. Every chunk is
/// held against what our writers write, so that a file made to harm ends in Error. `to` null: they are checked and not kept; so are
/// references of texts of variable length.
void read_chunks(std::int64_t dataset, std::int64_t creation, std::int64_t type, std::size_t rows, const std::string& doing, void* to);

/// Texts of a fixed-width or variable-length dataset or attribute, read by `read(memory type, destination)`.
std::vector<std::string> take_texts(std::int64_t type, std::int64_t space, std::size_t count, const std::string& doing,
                                    const std::function<int(std::int64_t, void*)>& read);

}  // namespace plimsoll::h5
