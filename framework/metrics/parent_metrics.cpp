#include "metrics/parent_metrics.hpp"

#include <algorithm>
#include <charconv>

#include "core/contract.hpp"
#include "core/math.hpp"

namespace plimsoll {

namespace {

constexpr double kBps = 1e4;

std::int64_t half_ticks(Ticks price) { return std::int64_t{2} * price; }

double ratio(Wide numerator, Wide denominator) {
  return denominator > 0 ? static_cast<double>(numerator) / static_cast<double>(denominator) : kUndefined;
}

/// s (paid / benchmark - 1) in bps; undefined without a positive benchmark.
double slippage_bps(Side side, double paid, double benchmark) {
  return benchmark > 0 ? sign(side) * (paid / benchmark - 1) * kBps : kUndefined;
}

std::string decimals(double value, int digits) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, digits);
  return {text, end.ptr};
}

class Flags {
 public:
  void add_if(bool condition, const std::string& reason) {
    if (!condition) return;
    if (!text_.empty()) text_ += "; ";
    text_ += reason;
  }
  void add_mid(const MidX2& mid, const std::string& which, const std::string& substitute) {
    add_if(!mid.known, which + " mid unknown" + substitute);
    add_if(mid.known && mid.stale, which + " mid stale");
  }
  void add_above(double value, double limit, const std::string& what) {
    add_if(value > limit, what + " " + decimals(value, 3) + " > " + decimals(limit, 2));
  }
  std::string text() && { return std::move(text_); }

 private:
  std::string text_;
};

std::string flags_of(const ParentRow& row) {
  Flags flags;
  flags.add_mid(row.fact.decision_mid, "decision", ", replaced");
  flags.add_mid(row.fact.arrival_mid, "arrival", ", replaced");
  if (row.filled != row.fact.lots) flags.add_mid(row.fact.final_mid, "final", ", opportunity undefined");
  flags.add_if(row.filled > row.fact.lots, "filled lots " + std::to_string(row.filled) + " > " + std::to_string(row.fact.lots));
  flags.add_if(row.fills_mid_unknown > 0, "fills with mid unknown " + std::to_string(row.fills_mid_unknown) + " > 0");
  flags.add_if(row.fills_mid_stale > 0, "fills with mid stale " + std::to_string(row.fills_mid_stale) + " > 0");
  flags.add_above(row.participation, kParticipationLimit, "participation");
  flags.add_above(row.share_time_consumed, kShareTimeConsumedLimit, "share of time with consumed liquidity");
  flags.add_if(!row.fact.arrived, "never arrived: the tape ended before");
  const auto unserved = static_cast<double>(row.validity.unserved_lots);
  if (row.recorded_volume_lots > 0)
    flags.add_above(unserved / static_cast<double>(row.recorded_volume_lots), kUnservedShareLimit, "unserved share of volume");
  return std::move(flags).text();
}

}  // namespace

ParentMetrics::ParentMetrics(std::uint64_t scenario, std::int32_t subticks) : scenario_{scenario}, subticks_{subticks} {
  EXPECT(subticks > 0);
}

std::size_t ParentMetrics::on_fill(const FillFact& fill) {
  EXPECT(fill.lots > 0);
  filled_ = math::narrow(Wide{filled_} + fill.lots);
  fills_.push_back(fill);
  return fills_.size() - 1;
}

void ParentMetrics::on_own_reaction(std::size_t first_fill, Money owed) {
  EXPECT(first_fill < fills_.size() && owed >= 0);
  Lots lots = 0, done = 0;
  for (std::size_t fill = first_fill; fill < fills_.size(); ++fill) lots += fills_[fill].lots;
  Money shared = 0;
  for (std::size_t fill = first_fill; fill < fills_.size(); ++fill) {
    done += fills_[fill].lots;
    const auto up_to_here = static_cast<Money>(Wide{owed} * done / lots);
    fills_[fill].own_reaction += up_to_here - shared;
    shared = up_to_here;
  }
}

void ParentMetrics::on_markouts(std::size_t horizon, std::vector<MidX2> effective_mids) {
  EXPECT(effective_mids.size() <= fills_.size() && horizon < kMarkouts);
  mids_after_[horizon] = std::move(effective_mids);
}

void ParentMetrics::on_plan(TimePoint time, Lots planned) {
  EXPECT(plan_.empty() || time >= plan_.back().time);
  if (plan_.empty() || plan_.back().planned != planned) plan_.push_back({time, planned});
}

ParentMetrics::Reference ParentMetrics::reference(const ParentFact& fact) const {
  MidX2 fallback;
  if (!fills_.empty()) {
    const FillFact& first = fills_.front();
    fallback = first.recorded_mid.known ? first.recorded_mid : MidX2{std::int64_t{2} * first.price, true, true};
  }
  const MidX2 decision = fact.decision_mid.known ? fact.decision_mid : fact.arrival_mid.known ? fact.arrival_mid : fallback;
  const MidX2 arrival = fact.arrival_mid.known ? fact.arrival_mid : decision;
  return {decision.value, arrival.value, decision.known};
}

std::vector<FillCost> ParentMetrics::fill_costs(const Reference& reference) const {
  std::vector<FillCost> costs;
  costs.reserve(fills_.size());
  for (const FillFact& fill : fills_) {
    const Lots signed_lots = sign(fill.side) * fill.lots;
    const auto money = [&](std::int64_t half_ticks) { return Wide{signed_lots} * half_ticks * kMoneyPerHalfTickLot; };
    const std::int64_t price = half_ticks(fill.price), touch = half_ticks(fill.touch);
    FillCost& cost = costs.emplace_back();
    cost.spread = fill.effective_mid.known ? math::narrow(money(touch - fill.effective_mid.value)) : 0;
    cost.sweep = math::narrow(money(price - touch + fill.displaced_x2));
    const Wide shift = money(half_ticks(fill.reaction));
    cost.reaction = math::narrow(shift + fill.own_reaction);
    cost.timing = math::narrow(money(price - reference.arrival_x2) - cost.spread - cost.sweep - shift);
  }
  return costs;
}

void ParentMetrics::add_costs(ParentRow& row, const Reference& reference, const std::vector<FillCost>& costs) const {
  const ParentFact& fact = row.fact;
  const Wide money = Wide{sign(fact.side)} * kMoneyPerHalfTickLot;
  const Lots rest = fact.lots - filled_;
  Wide paid_half_ticks = 0, spread = 0, sweep = 0, reaction = 0, timing = 0, fees = 0, own_reaction = 0;
  for (const FillCost& cost : costs) {
    spread += cost.spread;
    sweep += cost.sweep;
    reaction += cost.reaction;
    timing += cost.timing;
  }
  for (const FillFact& fill : fills_) {
    EXPECT(fill.side == fact.side);
    fees += fill.fee;
    own_reaction += fill.own_reaction;
    paid_half_ticks += Wide{half_ticks(fill.price)} * fill.lots;
  }
  row.own_reaction = math::narrow(own_reaction);
  if (filled_ > 0) row.avg_price_ticks = ratio(paid_half_ticks, Wide{2} * filled_);
  if (!reference.known) return;  // no mid and no fill
  const Wide delay = money * filled_ * (reference.arrival_x2 - reference.decision_x2);
  const bool opportunity_known = rest == 0 || fact.final_mid.known;
  const Wide opportunity = fact.final_mid.known ? money * rest * (fact.final_mid.value - reference.decision_x2) : Wide{0};
  const Wide total = money * (paid_half_ticks - Wide{filled_} * reference.decision_x2) + own_reaction + fees + opportunity;
  ENSURE(total == delay + spread + sweep + reaction + timing + fees + opportunity);
  row.cost = {math::narrow(delay),  math::narrow(spread), math::narrow(sweep),       math::narrow(reaction),
              math::narrow(timing), math::narrow(fees),   math::narrow(opportunity), math::narrow(total)};

  const Wide base = Wide{fact.lots} * reference.decision_x2 * kMoneyPerHalfTickLot;
  const auto bps = [base](Money part) { return ratio(part, base) * kBps; };
  row.cost_bps = {bps(row.cost.delay),
                  bps(row.cost.spread),
                  bps(row.cost.sweep),
                  bps(row.cost.reaction),
                  bps(row.cost.timing),
                  bps(row.cost.fees),
                  opportunity_known ? bps(row.cost.opportunity) : kUndefined,
                  opportunity_known ? bps(row.cost.total) : kUndefined};
  if (fact.answer_known) return;
  row.cost.reaction = row.own_reaction = kUndefinedMoney;
  row.cost_bps.reaction = kUndefined;
}

void ParentMetrics::add_benchmarks(ParentRow& row) const {
  const ParentFact& fact = row.fact;
  Lots took = fact.printed_passive_lots;
  Wide took_notional = fact.printed_passive_subtick_lots;
  for (const FillFact& fill : fills_) {
    if (fill.liquidity != Liquidity::took) continue;
    took += fill.lots;
    took_notional += Wide{fill.price} * subticks_ * fill.lots;
  }
  // A parent whose end is seen before its first order could arrive has no window at all.
  const Lots volume = std::max<Lots>(0, fact.at_end.volume_lots - fact.at_arrival.volume_lots);
  const Wide notional = volume > 0 ? fact.at_end.notional_subtick_lots - fact.at_arrival.notional_subtick_lots : Wide{0};
  const Duration mid_time = fact.at_end.mid_known_ns - fact.at_arrival.mid_known_ns;
  row.recorded_volume_lots = volume;
  row.vwap_recorded_ticks = ratio(notional, Wide{subticks_} * volume);
  row.vwap_with_own_ticks = ratio(notional + took_notional, Wide{subticks_} * (Wide{volume} + took));
  row.twap_recorded_ticks = ratio(fact.at_end.mid_x2_ns - fact.at_arrival.mid_x2_ns, Wide{2} * mid_time);
  row.participation = ratio(filled_, Wide{volume} + took);
  if (filled_ == 0) return;
  const double arrival = fact.arrival_mid.known ? static_cast<double>(fact.arrival_mid.value) / 2 : kUndefined;
  double paid = row.avg_price_ticks;
  if (fact.answer_known) paid += sign(fact.side) * ratio(row.own_reaction, Wide{filled_} * kMoneyPerTickLot);
  row.arrival_slippage_bps = slippage_bps(fact.side, paid, arrival);
  row.vwap_slippage_bps = slippage_bps(fact.side, paid, row.vwap_recorded_ticks);
  row.vwap_with_own_slippage_bps = slippage_bps(fact.side, paid, row.vwap_with_own_ticks);
  row.twap_slippage_bps = slippage_bps(fact.side, paid, row.twap_recorded_ticks);
}

void ParentMetrics::add_markouts(ParentRow& row) const {
  for (std::size_t h = 0; h < kMarkouts; ++h) {
    VolumeWeightedMean mean;
    const FillFact* fill = fills_.data();
    for (const MidX2 mid : mids_after_[h]) {
      mean.add(markout_bps(fill->side, fill->price, fill->effective_mid, mid), fill->lots);
      ++fill;
    }
    row.markout_bps[h] = mean.mean();
    row.markout_lots[h] = mean.lots();
  }
}

void ParentMetrics::add_activity(ParentRow& row) const {
  Lots made = 0;
  for (const FillFact& fact : fills_) {
    if (fact.liquidity == Liquidity::made) made += fact.lots;
    if (!fact.effective_mid.known || !fact.recorded_mid.known) {
      ++row.fills_mid_unknown;
    } else if (fact.effective_mid.stale || fact.recorded_mid.stale) {
      ++row.fills_mid_stale;
    }
  }
  row.fills = static_cast<std::int64_t>(fills_.size());
  row.children = children_;
  row.fill_rate = ratio(filled_, row.fact.lots);
  row.passive_share = ratio(made, filled_);
  row.schedule_error = schedule_error(row.fact);
}

double ParentMetrics::schedule_error(const ParentFact& fact) const {
  if (plan_.empty() || fact.end <= fact.start) return kUndefined;
  Wide area = 0;
  Lots planned = 0, done = 0;
  std::size_t next_step = 0, next_fill = 0;
  for (TimePoint from = fact.start; from < fact.end;) {
    while (next_step < plan_.size() && plan_[next_step].time <= from) planned = plan_[next_step++].planned;
    while (next_fill < fills_.size() && fills_[next_fill].time <= from) done += fills_[next_fill++].lots;
    TimePoint until = fact.end;
    if (next_step < plan_.size()) until = std::min(until, plan_[next_step].time);
    if (next_fill < fills_.size()) until = std::min(until, fills_[next_fill].time);
    const Wide deviation = Wide{done} - planned;
    area += (deviation < 0 ? -deviation : deviation) * (until - from);
    from = until;
  }
  return ratio(area, Wide{fact.lots} * (fact.end - fact.start));
}

ParentRow ParentMetrics::parent_row(const ParentFact& fact, const ValidityFact& validity) const {
  return parent_row(fact, validity, fill_costs(reference(fact)));
}

ParentRow ParentMetrics::parent_row(const ParentFact& fact, const ValidityFact& validity, const std::vector<FillCost>& costs) const {
  EXPECT(fact.lots >= 0);
  ParentRow row;
  row.scenario = scenario_;
  row.fact = fact;
  row.filled = filled_;
  row.validity = validity;
  row.share_time_consumed = ratio(validity.samples_consumed, validity.samples);
  add_costs(row, reference(fact), costs);
  add_benchmarks(row);
  add_markouts(row);
  add_activity(row);
  row.flags = flags_of(row);
  return row;
}

void ParentMetrics::finish(const ParentFact& fact, const ValidityFact& validity, Table& parents, Table* fills) const {
  const std::vector<FillCost> costs = fill_costs(reference(fact));
  append_parent(parents, parent_row(fact, validity, costs));
  if (fills == nullptr) return;
  fills->reserve(fills->rows() + fills_.size());
  constexpr std::size_t kRowsAtOnce = 128;
  std::vector<FillRow> rows;
  rows.reserve(std::min(fills_.size(), kRowsAtOnce));
  for (std::size_t first = 0; first < fills_.size(); first += rows.size()) {
    rows.clear();
    for (std::size_t fill = first; fill < std::min(fills_.size(), first + kRowsAtOnce); ++fill)
      rows.push_back({scenario_, &fills_[fill], costs[fill], {}, fact.answer_known});
    for (std::size_t h = 0; h < kMarkouts; ++h) {
      const std::vector<MidX2>& mids = mids_after_[h];
      for (std::size_t fill = first; fill < std::min(mids.size(), first + rows.size()); ++fill)
        rows[fill - first].mids_after[h] = mids[fill];
    }
    append_fills(*fills, rows);
  }
}

}  // namespace plimsoll
