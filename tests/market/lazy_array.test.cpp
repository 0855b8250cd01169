#include "market/lazy_array.hpp"

#include <cstdint>

#include "claims.hpp"

namespace plimsoll {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

/// Zero at first, what was written kept by growing and copying, zero behind it.
template <Pages pages>
void check_values(std::size_t size) {
  LazyArray<std::uint64_t, pages> array{size};
  std::size_t wrong = 0;
  for (std::size_t at = 0; at < size; ++at) wrong += array[at] != 0;
  for (std::size_t at = 0; at < size; at += 3) array[at] = at + 1;
  const LazyArray<std::uint64_t, pages> copy = array;
  array.grow(3 * size);
  CHECK(array.size() == 3 * size);
  CHECK(copy.size() == size);
  for (std::size_t at = 0; at < 3 * size; ++at) {
    const std::uint64_t expected = at < size && at % 3 == 0 ? at + 1 : 0;
    wrong += array[at] != expected || (at < size && copy[at] != expected);
  }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("a lazy array is zero where nothing was written and keeps its values when it grows or is copied") {
  for (const std::size_t size : {std::size_t{1}, std::size_t{1'000}, kHugePage / 8, kHugePage / 8 + 777}) {
    INFO(size << " elements");
    check_values<Pages::small>(size);
    check_values<Pages::huge>(size);
  }
}

TEST_CASE("an array in huge pages begins where such a page may, unless it is smaller than one") {
  const LazyArray<std::uint64_t, Pages::huge> large{kHugePage / 8 + 1};
  CHECK(reinterpret_cast<std::uintptr_t>(large.data()) % kHugePage == 0);
  const LazyArray<std::uint64_t, Pages::huge> small{10};
  CHECK(small[9] == 0);
}

}  // namespace plimsoll
