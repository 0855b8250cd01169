#ifndef PLIMSOLL_SDK_PLIMSOLL_H
#define PLIMSOLL_SDK_PLIMSOLL_H
/* The plugin boundary: plain C, so that a plugin built by another compiler or standard library loads.
 *
 * Rules. Every struct starts with its size and is only ever appended to; a reader uses no field beyond the size it was given.
 * No C++ type and no exception crosses. A call that fails calls host->fail() and returns non-zero: that scenario ends as
 * failed with the message, the sweep goes on. Strings are UTF-8 and live as long as the table that holds them.
 * Version 0.x may still break between minor versions (adverse-selection models join it before 1.0): major and minor must match.
 *
 * Authors write C++ against sdk/plugin.hpp and never see this file.
 *
 * Units: time = int64 ns since 1970-01-01 UTC at the strategy's own receipt time; price = ticks; quantity = lots; side = +1 buy,
 * -1 sell. Thread rule: one instance per scenario, called by one thread at a time; no globals. */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PLIMSOLL_ABI_MAJOR 0u
#define PLIMSOLL_ABI_MINOR 2u

/* ---- parameters -------------------------------------------------------------------------------------------------- */

/* PLIMSOLL_REALS is a list of numbers; a matrix is given row by row. Its range holds for every entry. */
enum { PLIMSOLL_INTEGER = 1, PLIMSOLL_REAL = 2, PLIMSOLL_TEXT = 3, PLIMSOLL_BOOLEAN = 4, PLIMSOLL_REALS = 5 };

typedef struct plimsoll_param_info {
  uint32_t size;
  uint32_t type;
  const char* name;         /* key in [strategy.NAME] or [impact.NAME]; unit last: "tau_s" */
  const char* unit;         /* "s", "1", "lots", "ticks" ... */
  const char* help;         /* one sentence */
  const char* default_text; /* as it would stand in TOML, strings without quotes; NULL: the key is required */
  const char* choices;      /* text only: "a|b|c"; NULL: any */
  double minimum, maximum;  /* inclusive unless the flags say otherwise; -INFINITY / INFINITY for none */
  uint32_t minimum_excluded, maximum_excluded;
} plimsoll_param_info;

/* A resolved value: checked against its info, default filled in. Booleans are in `integer`. */
typedef struct plimsoll_param {
  uint32_t size;
  uint32_t type;
  const char* name;
  const char* text;
  int64_t integer;
  double real; /* also set for integers */
  const double* reals;
  uint64_t real_count;
} plimsoll_param;

/* ---- what a run tells its plugins ------------------------------------------------------------------------------------ */

typedef struct plimsoll_instrument {
  uint32_t size;
  uint32_t reserved;
  double tick;       /* currency per tick and unit of quantity */
  double lot;        /* units per lot */
  double multiplier; /* contract multiplier */
  const char* symbol;
  const char* currency;
} plimsoll_instrument;

/* The same bits on every machine; use them instead of <math.h>. (sqrt is exact everywhere and may be used.) */
typedef struct plimsoll_math {
  uint32_t size;
  uint32_t reserved;
  double (*exp)(double);
  double (*log)(double);
  double (*pow)(double, double);
  double (*sin)(double);
  double (*cos)(double);
} plimsoll_math;

/* Where a plugin is going to work. A strategy sees the instrument of its parent; an impact model one instrument, or all markets of
 * the scenario in their order when it declares `across_instruments`. `math` outlives the plugin; the rest lives during create(). */
typedef struct plimsoll_setting {
  uint32_t size;
  uint32_t instrument_count;
  const plimsoll_instrument* instruments;
  const plimsoll_math* math;
} plimsoll_setting;

enum { PLIMSOLL_END_CROSS = 0, PLIMSOLL_END_CANCEL = 1, PLIMSOLL_END_EXTEND = 2 };

/* The parent order. At `end` the strategy applies `end_policy`: cross the rest at once, cancel it, or extend: go on past the end.
 * Outside the limit price it must not trade and carries the deficit. */
typedef struct plimsoll_parent {
  uint32_t size;
  uint32_t id;
  int32_t side;
  int32_t has_limit;
  int64_t quantity_lots;
  int64_t start_ns, end_ns; /* receipt time, start jitter included */
  int32_t limit_ticks;
  uint32_t end_policy;
  uint32_t instrument; /* which of the setting's */
  uint32_t reserved;
} plimsoll_parent;

/* An empty side has quantity 0 and price 0. */
typedef struct plimsoll_quote {
  uint32_t size;
  int32_t bid_ticks, ask_ticks;
  uint32_t reserved;
  int64_t bid_lots, ask_lots;
} plimsoll_quote;

typedef struct plimsoll_level {
  uint32_t size;
  int32_t price_ticks;
  int64_t lots;
} plimsoll_level;

enum { PLIMSOLL_LIMIT = 0, PLIMSOLL_MARKET = 1, PLIMSOLL_IOC = 2 };

typedef struct plimsoll_order {
  uint32_t size;
  int32_t side;
  uint32_t type;
  int32_t limit_ticks; /* ignored for market orders */
  int64_t quantity_lots;
} plimsoll_order;

enum { PLIMSOLL_FILLED = 1, PLIMSOLL_CANCELLED = 2, PLIMSOLL_REJECTED = 3 };
enum { PLIMSOLL_TOOK = 0, PLIMSOLL_MADE = 1 };

/* What the venue said about an own order, told one response delay after it happened. PLIMSOLL_CANCELLED also ends the unfilled rest of
 * a market or IOC order. `open_lots` is what still rests afterwards; 0 means the order is finished. */
typedef struct plimsoll_order_event {
  uint32_t size;
  uint32_t kind;
  uint64_t order_id;
  int64_t exchange_time_ns;
  int64_t quantity_lots;
  int64_t open_lots;
  int32_t price_ticks;
  uint32_t liquidity;
  const char* reason; /* rejections and cancellations; never NULL */
} plimsoll_order_event;

/* Signals of the recorded market (history only, whoever trades in the run), cumulative since the tape's first row. */
enum {
  PLIMSOLL_RECORDED_VOLUME_LOTS = 1, /* visible and hidden prints */
  PLIMSOLL_RECORDED_VISIBLE_VOLUME_LOTS = 2,
  PLIMSOLL_RECORDED_LAST_TRADE_TICKS = 3 /* 0 before the first print */
};

/* ---- host functions ---------------------------------------------------------------------------------------------- */

/* For every plugin. */
typedef struct plimsoll_host_base {
  uint32_t size;
  uint32_t reserved;
  void* run;
  void (*fail)(void* run, const char* message);
  double (*uniform)(void* run, uint64_t index); /* [0,1), addressed by (seed, replicate, kind of plugin, index) */
  const plimsoll_math* math;
} plimsoll_host_base;

typedef struct plimsoll_strategy_host {
  uint32_t size;
  uint32_t reserved;
  plimsoll_host_base base;
  int64_t (*now)(void* run);
  void (*quote)(void* run, plimsoll_quote* out);                                  /* effective best quotes, own orders included */
  int32_t (*level)(void* run, int32_t side, uint32_t depth, plimsoll_level* out); /* depth 0 = best; returns 0 beyond the book */
  int64_t (*signal)(void* run, uint32_t signal);
  uint64_t (*submit)(void* run, const plimsoll_order* order); /* order id > 0; rejections arrive as events */
  void (*cancel)(void* run, uint64_t order_id);
  /* a time not after now means: at once; a scenario that does a million things while no time passes fails */
  void (*wake_at)(void* run, int64_t time_ns);
  void (*wake_on_trade)(void* run, int32_t on);        /* recorded prints; at most one wake an instant */
  void (*wake_on_touch_change)(void* run, int32_t on); /* recorded best price or its quantity changed */
  void (*record)(void* run, const char* name, double value);
  /* a point of /trajectory under record = "full"; series "planned_lots" (where the schedule wants to be) also gives the schedule error */
} plimsoll_strategy_host;

/* ---- plugin types ------------------------------------------------------------------------------------------------ */

/* create() returns NULL after writing a message of at most error_size bytes, NUL included. The other calls return 0, or non-zero after
 * host->fail(). destroy() accepts NULL. */
typedef struct plimsoll_strategy_type {
  uint32_t size;
  uint32_t param_count;
  const char* name;
  const char* summary; /* one line */
  const char* source;  /* paper, section; or "" */
  const plimsoll_param_info* params;
  void* (*create)(const plimsoll_param* params, uint32_t count, const plimsoll_setting* setting, char* error, uint32_t error_size);
  void (*destroy)(void* self);
  int32_t (*on_start)(void* self, const plimsoll_strategy_host* host, const plimsoll_parent* parent); /* at parent start */
  int32_t (*on_wake)(void* self, const plimsoll_strategy_host* host);
  int32_t (*on_order)(void* self, const plimsoll_strategy_host* host, const plimsoll_order_event* event);
} plimsoll_strategy_type;

/* One order's fills at one instant are one execution, at their mean price. */
typedef struct plimsoll_execution {
  uint32_t size;
  uint32_t parent_id;
  int64_t time_ns;
  int32_t side;
  uint32_t instrument; /* which of the setting's */
  int64_t lots;
  double price_ticks;
} plimsoll_execution;

/* What `lots` taken at once would pay and leave behind: displacements of the mid in ticks, signed, up positive. */
typedef struct plimsoll_sweep {
  uint32_t size;
  uint32_t reserved;
  double average_ticks; /* mean displacement over the lots */
  double after_ticks;   /* displacement right after the last */
} plimsoll_sweep;

/* An impact model answers two questions: what have we done, and where would the mid be now. displacement() is the TOTAL signed
 * displacement of the mid in ticks, mechanical part included; the engine nets the mechanical part. It must not change the model. */
typedef struct plimsoll_impact_model_type {
  uint32_t size;
  uint32_t param_count;
  const char* name;
  const char* summary;
  const char* source;
  const plimsoll_param_info* params;
  void* (*create)(const plimsoll_param* params, uint32_t count, const plimsoll_setting* setting, char* error, uint32_t error_size);
  void (*destroy)(void* self);
  int32_t (*on_parent)(void* self, const plimsoll_host_base* host, int64_t time_ns, const plimsoll_parent* parent,
                       double mid_ticks); /* at arrival; NaN before both sides were ever seen */
  int32_t (*on_execution)(void* self, const plimsoll_host_base* host, const plimsoll_execution* execution);
  int32_t (*displacement)(void* self, const plimsoll_host_base* host, int64_t time_ns, uint32_t instrument, double* out_ticks);
  /* NULL unless the model is a book of its own, which `response = "model"` can trade with. Changes nothing. Additive: sweeping a and
   * then b at one instant costs what a + b costs. */
  int32_t (*sweep)(void* self, const plimsoll_host_base* host, int64_t time_ns, uint32_t instrument, int32_t side, int64_t lots,
                   plimsoll_sweep* out);
  uint32_t permanent;          /* 1: displacement() changes at executions only, so that waiting runs may sleep; 0: with time too */
  uint32_t across_instruments; /* 1: one instance for all markets of a scenario; 0: one for each */
  uint32_t manipulation_free;  /* 1: with every setting that create() accepts no round trip has a negative expected cost */
  uint32_t reserved;
  const char* manipulation_note; /* why it is free, or the round trip that is not; never NULL */
} plimsoll_impact_model_type;

/* What a shared object exports, by the one symbol  const plimsoll_plugin* plimsoll_plugin_entry(void).
 * The first four fields never move: the host reads them before anything else. */
typedef struct plimsoll_plugin {
  uint32_t size;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t reserved;
  const char* built_with; /* compiler and standard library, for people */
  const plimsoll_strategy_type* const* strategies;
  uint32_t strategy_count;
  uint32_t impact_model_count;
  const plimsoll_impact_model_type* const* impact_models;
} plimsoll_plugin;

typedef const plimsoll_plugin* (*plimsoll_plugin_entry_fn)(void);

#ifdef __cplusplus
}
#endif
#endif
