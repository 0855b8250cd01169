/// Compressed inputs: the bytes come out whole, or an error says where and why. Every truncation and every flipped byte is tried.

#include "feed/byte_source.hpp"

#include "core/random.hpp"
#include "feed/compress.hpp"
#include "feed/feed_files.hpp"

namespace plimsoll {
namespace {

using test::kCompressions;

std::string unpacked(const std::string& bytes, const DecompressionLimits& limits = {}) {
  return read_all(*decompressed(bytes_in_memory(bytes), "input", "path", limits));
}

/// The code of the error that unpacking ends with; "" when it does not.
std::string code_of(const std::string& bytes, const DecompressionLimits& limits = {}) {
  try {
    unpacked(bytes, limits);
  } catch (const BadInput& bad) {
    CHECK(bad.exit_code() == ExitCode::bad_data);
    CHECK(bad.errors().front().place.starts_with("input@"));
    return bad.errors().front().code;
  }
  return "";
}

/// Repetitive enough to be compressed, not so much that it is all one block.
std::string sample(std::size_t size) {
  std::string out;
  const RandomStream random{1, 0, Purpose::test};
  for (std::size_t i = 0; out.size() < size; ++i) out += "34200." + std::to_string(random.below(i, 1'000)) + ",1,16,10,5853300,1\n";
  out.resize(size);
  return out;
}

std::string noise(std::size_t size) {
  std::string out(size, '\0');
  const RandomStream random{2, 0, Purpose::test};
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>(random.bits(i));
  return out;
}

}  // namespace

TEST_CASE("compressed bytes come out as they went in, whatever their length, and plain ones are left alone") {
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{65'536}, std::size_t{150'001}}) {
    const std::string text = sample(size);
    CHECK(unpacked(text) == text);
    for (const auto& each : kCompressions) {
      INFO(each.name << " " << size);
      CHECK((unpacked(each.compress(text)) == text));
      CHECK((unpacked(each.compress(noise(size))) == noise(size)));
    }
  }
  CHECK(unpacked("") == "");
  for (const auto& each : kCompressions) CHECK(unpacked(each.compress("")) == "");
}

TEST_CASE("several gzip members, zstd frames or xz streams in one file are read one after the other") {
  for (const auto& each : kCompressions) {
    INFO(each.name);
    CHECK(unpacked(each.compress("one,") + each.compress("") + each.compress("two,") + each.compress(sample(100'000))) ==
          "one,two," + sample(100'000));
  }
}

TEST_CASE("a zstd file that begins with a skippable frame is one: parallel compressors write their index there") {
  const std::string text = sample(1'000);
  for (int variant = 0; variant < 16; ++variant) {
    const std::string skippable = static_cast<char>(0x50 + variant) + std::string{"\x2a\x4d\x18\3\0\0\0abc", 10};
    CHECK(unpacked(skippable + test::zstd(text) + skippable) == text);
  }
}

TEST_CASE("a file that is not compressed is read into the memory of its size, not of the next power of two") {
  const test::FreshFolder folder;
  const std::string text = sample(300'000) + std::string(70'000, 'x');
  const auto source = open_bytes(folder.write("plain", text), "path");
  const std::string read = read_all(*source);
  CHECK(read == text);
  CHECK(read.capacity() == text.size());
}

TEST_CASE("a compressed file cut at any byte is an error") {
  const std::string text = sample(2'000);
  for (const auto& each : kCompressions) {
    const std::string whole = each.compress(text);
    for (std::size_t size = 1; size < whole.size(); ++size) {
      INFO(each.name << " cut to " << size << " of " << whole.size());
      CHECK(code_of(whole.substr(0, size)) == "DATA-TRUNCATED");
    }
  }
}

TEST_CASE("a file of two members cut at any byte is an error, but for the cut between them, which is a whole file") {
  for (const auto& each : kCompressions) {
    const std::string first = each.compress("first half, "), whole = first + each.compress("second half");
    for (std::size_t size = 1; size < whole.size(); ++size) {
      INFO(each.name << " cut to " << size);
      CHECK(code_of(whole.substr(0, size)) == (size == first.size() ? "" : "DATA-TRUNCATED"));
    }
  }
}

TEST_CASE("anything behind the compressed data is an error") {
  for (const auto& each : kCompressions) {
    const std::string whole = each.compress("text");
    for (const std::string& garbage : {std::string{"x"}, std::string{"\n"}, std::string{"garbage that is longer than any header is"},
                                       std::string(1, '\0'), std::string("\x1f")}) {
      INFO(each.name << " + " << garbage.size() << " bytes");
      CHECK(code_of(whole + garbage) != "");
    }
  }
}

TEST_CASE("a byte flipped anywhere in a compressed file is an error or leaves the content as it was") {
  const std::string text = sample(600);
  for (const auto& each : kCompressions) {
    const std::string whole = each.compress(text);
    std::size_t harmless = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (const int bit : {0, 3, 7}) {
        std::string flipped = whole;
        flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
        INFO(each.name << " byte " << at << " bit " << bit);
        std::string out;
        try {
          out = unpacked(flipped);
        } catch (const BadInput&) {
          continue;
        }
        // Without its magic it is not recognized, and is what it says.
        CHECK((out == text || out == flipped));
        harmless += out == text;
      }
    }
    // gzip: time, extra flags and system in the header; zstd: the window's size and an unused bit; xz checks every header.
    const std::string name = each.name;
    CHECK(harmless <= (name == "gzip" ? 22u : name == "zstd" ? 4u : 0u));
  }
}

TEST_CASE("what unpacks to more than the limits is refused before it fills anything") {
  CHECK(DecompressionLimits{}.output_bytes == 64ull << 30);
  CHECK(DecompressionLimits{}.ratio == 200);
  CHECK(DecompressionLimits{}.ratio_from == 16u << 20);
  DecompressionLimits limits;
  limits.ratio_from = 100'000;
  const std::string zeros(1'000'000, '\0');
  for (const auto& each : kCompressions) {
    INFO(each.name);
    const std::string bomb = each.compress(zeros);
    CHECK(code_of(bomb) == "");
    CHECK(code_of(bomb, limits) == "DATA-TOO-LARGE");
    CHECK(code_of(each.compress(zeros.substr(0, 100'000)), limits) == "");
    CHECK(code_of(each.compress(noise(150'001)), limits) == "");
    DecompressionLimits small;
    small.output_bytes = 900'000;
    CHECK(code_of(bomb, small) == "DATA-TOO-LARGE");
  }
}

TEST_CASE("compressed twice and archives are refused by name") {
  for (const auto& outer : kCompressions) {
    for (const auto& inner : kCompressions) CHECK(code_of(outer.compress(inner.compress(sample(100)))) == "DATA-FORMAT");
  }
  const test::FreshFolder folder;
  const auto refused = [&](const std::string& bytes) {
    return test::failure_of([&] { open_bytes(folder.write("input", bytes), "path"); }).errors().front();
  };
  CHECK(refused(std::string{"PK\x03\x04 and more"}).code == "DATA-FORMAT");
  CHECK(refused(std::string{"7z\xbc\xaf\x27\x1c and more"}).code == "DATA-FORMAT");
  CHECK(refused("").code == "DATA-EMPTY");
}

TEST_CASE("a zstd frame that wants a window above 128 MiB is refused") {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 28);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  std::string out(1'000, '\0');
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  ZSTD_inBuffer from{"text", 4, 0};
  REQUIRE(ZSTD_compressStream2(context, &to, &from, ZSTD_e_flush) == 0);
  REQUIRE(ZSTD_compressStream2(context, &to, &from, ZSTD_e_end) == 0);
  ZSTD_freeCCtx(context);
  out.resize(to.pos);
  CHECK(code_of(out) == "DATA-FORMAT");
}

TEST_CASE("LOBSTER files are read compressed as they are read plain, whatever their names") {
  const test::FreshFolder folder;
  const std::string text = "1,1,1,10,5853300,1\n2,1,2,20,5853400,-1\n3,4,1,10,5853300,1\n";
  const std::string hash = test::lobster(folder, text).info().content_hash;
  for (const auto& each : kCompressions) CHECK(test::lobster(folder, each.compress(text)).info().content_hash == hash);
  const BadInput bad = test::failure_of([&] { test::lobster(folder, test::gzip(text).substr(0, 30)); });
  CHECK(bad.errors().front().code == "DATA-TRUNCATED");
  CHECK(bad.errors().front().place == folder.path("messages.csv") + "@30");
}

}  // namespace plimsoll
