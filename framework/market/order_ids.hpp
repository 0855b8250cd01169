#pragma once
/// From a vendor's 64-bit order id to the dense slot of a live order: a hash map for exactly this, because every message of a feed asks it.
///
/// Open addressing with linear probing; an entry is 8 bytes, the low half of the id and the slot, so that eight entries share a cache
/// line. The whole id stands in the caller's own record of the slot, which it reads next anyway, and is compared there. Multiplicative hash
/// of the low half (D. Knuth, The Art of Computer Programming 3, section 6.4), at most half full, doubled when more; an erased entry is
/// closed by shifting back those behind it (ibid., algorithm R), so there are no tombstones and lookups never slow down.
/// Ids that differ in their high half only are told apart but lie in one run: right, and slow when there are many.
///
/// Nothing iterates: no result can depend on the order of the entries. Thread rule: one owner.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/contract.hpp"

namespace plimsoll {

inline constexpr std::uint32_t kNoSlot = ~0u;

class OrderIds {
 public:
  OrderIds() { clear(); }

  /// Slot of `id`, kNoSlot when it is not there. `id_of(slot)` is the id for which a slot was inserted.
  template <class IdOf>
  std::uint32_t find(std::uint64_t id, const IdOf& id_of) const {
    const auto low = static_cast<std::uint32_t>(id);
    for (std::size_t at = home(low);; at = (at + 1) & mask_) {
      const Entry entry = entries_[at];
      if (entry.slot == kNoSlot) return kNoSlot;
      if (entry.low == low && id_of(entry.slot) == id) return entry.slot;
    }
  }

  /// Preconditions: `id` is not there, no other id has this slot, slot < kNoSlot.
  void insert(std::uint64_t id, std::uint32_t slot) {
    if (2 * ++size_ > entries_.size()) [[unlikely]]
      grow();
    put({static_cast<std::uint32_t>(id), slot});
  }

  /// Inserts unless `id` is there; was it inserted? Preconditions otherwise as for insert().
  template <class IdOf>
  bool insert_new(std::uint64_t id, std::uint32_t slot, const IdOf& id_of) {
    if (2 * (size_ + 1) > entries_.size()) [[unlikely]]
      grow();
    const auto low = static_cast<std::uint32_t>(id);
    std::size_t at = home(low);
    for (; entries_[at].slot != kNoSlot; at = (at + 1) & mask_) {
      if (entries_[at].low == low && id_of(entries_[at].slot) == id) return false;
    }
    entries_[at] = {low, slot};
    ++size_;
    return true;
  }

  /// Precondition: inserted with this slot.
  void erase(std::uint64_t id, std::uint32_t slot) {
    std::size_t hole = home(static_cast<std::uint32_t>(id));
    while (entries_[hole].slot != slot) {
      DEBUG_EXPECT(entries_[hole].slot != kNoSlot);
      hole = (hole + 1) & mask_;
    }
    for (std::size_t at = (hole + 1) & mask_; entries_[at].slot != kNoSlot; at = (at + 1) & mask_) {
      // An entry may move into the hole when that does not bring it before its home.
      if (((at - home(entries_[at].low)) & mask_) < ((at - hole) & mask_)) continue;
      entries_[hole] = entries_[at];
      hole = at;
    }
    entries_[hole].slot = kNoSlot;
    --size_;
  }

  /// Brings the place of a coming id into the cache.
  void expect(std::uint64_t id) const { __builtin_prefetch(&entries_[home(static_cast<std::uint32_t>(id))]); }
  std::size_t size() const { return size_; }
  void clear() {
    entries_.assign(kLeast, Entry{});
    mask_ = kLeast - 1;
    shift_ = 32 - kLeastBits;
    size_ = 0;
  }

 private:
  struct Entry {
    std::uint32_t low = 0;
    std::uint32_t slot = kNoSlot;
  };
  static constexpr unsigned kLeastBits = 6;
  static constexpr std::size_t kLeast = std::size_t{1} << kLeastBits;

  std::size_t home(std::uint32_t low) const { return (low * 2654435769u) >> shift_; }
  void put(Entry entry) {
    std::size_t at = home(entry.low);
    while (entries_[at].slot != kNoSlot) at = (at + 1) & mask_;
    entries_[at] = entry;
  }
  void grow() {
    EXPECT(shift_ > 0);
    const std::vector<Entry> old = std::exchange(entries_, std::vector<Entry>(entries_.size() * 2));
    mask_ = entries_.size() - 1;
    --shift_;
    for (const Entry entry : old) {
      if (entry.slot != kNoSlot) put(entry);
    }
  }

  std::vector<Entry> entries_;
  std::size_t mask_;
  unsigned shift_;  ///< 32 - log2(entries): the hash keeps its high bits
  std::size_t size_;
};

}  // namespace plimsoll
