#include "feed/itch_messages.hpp"

namespace plimsoll {

namespace {
constexpr std::size_t kBuffer = 96 << 10;  // more than the longest message that a length can announce
}

ItchReader::ItchReader(ByteSource& source, std::string name) : name_{std::move(name)}, source_{&source}, buffer_(kBuffer, '\0') {
  start_ = at_ = end_ = buffer_.data();
}

ItchReader::ItchReader(std::string_view bytes, std::string name)
    : name_{std::move(name)}, at_{bytes.data()}, end_{bytes.data() + bytes.size()}, start_{bytes.data()} {}

std::string ItchReader::place(const ItchMessage& message) const {
  // The message ends where the next one starts.
  return name_ + "@" + std::to_string(start_offset_ + static_cast<std::uint64_t>(at_ - start_) - message.length() - 2);
}

std::string ItchReader::place_of_next() const {
  return name_ + "@" + std::to_string(start_offset_ + static_cast<std::uint64_t>(at_ - start_));
}

bool ItchReader::read_more() {
  if (source_ == nullptr) return false;
  const auto left = static_cast<std::size_t>(end_ - at_);
  std::memmove(buffer_.data(), at_, left);
  start_offset_ += static_cast<std::uint64_t>(at_ - start_);
  at_ = buffer_.data();
  const std::size_t got = source_->read(buffer_.data() + left, buffer_.size() - left);
  end_ = at_ + left + got;
  return got > 0;
}

bool ItchReader::refill(FaultList& faults) {
  if (end_ - at_ >= 2) {
    const std::size_t length = static_cast<unsigned char>(at_[0]) * 256u + static_cast<unsigned char>(at_[1]);
    if (length == 0) return end_of_session(faults);
    const std::size_t known = end_ - at_ > 2 ? kItchLengths[static_cast<unsigned char>(at_[2])] : 0;
    if (known != 0 && known != length) return wrong_length(length, known, faults);
  }
  if (read_more()) return true;
  const auto left = static_cast<std::size_t>(end_ - at_);
  if (left > 0) {
    faults.add({"DATA-TRUNCATED", place_of_next(), "",
                "ends " + std::to_string(left) + " bytes into message " + std::to_string(number_ + 1),
                "the file seems cut off; fetch it again, or cut it there"});
  } else if (number_ == 0) {
    faults.add({"DATA-EMPTY", name_, "", "holds no messages", ""});
  }
  return false;
}

bool ItchReader::end_of_session(FaultList& faults) {
  at_ += 2;
  if (end_ == at_ && !read_more()) {
    if (number_ == 0) faults.add({"DATA-EMPTY", name_, "", "holds no messages", ""});
    return false;
  }
  faults.add({"DATA-FORMAT", place_of_next(), "", "bytes follow the end of the session after message " + std::to_string(number_),
              "this is no ITCH 5.0 file of length-prefixed messages, or it is damaged"});
  return false;
}

bool ItchReader::wrong_length(std::size_t length, std::size_t known, FaultList& faults) const {
  faults.add({"DATA-FORMAT", place_of_next(), "",
              "message " + std::to_string(number_ + 1) + " of type " + std::string{at_[2]} + " has " + std::to_string(length) +
                  " bytes where ITCH 5.0 has " + std::to_string(known),
              "this is no ITCH 5.0 file of length-prefixed messages, or it is damaged"});
  return false;
}

}  // namespace plimsoll
