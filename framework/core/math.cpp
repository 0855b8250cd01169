#include "core/math.hpp"

#include <sleef.h>

#include "core/contract.hpp"

namespace plimsoll::math {

double exp(double x) { return Sleef_cinz_expd1_u10purec(x); }
double log(double x) { return Sleef_cinz_logd1_u10purec(x); }
double pow(double x, double y) { return Sleef_cinz_powd1_u10purec(x, y); }
double sin(double x) { return Sleef_cinz_sind1_u10purec(x); }
double cos(double x) { return Sleef_cinz_cosd1_u10purec(x); }

std::int64_t round_half_away(double x) {
  EXPECT(x > -0x1p62 && x < 0x1p62);
  const auto truncated = static_cast<std::int64_t>(x);
  const double rest = x - static_cast<double>(truncated);
  if (rest >= 0.5) return truncated + 1;
  if (rest <= -0.5) return truncated - 1;
  return truncated;
}

std::int64_t round_div(Wide numerator, Wide denominator) {
  EXPECT(denominator > 0);
  const Wide half = denominator / 2;
  return narrow((numerator >= 0 ? numerator + half : numerator - half) / denominator);
}

void refuse_too_large() { throw TooLarge{"an amount of cash or lots does not fit into 64 bits: use a coarser lot, or a smaller order"}; }

}  // namespace plimsoll::math
