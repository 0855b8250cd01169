/// The id map against std::unordered_map: the same answers on any stream of inserts, erases and lookups.

#include "market/order_ids.hpp"

#include <unordered_map>

#include "claims.hpp"
#include "core/random.hpp"

namespace plimsoll {
namespace {

class Pair {
 public:
  void insert(std::uint64_t id) {
    std::uint32_t slot = static_cast<std::uint32_t>(ids_of_slots_.size());
    if (free_.empty()) {
      ids_of_slots_.push_back(id);
    } else {
      slot = free_.back();
      free_.pop_back();
      ids_of_slots_[slot] = id;
    }
    const auto id_of = [this](std::uint32_t other) { return ids_of_slots_[other]; };
    // Both ways in, in turn.
    if (naive_.size() % 2 == 0) {
      ids_.insert(id, slot);
      CHECK_FALSE(ids_.insert_new(id, slot, id_of));
    } else {
      CHECK(ids_.insert_new(id, slot, id_of));
    }
    naive_.emplace(id, slot);
  }
  void erase(std::uint64_t id) {
    const std::uint32_t slot = naive_.at(id);
    ids_.erase(id, slot);
    naive_.erase(id);
    free_.push_back(slot);
  }
  std::uint32_t found(std::uint64_t id) const {
    return ids_.find(id, [this](std::uint32_t slot) { return ids_of_slots_[slot]; });
  }
  std::uint32_t expected(std::uint64_t id) const {
    const auto at = naive_.find(id);
    return at == naive_.end() ? kNoSlot : at->second;
  }
  bool same_size() const { return ids_.size() == naive_.size(); }

 private:
  OrderIds ids_;
  std::unordered_map<std::uint64_t, std::uint32_t> naive_;
  std::vector<std::uint64_t> ids_of_slots_;
  std::vector<std::uint32_t> free_;
};

/// Toggles ids drawn by `draw` and compares after each step; every so often all ids that were ever drawn.
template <class Draw>
std::size_t differences(std::size_t steps, const Draw& draw) {
  Pair pair;
  std::vector<std::uint64_t> seen;
  std::size_t wrong = 0;
  for (std::size_t step = 0; step < steps; ++step) {
    const std::uint64_t id = draw(step);
    wrong += pair.found(id) != pair.expected(id);
    if (pair.expected(id) == kNoSlot) {
      pair.insert(id);
      seen.push_back(id);
    } else {
      pair.erase(id);
    }
    wrong += pair.found(id) != pair.expected(id);
    wrong += !pair.same_size();
    if (step % 1'000 != 0) continue;
    for (const std::uint64_t each : seen) wrong += pair.found(each) != pair.expected(each);
  }
  return wrong;
}

std::uint64_t random_bits(std::uint64_t seed, std::uint64_t step) { return RandomStream{seed, 0, Purpose::test}.bits(step); }

}  // namespace

TEST_CASE("the id map answers as std::unordered_map does, whatever is inserted and erased") {
  SECTION("few ids, so that each comes and goes many times") {
    CHECK(differences(40'000, [](std::size_t step) { return random_bits(1, step) % 300; }) == 0);
  }
  SECTION("many ids, so that it grows") {
    CHECK(differences(40'000, [](std::size_t step) { return random_bits(2, step) % 30'000; }) == 0);
  }
  SECTION("any 64 bits") {
    CHECK(differences(20'000, [](std::size_t step) { return random_bits(3, step % 15'000); }) == 0);
  }
  SECTION("consecutive ids, as venues give them, each erased a while later") {
    CHECK(differences(40'000,
                      [](std::size_t step) { return step % 2 == 0 ? step / 2 : (step < 2'000 ? step + 1'000'000 : step / 2 - 999); }) == 0);
  }
}

TEST_CASE("ids that differ in their high half only are told apart") {
  CHECK(differences(4'000, [](std::size_t step) { return (random_bits(4, step) % 40) << 32 | (random_bits(5, step) % 3); }) == 0);
}

TEST_CASE("an id map with room for ids finds, erases by place and grows beyond its room as any other") {
  OrderIds ids{100};
  const auto id_of = [](std::uint32_t slot) { return std::uint64_t{slot} * 7; };
  for (std::uint32_t slot = 0; slot < 1'000; ++slot) REQUIRE(ids.insert_new(id_of(slot), slot, id_of));
  for (std::uint32_t slot = 0; slot < 1'000; slot += 2) ids.erase_at(ids.place_of(id_of(slot), id_of));
  CHECK(ids.size() == 500);
  std::size_t wrong = 0;
  for (std::uint32_t slot = 0; slot < 1'000; ++slot) wrong += ids.find(id_of(slot), id_of) != (slot % 2 == 0 ? kNoSlot : slot);
  CHECK(wrong == 0);
}

TEST_CASE("a guessed slot is the one of an id that stands where it belongs, and none in an empty map") {
  OrderIds ids;
  CHECK(ids.guess(5) == ~std::size_t{0});
  ids.insert(5, 3);
  CHECK(ids.guess(5) == 3);
}

TEST_CASE("clearing the id map forgets every id and leaves it usable") {
  OrderIds ids;
  for (std::uint64_t id = 0; id < 1'000; ++id) ids.insert(id, static_cast<std::uint32_t>(id));
  const auto id_of = [](std::uint32_t slot) { return std::uint64_t{slot}; };
  REQUIRE(ids.find(999, id_of) == 999);
  ids.clear();
  CHECK(ids.size() == 0);
  CHECK(ids.find(999, id_of) == kNoSlot);
  ids.insert(7, 7);
  CHECK(ids.find(7, id_of) == 7);
}

}  // namespace plimsoll
