#include "core/random.hpp"

#include "claims.hpp"

using namespace plimsoll;

TEST_CASE("Philox4x32-10 gives the published known answers (Salmon et al. 2011, kat_vectors)") {
  CHECK(philox4x32({0, 0, 0, 0}, {0, 0}) == PhiloxBlock{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u});
  CHECK(philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}) == PhiloxBlock{0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu});
  CHECK(philox4x32({0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}, {0xa4093822u, 0x299f31d0u}) ==
        PhiloxBlock{0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u});
}

TEST_CASE("a draw is a function of its address: purpose, replicate, seed and index all matter") {
  const RandomStream stream{1, 2, Purpose::strategy};
  CHECK(stream.bits(7) == RandomStream{1, 2, Purpose::strategy}.bits(7));
  CHECK(stream.bits(7) != stream.bits(8));
  CHECK(stream.bits(7) != RandomStream{1, 3, Purpose::strategy}.bits(7));
  CHECK(stream.bits(7) != RandomStream{2, 2, Purpose::strategy}.bits(7));
  CHECK(stream.bits(7) != RandomStream{1, 2, Purpose::impact_model}.bits(7));
}

TEST_CASE("uniform draws fill [0, 1) evenly and below() stays below its bound") {
  const RandomStream stream{42, 0, Purpose::test};
  int buckets[10] = {};
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    const double u = stream.uniform(i);
    REQUIRE(u >= 0.0);
    REQUIRE(u < 1.0);
    ++buckets[static_cast<int>(u * 10)];
    REQUIRE(stream.below(i, 7) < 7);
  }
  for (const int count : buckets) CHECK(std::abs(count - 10'000) < 500);  // 5 standard deviations
}
