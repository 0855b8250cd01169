#pragma once
/// From a vendor's 64-bit order id to the dense slot of a live order: a hash map for exactly this, because every message of a feed asks it.
///
/// Open addressing with linear probing; an entry is 8 bytes, half of the id's hash and the slot, so that eight entries share a cache
/// line. The whole id stands in the caller's own record of the slot, which it reads next anyway, and is compared there. Multiplicative hash
/// of all 64 bits (D. Knuth, The Art of Computer Programming 3, section 6.4), at most half full, doubled when more; an erased entry is
/// closed by shifting back those behind it (ibid., algorithm R), so there are no tombstones and lookups never slow down.
/// Ids in steps of any size spread; only ids computed against the multiplier itself would share a run.
///
/// Nothing iterates: no result can depend on the order of the entries. Thread rule: one owner.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "core/contract.hpp"
#include "market/lazy_array.hpp"

namespace plimsoll {

inline constexpr std::uint32_t kNoSlot = ~0u;

class OrderIds {
 public:
  /// `room`: ids it takes before it has to grow; memory comes when it is used.
  explicit OrderIds(std::size_t room = kLeast / 2) { start(std::max(kLeast, std::bit_ceil(2 * room))); }

  /// Where an id stands, until the next change.
  struct Place {
    std::size_t at;
    std::uint32_t slot;  ///< kNoSlot: it is not there
  };
  /// `id_of(slot)` is the id for which a slot was inserted.
  template <class IdOf>
  Place place_of(std::uint64_t id, const IdOf& id_of) const {
    const std::uint32_t hash = hash_of(id);
    for (std::size_t at = home_of(id);; at = (at + 1) & mask_) {
      const Entry& entry = entries_[at];
      if (entry.link == 0) return {at, kNoSlot};
      if (entry.hash == hash && id_of(entry.slot()) == id) return {at, entry.slot()};
    }
  }
  /// Slot of `id`, kNoSlot when it is not there.
  template <class IdOf>
  std::uint32_t find(std::uint64_t id, const IdOf& id_of) const {
    return place_of(id, id_of).slot;
  }

  /// Preconditions: `id` is not there, no other id has this slot, slot < kNoSlot.
  void insert(std::uint64_t id, std::uint32_t slot) {
    if (size_ == most_) [[unlikely]]
      grow();
    ++size_;
    put({hash_of(id), slot + 1});
  }

  /// Inserts unless `id` is there; was it inserted? Preconditions otherwise as for insert().
  template <class IdOf>
  bool insert_new(std::uint64_t id, std::uint32_t slot, const IdOf& id_of) {
    if (size_ == most_) [[unlikely]]
      grow();
    const Place place = place_of(id, id_of);
    if (place.slot != kNoSlot) return false;
    entries_[place.at] = {hash_of(id), slot + 1};
    ++size_;
    return true;
  }

  /// Precondition: inserted with this slot.
  void erase(std::uint64_t id, std::uint32_t slot) {
    std::size_t at = home_of(id);
    while (entries_[at].link != slot + 1) {
      DEBUG_EXPECT(entries_[at].link != 0);
      at = (at + 1) & mask_;
    }
    erase_at({at, slot});
  }
  /// Precondition: it is there.
  void erase_at(Place place) {
    std::size_t hole = place.at;
    for (std::size_t at = (hole + 1) & mask_; entries_[at].link != 0; at = (at + 1) & mask_) {
      // An entry may move into the hole when that does not bring it before its home.
      if (((at - home(entries_[at].hash)) & mask_) < ((at - hole) & mask_)) continue;
      entries_[hole] = entries_[at];
      hole = at;
    }
    entries_[hole].link = 0;
    --size_;
  }

  /// Brings the place of a coming id into the cache.
  void expect(std::uint64_t id) const { __builtin_prefetch(&entries_[home_of(id)]); }
  /// The slot of a coming id, most of the time and at little cost: of what stands where it belongs. Otherwise any other, or -1.
  std::size_t guess(std::uint64_t id) const { return std::size_t{entries_[home_of(id)].link} - 1; }
  /// Entries that a lookup of `id` reads: its cost.
  template <class IdOf>
  std::size_t probes(std::uint64_t id, const IdOf& id_of) const {
    return ((place_of(id, id_of).at - home_of(id)) & mask_) + 1;
  }
  std::size_t size() const { return size_; }
  void clear() { start(kLeast); }

 private:
  struct Entry {
    std::uint32_t hash = 0;
    std::uint32_t link = 0;  ///< slot + 1, so that zero is none

    std::uint32_t slot() const { return link - 1; }
  };
  using Entries = LazyArray<Entry, Pages::huge>;
  static constexpr std::size_t kLeast = 64;

  void start(std::size_t entries) {
    EXPECT(entries <= std::size_t{1} << 32);
    entries_ = Entries{entries};
    mask_ = entries - 1;
    shift_ = 64 - static_cast<unsigned>(std::bit_width(mask_));
    size_ = 0;
    most_ = entries / 2;
  }
  /// 2^64 over the golden ratio: the high half of the product depends on every bit of the id.
  static std::uint64_t product(std::uint64_t id) { return id * 0x9E3779B97F4A7C15u; }
  static std::uint32_t hash_of(std::uint64_t id) { return static_cast<std::uint32_t>(product(id) >> 32); }
  std::size_t home_of(std::uint64_t id) const { return product(id) >> shift_; }
  std::size_t home(std::uint32_t hash) const { return hash >> (shift_ & 31); }  // the same from the half that is kept
  void put(Entry entry) {
    std::size_t at = home(entry.hash);
    while (entries_[at].link != 0) at = (at + 1) & mask_;
    entries_[at] = entry;
  }
  void grow() {
    EXPECT(shift_ > 32);
    const Entries old = std::exchange(entries_, Entries{entries_.size() * 2});
    mask_ = entries_.size() - 1;
    most_ *= 2;
    --shift_;
    for (std::size_t at = 0; at < old.size(); ++at) {
      if (old[at].link != 0) put(old[at]);
    }
  }

  Entries entries_;
  std::size_t mask_;
  unsigned shift_;  ///< 64 - log2(entries), 32 or more: the hash keeps its high bits
  std::size_t size_;
  std::size_t most_;  ///< half of the entries
};

}  // namespace plimsoll
