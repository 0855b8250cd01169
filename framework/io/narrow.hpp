#pragma once
/// Numbers in as few bytes as hold all of a column exactly: what is narrow is copied, hashed, written and read again for less.
///
/// Thread rule: free functions on values.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/table.hpp"

namespace plimsoll {

/// Columns of equal kind under one another.
using ColumnParts = std::span<const ColumnData* const>;

/// Have all rows the same value, bit for bit? Not when there are no rows.
bool one_value(ColumnParts parts);

/// 1, 2, 4 or 8: the narrowest signed integer that holds all; of reals 4 when all are exact as single precision, NaN included, else 8.
/// Of texts the length of the longest, at least 1.
std::size_t narrowest(ColumnParts parts);

/// All rows, each in `width` bytes, little endian; texts padded with zero bytes. Precondition: width >= narrowest(parts).
std::vector<char> narrowed(ColumnParts parts, std::size_t width);

/// The inverse: as many rows as `bytes` holds, into `to` from row `first` on. The kind is that of `to`, the width as above.
/// Precondition: `to` has the rows.
void widen(std::string_view bytes, std::size_t width, ColumnData& to, std::size_t first);

}  // namespace plimsoll
