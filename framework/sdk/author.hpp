#pragma once
/// What an author sees: the declared parameters, the host, the two base classes. Part of sdk/plugin.hpp, which says how to use it.
/// Everything here has hidden visibility, so that two plugins in one process never share a table by accident.

#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sdk/plimsoll.h"

namespace plimsoll {
#pragma GCC visibility push(hidden)
namespace sdk {

// ---- what a plugin says about itself --------------------------------------------------------------------------------

/// One declared setting. Without by_default() the key is required.
///   Param::real("rate").unit("1").above(0).below(1).by_default(0.1).help("share of all volume to be ours")
class Param {
 public:
  static Param integer(std::string name) { return Param{PLIMSOLL_INTEGER, std::move(name)}; }
  static Param real(std::string name) { return Param{PLIMSOLL_REAL, std::move(name)}; }
  static Param text(std::string name) { return Param{PLIMSOLL_TEXT, std::move(name)}; }
  static Param boolean(std::string name) { return Param{PLIMSOLL_BOOLEAN, std::move(name)}; }
  /// A list of numbers; a matrix row by row. A default is written as in TOML: by_default("[1, 2]"), "" for absent.
  static Param reals(std::string name) { return Param{PLIMSOLL_REALS, std::move(name)}; }

  Param& unit(std::string unit) { return unit_ = std::move(unit), *this; }
  Param& help(std::string sentence) { return help_ = std::move(sentence), *this; }
  Param& between(double lowest, double highest) { return at_least(lowest).at_most(highest); }
  Param& at_least(double lowest) { return minimum_ = lowest, minimum_excluded_ = false, *this; }
  Param& at_most(double highest) { return maximum_ = highest, maximum_excluded_ = false, *this; }
  Param& above(double bound) { return minimum_ = bound, minimum_excluded_ = true, *this; }
  Param& below(double bound) { return maximum_ = bound, maximum_excluded_ = true, *this; }
  Param& one_of(std::initializer_list<std::string_view> choices) {
    choices_.clear();
    for (const std::string_view choice : choices) {
      if (!choices_.empty()) choices_ += '|';
      choices_ += choice;
    }
    return *this;
  }

  template <class Value>
  Param& by_default(const Value& value) {
    has_default_ = true;
    if constexpr (std::is_same_v<Value, bool>) {
      default_ = value ? "true" : "false";
    } else if constexpr (std::is_arithmetic_v<Value>) {
      char digits[64];
      default_.assign(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    } else {
      default_ = value;
    }
    return *this;
  }

  /// The C form; it points into this object.
  plimsoll_param_info info() const {
    plimsoll_param_info out{};
    out.size = sizeof out;
    out.type = type_;
    out.name = name_.c_str();
    out.unit = unit_.c_str();
    out.help = help_.c_str();
    out.default_text = has_default_ ? default_.c_str() : nullptr;
    out.choices = choices_.empty() ? nullptr : choices_.c_str();
    out.minimum = minimum_;
    out.maximum = maximum_;
    out.minimum_excluded = minimum_excluded_ ? 1 : 0;
    out.maximum_excluded = maximum_excluded_ ? 1 : 0;
    return out;
  }

 private:
  Param(std::uint32_t type, std::string name) : type_{type}, name_{std::move(name)} {}

  std::uint32_t type_;
  std::string name_, unit_, help_, default_, choices_;
  double minimum_ = -std::numeric_limits<double>::infinity();
  double maximum_ = std::numeric_limits<double>::infinity();
  bool has_default_ = false, minimum_excluded_ = false, maximum_excluded_ = false;
};

struct Description {
  std::string name;     ///< as in `[strategy] name = "..."`
  std::string summary;  ///< one line
  std::string source;   ///< paper and section, or ""
  std::vector<Param> params;
  // Impact models only:
  bool permanent = false;           ///< the displacement changes at executions only, so waiting runs may sleep
  bool across_instruments = false;  ///< one instance for all markets of a scenario, instead of one for each
  /// With every setting that the constructor accepts no round trip has a negative expected cost. A model that cannot promise this is not
  /// offered parents of one owner on opposite sides.
  bool manipulation_free = false;
  std::string manipulation_note = {};  ///< why it is free, or the round trip that is not
};

/// The settings of one instance: checked against describe(), defaults filled in. A name that was not declared throws.
class Params {
 public:
  Params(const plimsoll_param* values, std::uint32_t count) : values_{values}, count_{count} {}

  std::int64_t integer(std::string_view name) const { return find(name, PLIMSOLL_INTEGER).integer; }
  double real(std::string_view name) const { return find(name, PLIMSOLL_REAL).real; }
  std::string text(std::string_view name) const { return find(name, PLIMSOLL_TEXT).text; }
  bool boolean(std::string_view name) const { return find(name, PLIMSOLL_BOOLEAN).integer != 0; }
  std::vector<double> reals(std::string_view name) const {
    const plimsoll_param& value = find(name, PLIMSOLL_REALS);
    return {value.reals, value.reals + value.real_count};
  }

 private:
  const plimsoll_param& find(std::string_view name, std::uint32_t type) const {
    const auto* bytes = reinterpret_cast<const char*>(values_);
    for (std::uint32_t i = 0; i < count_; ++i) {
      const auto& value = *reinterpret_cast<const plimsoll_param*>(bytes + std::size_t{i} * values_->size);
      if (name == value.name && type == value.type) return value;
    }
    throw std::logic_error("the plugin reads the parameter '" + std::string{name} + "', which it has not declared with this type");
  }
  const plimsoll_param* values_;
  std::uint32_t count_;
};

// ---- what a run tells it --------------------------------------------------------------------------------------------

enum class Side : std::int32_t { sell = -1, buy = 1 };
constexpr int sign(Side side) { return static_cast<int>(side); }
constexpr Side opposite(Side side) { return side == Side::buy ? Side::sell : Side::buy; }

/// Functions that give the same bits on every machine. `std::sqrt` is exact everywhere and needs no host.
class Math {
 public:
  explicit Math(const plimsoll_math& table) : table_{&table} {}
  double exp(double x) const { return table_->exp(x); }
  double log(double x) const { return table_->log(x); }
  double pow(double x, double y) const { return table_->pow(x, y); }
  double sin(double x) const { return table_->sin(x); }
  double cos(double x) const { return table_->cos(x); }

 private:
  const plimsoll_math* table_;  // outlives every plugin
};

struct Instrument {
  double tick = 0.0;  ///< currency per tick and unit of quantity
  double lot = 0.0;   ///< units per lot
  double multiplier = 0.0;
  std::string symbol, currency;
};

/// Where a plugin is going to work: what its constructor may take instead of an Instrument.
struct Setting {
  std::vector<Instrument> instruments;  ///< one, or all markets of the scenario for a model `across_instruments`
  Math math;
};

enum class EndPolicy : std::uint32_t { cross = PLIMSOLL_END_CROSS, cancel = PLIMSOLL_END_CANCEL, extend = PLIMSOLL_END_EXTEND };

struct Parent {
  std::uint32_t id = 0;
  Side side = Side::buy;
  std::int64_t lots = 0;
  std::int64_t start_ns = 0, end_ns = 0;
  std::optional<std::int32_t> limit_ticks;
  EndPolicy end_policy = EndPolicy::cross;
  std::uint32_t instrument = 0;  ///< which of the setting's

  /// Is a trade at this price inside the limit price?
  bool allows(std::int32_t price_ticks) const {
    return !limit_ticks || (side == Side::buy ? price_ticks <= *limit_ticks : price_ticks >= *limit_ticks);
  }
};

struct Level {
  std::int32_t price_ticks = 0;
  std::int64_t lots = 0;
};

/// Best prices; a side without orders is empty.
struct Quote {
  std::optional<Level> bid, ask;
  const std::optional<Level>& of(Side side) const { return side == Side::buy ? bid : ask; }
};

using OrderId = std::uint64_t;

struct OrderEvent {
  enum class Kind : std::uint32_t { filled = PLIMSOLL_FILLED, cancelled = PLIMSOLL_CANCELLED, rejected = PLIMSOLL_REJECTED };
  Kind kind = Kind::filled;
  OrderId order = 0;
  std::int64_t exchange_time_ns = 0;
  std::int64_t lots = 0;
  std::int64_t open_lots = 0;
  std::int32_t price_ticks = 0;
  bool made = false;  ///< we were the resting side
  std::string_view reason;
};

/// What every plugin may ask.
class BaseHost {
 public:
  explicit BaseHost(const plimsoll_host_base& base) : base_{&base} {}
  /// In [0, 1); a function of (seed, replicate, kind of plugin, index): the same index gives the same number.
  double uniform(std::uint64_t index) const { return base_->uniform(base_->run, index); }
  Math math() const { return Math{*base_->math}; }

 protected:
  const plimsoll_host_base* base_;
};

/// What a strategy may see and do. Everything seen is as of its own receipt time.
class Host : public BaseHost {
 public:
  explicit Host(const plimsoll_strategy_host& table) : BaseHost{table.base}, table_{&table} {}

  std::int64_t now() const { return table_->now(run()); }
  Quote quote() const {
    plimsoll_quote raw{};
    raw.size = sizeof raw;
    table_->quote(run(), &raw);
    Quote out;
    if (raw.bid_lots > 0) out.bid = Level{raw.bid_ticks, raw.bid_lots};
    if (raw.ask_lots > 0) out.ask = Level{raw.ask_ticks, raw.ask_lots};
    return out;
  }
  /// Level `depth` of a side, 0 the best; nothing beyond the book.
  std::optional<Level> level(Side side, std::uint32_t depth) const {
    plimsoll_level raw{};
    raw.size = sizeof raw;
    if (table_->level(run(), sign(side), depth, &raw) == 0) return std::nullopt;
    return Level{raw.price_ticks, raw.lots};
  }
  /// One of PLIMSOLL_RECORDED_...: history only, whatever we do.
  std::int64_t signal(std::uint32_t signal) const { return table_->signal(run(), signal); }

  OrderId submit_limit(Side side, std::int32_t price_ticks, std::int64_t lots) { return submit(PLIMSOLL_LIMIT, side, price_ticks, lots); }
  OrderId submit_market(Side side, std::int64_t lots) { return submit(PLIMSOLL_MARKET, side, 0, lots); }
  /// Takes what it can get at the price or better; the rest is cancelled.
  OrderId submit_ioc(Side side, std::int32_t price_ticks, std::int64_t lots) { return submit(PLIMSOLL_IOC, side, price_ticks, lots); }
  void cancel(OrderId order) { table_->cancel(run(), order); }

  void wake_at(std::int64_t time_ns) { table_->wake_at(run(), time_ns); }
  void wake_on_trade(bool on = true) { table_->wake_on_trade(run(), on ? 1 : 0); }
  void wake_on_touch_change(bool on = true) { table_->wake_on_touch_change(run(), on ? 1 : 0); }
  /// One point of /trajectory under record = "full"; `name` must be a literal.
  void record(const char* name, double value) { table_->record(run(), name, value); }

 private:
  void* run() const { return base_->run; }
  OrderId submit(std::uint32_t type, Side side, std::int32_t price_ticks, std::int64_t lots) {
    plimsoll_order order{};
    order.size = sizeof order;
    order.side = sign(side);
    order.type = type;
    order.limit_ticks = price_ticks;
    order.quantity_lots = lots;
    return table_->submit(run(), &order);
  }
  const plimsoll_strategy_host* table_;
};

// ---- what an author writes ------------------------------------------------------------------------------------------

/// Works one parent order. It is woken, never polled, and a wake it did not ask for must change nothing.
class Strategy {
 public:
  virtual ~Strategy() = default;
  virtual void on_start(Host& host, const Parent& parent) = 0;  ///< once, at the parent's start
  virtual void on_wake(Host&) {}
  virtual void on_order(Host&, const OrderEvent&) {}  ///< fills, cancellations, rejections, one response delay later
};

/// One order's fills at one instant are one execution, at their mean price.
struct Execution {
  std::int64_t time_ns = 0;
  std::uint32_t parent = 0;
  Side side = Side::buy;
  std::int64_t lots = 0;
  double price_ticks = 0.0;
  std::uint32_t instrument = 0;  ///< which of the setting's
};

/// Where would the mid be, because of what we have done? One instance serves all parents of a scenario in one market, or in all markets
/// when the description says `across_instruments`.
class ImpactModel {
 public:
  virtual ~ImpactModel() = default;
  /// At the parent's start. `mid_ticks` is NaN when a side of the book is empty.
  virtual void on_parent(BaseHost&, std::int64_t /*time_ns*/, const Parent&, double /*mid_ticks*/) {}
  virtual void on_execution(BaseHost&, const Execution&) = 0;
  /// TOTAL displacement of the mid of `instrument` in ticks, positive = up, mechanical part included (the engine nets what our fills have
  /// already paid). `time_ns` is never before the last execution. Changes nothing.
  virtual double displacement(BaseHost&, std::int64_t time_ns, std::uint32_t instrument) const = 0;
};

/// What taking some lots at once would pay and leave behind, as displacements of the mid in ticks, up positive.
struct Sweep {
  double average_ticks = 0.0;
  double after_ticks = 0.0;
};

/// A model that is a book of its own: `response = "model"` trades with it.
class BookModel : public ImpactModel {
 public:
  /// If `lots` were taken at once now. Changes nothing. Additive: a and then b at one instant cost what a + b cost.
  virtual Sweep sweep(BaseHost&, std::int64_t time_ns, std::uint32_t instrument, Side, std::int64_t lots) const = 0;
};

}  // namespace sdk
#pragma GCC visibility pop
}  // namespace plimsoll
