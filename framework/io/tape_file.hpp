#pragma once
/// Tape files: an EventTape on disk, decoded once, mapped into memory ever after.
///
/// An HDF5 file any tool reads (`h5py.File(p)["price"][:]`): datasets time, price, quantity, order, kind, contiguous and
/// unfiltered, so that a
/// column in the file is a column in memory; everything of TapeInfo as root attributes. It ends in a seal (sealed_file.hpp): its
/// length and the
/// hash of all that is not a column, so that damage is found before HDF5, which is no safe parser, sees a byte.
///
/// Thread rule: calls use HDF5, so they belong to the one thread that owns it. The tape returned may be shared freely.

#include <string>

#include "market/event_tape.hpp"

namespace plimsoll {

inline constexpr int kTapeFormat = 1;

/// Writes the tape so that `path` is there in full or not at all (durable_file.hpp). `info().content_hash` must be compute_hash().
/// Throws IoError.
void write_tape(const std::string& path, const EventTape& tape);

/// Maps the file; no column is copied. The file must not be overwritten in place while the tape lives (replacing it by rename is fine).
/// Always checked: seal, format version, dataset types, equal lengths, that every column lies within the file. `verify` also
/// recomputes the content hash and runs find_fault(): one pass over all rows.
/// Throws BadInput: DATA-MISSING (66) when there is no such file, DATA-FORMAT (65) when it is not a tape, cut, damaged or of
/// another version.
EventTape read_tape(const std::string& path, bool verify);

}  // namespace plimsoll
