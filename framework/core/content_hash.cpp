#include "core/content_hash.hpp"

// The library chooses the widest instructions of the machine; inlined it would be those of any x86-64. The hashes are the same.
#if defined(__x86_64__)
#include <xxh_x86dispatch.h>
#else
#include <xxhash.h>
#endif

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <vector>

#include "core/error.hpp"

namespace plimsoll {

namespace {
std::string hex_of(XXH128_hash_t hash) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  std::string out;
  for (const unsigned char byte : canonical.digest) {
    constexpr char digits[] = "0123456789abcdef";
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}
}  // namespace

struct ContentHash::State {
  XXH3_state_t* xxh = XXH3_createState();
  State() {
    if (xxh == nullptr) throw std::bad_alloc{};
    XXH3_128bits_reset(xxh);
  }
  ~State() { XXH3_freeState(xxh); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

ContentHash::ContentHash() : state_{std::make_unique<State>()} {}
ContentHash::~ContentHash() = default;

void ContentHash::add(const void* data, std::size_t bytes) { XXH3_128bits_update(state_->xxh, data, bytes); }
void ContentHash::add(std::string_view text) {
  const std::uint64_t length = text.size();
  add(&length, sizeof length);
  add(text.data(), text.size());
}
std::string ContentHash::hex() const { return hex_of(XXH3_128bits_digest(state_->xxh)); }
std::string ContentHash::of(std::string_view bytes) { return hex_of(XXH3_128bits(bytes.data(), bytes.size())); }

std::string ContentHash::of_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "rb"), &std::fclose};
  const auto missing = [&path] {
    return BadInput{ExitCode::no_input, InputError{"DATA-MISSING", path, "", std::string{"cannot be read: "} + std::strerror(errno), ""}};
  };
  if (!file) throw missing();
  ContentHash hash;
  std::vector<char> buffer(1 << 20);
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) hash.add(buffer.data(), got);
  if (std::ferror(file.get())) throw missing();
  return hash.hex();
}

}  // namespace plimsoll
