#include "metrics/schema.hpp"

#include "metrics/table_layout.hpp"

namespace plimsoll {

namespace {

double mid_ticks(const MidX2& mid) { return mid.known ? static_cast<double>(mid.value) / 2 : kUndefined; }

void add_identity(TableLayout<ParentRow>& layout) {
  using Row = ParentRow;
  layout.integer("scenario", "1", "number of the scenario within the experiment", [](const Row& r) { return r.scenario; });
  layout.integer("parent", "1", "number of the parent order within the scenario, from 0", [](const Row& r) { return r.fact.parent; });
  layout.text("parent_name", "text", "name of the parent in the scenario file; empty when it is the only one",
              [](const Row& r) -> std::string_view { return r.fact.name; });
  layout.text("market_name", "text", "name of its market in the scenario file; empty when it is the only one",
              [](const Row& r) -> std::string_view { return r.fact.market; });
  layout.integer("side", "1", "+1 buy, -1 sell", [](const Row& r) { return sign(r.fact.side); });
  layout.integer("quantity_lots", "lots", "wanted (Q)", [](const Row& r) { return r.fact.lots; });
  layout.integer("filled_lots", "lots", "executed (q_f)", [](const Row& r) { return r.filled; });
  layout.integer("completed", "1", "1 when the whole quantity was executed", [](const Row& r) { return r.fact.completed ? 1 : 0; });
  layout.integer("start_time", "ns UTC", "start of the parent in receipt time, jitter included (decision)",
                 [](const Row& r) { return r.fact.start; });
  layout.integer("end_time", "ns UTC", "planned end of the parent in receipt time", [](const Row& r) { return r.fact.end; });
  layout.integer("arrival_time", "ns UTC", "when an order sent at start reaches the venue (exchange time)",
                 [](const Row& r) { return r.fact.arrival; });
  layout.real("decision_mid_ticks", "ticks", "recorded mid the strategy could see at start (P_d)",
              [](const Row& r) { return mid_ticks(r.fact.decision_mid); });
  layout.real("arrival_mid_ticks", "ticks", "recorded mid at arrival (P_a)", [](const Row& r) { return mid_ticks(r.fact.arrival_mid); });
  layout.real("final_mid_ticks", "ticks", "effective mid when the parent ended (P_c); prices the unfilled rest",
              [](const Row& r) { return mid_ticks(r.fact.final_mid); });
  layout.real("avg_price_ticks", "ticks", "mean price of the fills, by lots", [](const Row& r) { return r.avg_price_ticks; });
}

void add_costs(TableLayout<ParentRow>& layout) {
  struct Part {
    const char* name;
    const char* meaning;
    Money CostParts::*money;
    double CostPartsBps::*bps;
  };
  static constexpr std::array<Part, 8> parts = {{
      {"delay", "what the market did between decision and arrival, on the filled lots", &CostParts::delay, &CostPartsBps::delay},
      {"spread", "from the effective mid to the touch; negative when earned", &CostParts::spread, &CostPartsBps::spread},
      {"sweep", "beyond the touch, and through the hole earlier own fills left", &CostParts::sweep, &CostPartsBps::sweep},
      {"reaction", "the market's answer to us (shift J), and what we owe for our own part of it", &CostParts::reaction,
       &CostPartsBps::reaction},
      {"timing", "what history did between arrival and each fill", &CostParts::timing, &CostPartsBps::timing},
      {"fee", "fees paid, rebates negative", &CostParts::fees, &CostPartsBps::fees},
      {"opportunity", "what the unfilled rest would have gained from decision to final mid", &CostParts::opportunity,
       &CostPartsBps::opportunity},
      {"total", "implementation shortfall: the exact sum of the parts", &CostParts::total, &CostPartsBps::total},
  }};
  for (const Part& part : parts) {
    layout.integer(std::string{part.name} + "_money", "money", std::string{"cost, positive = bad: "} + part.meaning,
                   [field = part.money](const ParentRow& r) { return r.cost.*field; });
  }
  layout.integer("own_reaction_money", "money",
                 "of reaction_money: what executions owe for the displacement they caused themselves; in no price",
                 [](const ParentRow& r) { return r.own_reaction; });
  for (const Part& part : parts) {
    layout.real(std::string{part.name} + "_bps", "bps", std::string{"of quantity x decision mid: "} + part.meaning,
                [field = part.bps](const ParentRow& r) { return r.cost_bps.*field; });
  }
}

void add_benchmarks(TableLayout<ParentRow>& layout) {
  using Row = ParentRow;
  layout.real("arrival_slippage_bps", "bps", "mean price, own reaction in it, against arrival mid",
              [](const Row& r) { return r.arrival_slippage_bps; });
  layout.real("vwap_recorded_ticks", "ticks", "volume-weighted price of all recorded prints between arrival and end, own volume out",
              [](const Row& r) { return r.vwap_recorded_ticks; });
  layout.real("vwap_slippage_bps", "bps", "mean price, own reaction in it, against vwap_recorded_ticks",
              [](const Row& r) { return r.vwap_slippage_bps; });
  layout.real("vwap_with_own_ticks", "ticks",
              "the same with own aggressive fills added (own passive fills replace recorded ones and are not added)",
              [](const Row& r) { return r.vwap_with_own_ticks; });
  layout.real("vwap_with_own_slippage_bps", "bps", "mean price, own reaction in it, against vwap_with_own_ticks",
              [](const Row& r) { return r.vwap_with_own_slippage_bps; });
  layout.real("twap_recorded_ticks", "ticks", "time-weighted recorded mid between arrival and end",
              [](const Row& r) { return r.twap_recorded_ticks; });
  layout.real("twap_slippage_bps", "bps", "mean price, own reaction in it, against twap_recorded_ticks",
              [](const Row& r) { return r.twap_slippage_bps; });
}

void add_activity(TableLayout<ParentRow>& layout) {
  using Row = ParentRow;
  for (std::size_t h = 0; h < kMarkouts; ++h) {
    layout.real(
        std::string{"markout_"} + kMarkoutNames[h] + "_bps", "bps",
        std::string{"volume-weighted markout of the own fills after "} + kMarkoutNames[h] + ", positive = good for us, effective mid",
        [h](const Row& r) { return r.markout_bps[h]; });
  }
  for (std::size_t h = 0; h < kMarkouts; ++h) {
    layout.integer(std::string{"markout_"} + kMarkoutNames[h] + "_lots", "lots",
                   std::string{"own lots with a markout after "} + kMarkoutNames[h], [h](const Row& r) { return r.markout_lots[h]; });
  }
  layout.integer("recorded_volume_lots", "lots", "recorded prints between arrival and end, hidden ones included",
                 [](const Row& r) { return r.recorded_volume_lots; });
  layout.real("participation", "1", "filled / (recorded volume between arrival and end + own aggressive lots)",
              [](const Row& r) { return r.participation; });
  layout.real("fill_rate", "1", "filled / quantity", [](const Row& r) { return r.fill_rate; });
  layout.real("passive_share", "1", "share of the filled lots that rested in the book", [](const Row& r) { return r.passive_share; });
  layout.real("schedule_error", "1",
              "time mean of |done - planned| / quantity between start and end; undefined when the strategy states no plan",
              [](const Row& r) { return r.schedule_error; });
  layout.integer("fills", "1", "number of fills", [](const Row& r) { return r.fills; });
  layout.integer("children", "1", "number of child orders sent", [](const Row& r) { return r.children; });
}

void add_impact(TableLayout<ParentRow>& layout) {
  for (std::size_t look = 0; look < kImpactLooks.size(); ++look) {
    const std::string when = look == 0 ? "when the parent was complete or at its end" : std::string{kImpactLookNames[look]} + " after that";
    layout.real(std::string{"impact_"} + kImpactLookNames[look] + "_ticks", "ticks",
                "effective less recorded mid, + = moved against us, by all parents of the scenario: " + when,
                [look](const ParentRow& r) { return r.fact.impact_ticks[look]; });
  }
}

void add_validity(TableLayout<ParentRow>& layout) {
  using Row = ParentRow;
  layout.integer("fills_mid_stale", "1", "fills while a side was empty and its last mid was used",
                 [](const Row& r) { return r.fills_mid_stale; });
  layout.integer("fills_mid_unknown", "1", "fills before both sides were ever seen; their spread part is in timing",
                 [](const Row& r) { return r.fills_mid_unknown; });
  layout.integer("reaction_max_ticks", "ticks", "max |J|", [](const Row& r) { return r.validity.reaction_max; });
  layout.integer("spilled_lots", "lots", "recorded takers' lots served at another price, because at theirs we had taken too much",
                 [](const Row& r) { return r.validity.spilled_lots; });
  layout.integer("spilled_lot_ticks", "lots x ticks", "spilled lots times how far from the taker's own price they were served",
                 [](const Row& r) { return r.validity.spilled_lot_ticks; });
  layout.integer("spilled_ticks_max", "ticks", "the farthest of them", [](const Row& r) { return r.validity.spilled_ticks_max; });
  layout.integer("unserved_lots", "lots", "recorded takers' lots that found nobody within the spill range",
                 [](const Row& r) { return r.validity.unserved_lots; });
  layout.integer("marked_orders", "1", "recorded orders that our own orders took from",
                 [](const Row& r) { return r.validity.marked_orders; });
  layout.integer("marks_cancelled", "1", "recorded orders cancelled while we held a part of them",
                 [](const Row& r) { return r.validity.marks_cancelled; });
  layout.integer("takers_displaced", "1", "recorded fills that had to go beyond their price, or found nobody",
                 [](const Row& r) { return r.validity.takers_displaced; });
  layout.integer("unfilled_makers", "1", "recorded makers whose fill we took", [](const Row& r) { return r.validity.unfilled_makers; });
  layout.integer("unfilled_makers_dropped", "1",
                 "orders of such makers dropped (those of one price wait as one): reached by the other side, or beyond the bound",
                 [](const Row& r) { return r.validity.unfilled_makers_dropped; });
  layout.integer("fills_near_reaction_change", "1", "own fills within 1 s after a change of J",
                 [](const Row& r) { return r.validity.fills_near_reaction_change; });
  layout.real("share_time_consumed", "1", "share of time with consumed lots at the recorded touch above half its depth",
              [](const Row& r) { return r.share_time_consumed; });
  layout.real("displacement_max_ticks", "ticks", "max |total displacement the impact model stated|",
              [](const Row& r) { return r.validity.displacement_max_ticks; });
  layout.real("displacement_end_ticks", "ticks", "the same at the end of the parent, + = against us",
              [](const Row& r) { return r.validity.displacement_end_ticks; });
  layout.text("flags", "text", "why not to trust this row, \"; \" between reasons; empty: nothing found",
              [](const Row& r) -> std::string_view { return r.flags; });
}

const TableLayout<ParentRow>& parents_layout() {
  static const TableLayout<ParentRow> layout = [] {
    TableLayout<ParentRow> made{"parents"};
    add_identity(made);
    add_costs(made);
    add_benchmarks(made);
    add_activity(made);
    add_impact(made);
    add_validity(made);
    return made;
  }();
  return layout;
}

const TableLayout<ChildRow>& children_layout() {
  using Row = ChildRow;
  static const TableLayout<Row> layout = [] {
    TableLayout<Row> made{"children"};
    made.integer("scenario", "1", "number of the scenario within the experiment", [](const Row& r) { return r.scenario; });
    made.integer("parent", "1", "number of the parent order within the scenario, from 0", [](const Row& r) { return r.fact.parent; });
    made.integer("child", "1", "number of the child order within the scenario, from 0", [](const Row& r) { return r.fact.child; });
    made.integer("decided_time", "ns UTC", "when it was decided (receipt time)", [](const Row& r) { return r.fact.decided; });
    made.integer("arrived_time", "ns UTC", "when it reached the venue (exchange time)", [](const Row& r) { return r.fact.arrived; });
    made.integer("side", "1", "+1 buy, -1 sell", [](const Row& r) { return sign(r.fact.side); });
    made.text("type", "text", "limit, market or ioc", [](const Row& r) {
      static constexpr std::string_view kTypes[] = {"limit", "market", "ioc"};
      EXPECT(r.fact.type < std::size(kTypes));
      return kTypes[r.fact.type];
    });
    made.real("limit_ticks", "ticks", "limit price; undefined without one",
              [](const Row& r) { return r.fact.has_limit ? static_cast<double>(r.fact.limit) : kUndefined; });
    made.integer("quantity_lots", "lots", "sent", [](const Row& r) { return r.fact.lots; });
    made.integer("filled_lots", "lots", "executed", [](const Row& r) { return r.fact.filled; });
    made.integer("queue_ahead_at_entry_lots", "lots", "effective lots in front when it joined its queue; 0 when it never rested",
                 [](const Row& r) { return r.fact.queue_ahead_at_entry; });
    made.text("outcome", "text", "filled, cancelled, rejected, expired or open", [](const Row& r) { return r.fact.outcome; });
    made.text("reason", "text", "why, where the outcome has a reason", [](const Row& r) { return r.fact.reason; });
    return made;
  }();
  return layout;
}

const TableLayout<FillRow>& fills_layout() {
  using Row = FillRow;
  static const TableLayout<Row> layout = [] {
    TableLayout<Row> made{"fills"};
    made.integer("scenario", "1", "number of the scenario within the experiment", [](const Row& r) { return r.scenario; });
    made.integer("parent", "1", "number of the parent order within the scenario, from 0", [](const Row& r) { return r.fact->parent; });
    made.integer("child", "1", "number of the child order within the scenario, from 0", [](const Row& r) { return r.fact->child; });
    made.integer("time", "ns UTC", "exchange time", [](const Row& r) { return r.fact->time; });
    made.integer("price_ticks", "ticks", "paid or received", [](const Row& r) { return r.fact->price; });
    made.integer("quantity_lots", "lots", "executed", [](const Row& r) { return r.fact->lots; });
    made.integer("side", "1", "+1 buy, -1 sell", [](const Row& r) { return sign(r.fact->side); });
    made.text("liquidity", "text", "took or made", [](const Row& r) { return name(r.fact->liquidity); });
    made.text("cause", "text", "what brought it about: own_order, recorded_fill, recorded_print, recorded_add, spill, shift, actor",
              [](const Row& r) { return name(r.fact->cause); });
    made.integer("queue_ahead_at_entry_lots", "lots", "effective lots in front when the child joined its queue; 0 for takers",
                 [](const Row& r) { return r.fact->queue_ahead_at_entry; });
    made.real("mid_before_ticks", "ticks", "effective mid just before the arrival that caused this fill",
              [](const Row& r) { return mid_ticks(r.fact->effective_mid); });
    made.real("recorded_mid_before_ticks", "ticks", "recorded mid at the same moment",
              [](const Row& r) { return mid_ticks(r.fact->recorded_mid); });
    made.real("displaced_ticks", "ticks", "mechanical displacement of the mid by own liquidity taken and shown (D)",
              [](const Row& r) { return r.answer_known ? static_cast<double>(r.fact->displaced_x2) / 2 : kUndefined; });
    made.integer("reaction_ticks", "ticks", "reaction shift (J)",
                 [](const Row& r) { return r.answer_known ? std::int64_t{r.fact->reaction} : kUndefinedMoney; });
    made.integer("touch_ticks", "ticks", "takers: effective best price of the other side; makers: their own price",
                 [](const Row& r) { return r.fact->touch; });
    made.integer("mid_stale", "1", "1 when a side was empty or never seen just before", [](const Row& r) {
      const auto doubtful = [](const MidX2& mid) { return mid.stale || !mid.known; };
      return doubtful(r.fact->effective_mid) || doubtful(r.fact->recorded_mid) ? 1 : 0;
    });
    made.integer("spread_money", "money", "cost from the effective mid to the touch; negative when earned",
                 [](const Row& r) { return r.cost.spread; });
    made.integer("sweep_money", "money", "cost beyond the touch, and through the hole earlier own fills left",
                 [](const Row& r) { return r.cost.sweep; });
    made.integer("reaction_money", "money", "cost of the market's answer to us, own_reaction_money in it",
                 [](const Row& r) { return r.answer_known ? r.cost.reaction : kUndefinedMoney; });
    made.integer("own_reaction_money", "money",
                 "of it: this fill's share of what its execution owes for the displacement it caused; in no price",
                 [](const Row& r) { return r.answer_known ? r.fact->own_reaction : kUndefinedMoney; });
    made.integer("timing_money", "money", "what history did between arrival of the parent and this fill",
                 [](const Row& r) { return r.cost.timing; });
    made.integer("fee_money", "money", "fee paid, rebate negative", [](const Row& r) { return r.fact->fee; });
    for (std::size_t h = 0; h < kMarkouts; ++h)
      made.real(std::string{"markout_"} + kMarkoutNames[h] + "_ticks", "ticks",
                std::string{"effective mid after "} + kMarkoutNames[h] +
                    " less price, positive = good for us; in bps: / mid_before_ticks x 10,000, where that is positive",
                [h](const Row& r) { return markout_ticks(r.fact->side, r.fact->price, r.mids_after[h]); });
    return made;
  }();
  return layout;
}

struct PointRow {
  std::uint64_t scenario;
  const TrajectoryFact& fact;
};

const TableLayout<PointRow>& trajectory_layout() {
  using Row = PointRow;
  static const TableLayout<Row> layout = [] {
    TableLayout<Row> made{"trajectory"};
    made.integer("scenario", "1", "number of the scenario within the experiment", [](const Row& r) { return r.scenario; });
    made.integer("parent", "1", "number of the parent order within the scenario, from 0", [](const Row& r) { return r.fact.parent; });
    made.integer("time", "ns UTC", "when the point was recorded", [](const Row& r) { return r.fact.time; });
    made.text("series", "text", "name of the series", [](const Row& r) -> std::string_view { return r.fact.series; });
    made.real("value", "1", "in the unit the series' name ends with", [](const Row& r) { return r.fact.value; });
    return made;
  }();
  return layout;
}

Table packed(Table table) {
  table.pack();
  return table;
}

}  // namespace

const char* name(Liquidity liquidity) { return liquidity == Liquidity::took ? "took" : "made"; }

const char* name(FillCause cause) {
  switch (cause) {
    case FillCause::own_order: return "own_order";
    case FillCause::recorded_fill: return "recorded_fill";
    case FillCause::recorded_print: return "recorded_print";
    case FillCause::recorded_add: return "recorded_add";
    case FillCause::spill: return "spill";
    case FillCause::shift: return "shift";
    case FillCause::actor: return "actor";
  }
  return "unknown";
}

Table parents_schema() {
  static const Table table = packed(parents_layout().empty());
  return table;
}
Table children_schema() {
  static const Table table = packed(children_layout().empty());
  return table;
}
Table fills_schema() {
  static const Table table = packed(fills_layout().empty());
  return table;
}
Table trajectory_schema() { return trajectory_layout().empty(); }

Table drawn_schema() {
  Table drawn{"drawn"};
  drawn.add_integer("scenario", "1", "number of the scenario within the experiment");
  drawn.add_text("parameter", "text", "dotted key, of a list with the entry: impact.linear.ticks_per_lot");
  drawn.add_real("value", "as the parameter", "what the scenario drew and ran with");
  return drawn;
}

void append_parent(Table& parents, const ParentRow& row) { parents_layout().append(parents, {&row, 1}); }
void append_children(Table& children, std::span<const ChildRow> rows) { children_layout().append(children, rows); }
void append_fills(Table& fills, std::span<const FillRow> rows) { fills_layout().append(fills, rows); }
void append_point(Table& trajectory, std::uint64_t scenario, const TrajectoryFact& fact) {
  const PointRow row{scenario, fact};
  trajectory_layout().append(trajectory, {&row, 1});
}

}  // namespace plimsoll
