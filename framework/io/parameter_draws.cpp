#include "io/parameter_draws.hpp"

namespace plimsoll {
namespace {

/// FNV-1a: two estimates of one experiment draw from different places of the stream, far enough apart for all attempts.
std::uint64_t place_in_stream(const std::string& estimate) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : estimate) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash << 20;
}

}  // namespace

void ParameterDraws::belong_to(const std::string& market) {
  for (DrawnTogether& part : parts_) {
    part.estimate = market + "." + part.estimate;
    for (DrawnNumber& number : part.numbers) number.name = market + "." + number.name;
  }
}

std::vector<DrawnParameter> ParameterDraws::apply(std::vector<ParamValue>& params, std::uint64_t seed, std::uint32_t replicate) const {
  const RandomStream stream{seed, replicate, Purpose::calibrated_parameters};
  std::vector<DrawnParameter> out;
  for (const DrawnTogether& part : parts_) {
    const std::vector<double> values = part.normal.draw(stream, place_in_stream(part.estimate));
    for (std::size_t i = 0; i < values.size(); ++i) {
      const DrawnNumber& number = part.numbers[i];
      if (number.given) continue;
      ParamValue& param = params[number.parameter];
      (number.entry ? param.reals[*number.entry] : param.real) = values[i];
      out.push_back({number.name, values[i]});
    }
  }
  return out;
}

std::string ParameterDraws::names() const {
  std::string out;
  for (const DrawnTogether& part : parts_)
    for (const DrawnNumber& number : part.numbers)
      if (!number.given) out += (out.empty() ? "" : ", ") + number.name;
  return out;
}

std::string ParameterDraws::identity() const {
  std::string out;
  for (const DrawnTogether& part : parts_) {
    out += part.estimate + " " + part.text + " of";
    for (const DrawnNumber& number : part.numbers) out += " " + number.name + (number.given ? " (given)" : "");
    out += "\n";
  }
  return out;
}

}  // namespace plimsoll
