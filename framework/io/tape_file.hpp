#pragma once
/// Tape files: an EventTape on disk, decoded once, mapped into memory ever after.
///
/// An HDF5 file any tool reads (`h5py.File(p)["price"][:]`): datasets time, price, quantity, order, kind, contiguous and
/// unfiltered, so that a
/// column in the file is a column in memory; everything of TapeInfo as root attributes. It ends in a seal (sealed_file.hpp): its
/// length and the
/// hash of all that is not a column, so that damage is found before HDF5, which is no safe parser, sees a byte.
///
/// Thread rule: call from any thread. HDF5 is locked inside, and only while the head of a file is read or built, so several threads can
/// open tapes at once. The tape returned may be shared freely.

#include <string>

#include "market/event_tape.hpp"

namespace plimsoll {

inline constexpr int kTapeFormat = 1;

/// Nothing may stand at `path` but an older tape of ours, sound enough to be recognized by its seal: anything else is someone's only copy.
/// Throws IoError OUTPUT-EXISTS (73).
void require_place_for_tape(const std::string& path);

/// Writes the tape so that `path` is there in full or not at all (durable_file.hpp). `info().content_hash` must be compute_hash().
/// Takes the tape's own size once more in memory, and the lock of HDF5 until the file is safe.
/// Throws IoError, also as require_place_for_tape.
void write_tape(const std::string& path, const EventTape& tape);

/// What is known of a tape without its columns.
struct TapeHeader {
  TapeInfo info;
  std::uint64_t rows = 0;
  TimePoint first_time = 0;  ///< 0 without rows, as EventTape::first_time()
  TimePoint last_time = 0;
};

/// The head alone, for plans over many tapes: under a millisecond whatever the tape's length. The seal is checked, and with it all that is
/// said here but the two times; the columns are not, so nothing but read_tape() may follow before a row is used. Throws as read_tape.
TapeHeader read_tape_header(const std::string& path);

/// Maps the file; no column is copied. The file must not be overwritten in place while the tape lives (replacing it by rename is fine).
/// Everything is checked: seal, format version, dataset types, equal lengths, that every column lies within the file, then in one pass over
/// all rows the content hash and find_fault(). Replay trusts a tape, so a flipped bit would be a wrong figure or worse.
/// Throws BadInput: DATA-MISSING (66) when there is no such file, DATA-FORMAT (65) when it is not a tape, cut, damaged or of
/// another version.
EventTape read_tape(const std::string& path);

}  // namespace plimsoll
