// plimsoll import: vendor files in, a tape file and a report out.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>

#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/console.hpp"
#include "app/options.hpp"
#include "app/tape_store.hpp"
#include "core/comma_list.hpp"
#include "experiment/nearest_word.hpp"
#include "feed/feed.hpp"
#include "io/durable_file.hpp"
#include "io/path_pattern.hpp"
#include "io/tape_file.hpp"

namespace plimsoll {
namespace {

const FeedInfo& feed_named(const std::string& name) {
  std::vector<std::string> names;
  std::string known;
  for (const FeedInfo& feed : market_feeds()) {
    if (feed.name == name) return feed;
    names.push_back(feed.name);
    known += (known.empty() ? "" : ", ") + feed.name;
  }
  const std::string nearest = nearest_word(name, names);
  usage_error("USAGE-FEED", name, "is not a feed", nearest.empty() ? "there are " + known : "did you mean \"" + nearest + "\"?");
}

std::map<std::string, std::string> settings_of(const FeedInfo& feed, const Options& options) {
  std::map<std::string, std::string> settings = options.assignments("set", "date=2012-06-21");
  const std::vector<std::string> inputs{options.words().begin() + 1, options.words().end()};
  if (inputs.empty()) return settings;
  const auto path = std::find_if(feed.settings.begin(), feed.settings.end(), [](const FeedSetting& each) { return each.name == "path"; });
  if (path == feed.settings.end()) usage_error("USAGE-ARGUMENT", inputs[0], "the " + feed.name + " feed reads no file", "leave it out");
  if (settings.contains("path")) usage_error("USAGE-CONFLICT", "--set path", "and an INPUT name two files", "leave one of them out");
  if (path->type != SettingType::paths && inputs.size() > 1)
    usage_error("USAGE-ARGUMENT", inputs[1], "the " + feed.name + " feed reads one INPUT", "leave it out");
  for (const std::string& input : inputs) settings["path"] += (settings["path"].empty() ? "" : ", ") + input;
  return settings;
}

/// A link to an input under another name would be found as what it is; this says why.
void refuse_input_as_output(const FeedInfo& feed, const std::map<std::string, std::string>& settings, const std::string& output) {
  for (const FeedSetting& setting : feed.settings) {
    const auto given = settings.find(setting.name);
    std::error_code one_is_missing;
    const bool many = setting.type == SettingType::paths;
    if ((!many && setting.type != SettingType::path) || given == settings.end()) continue;
    const std::vector<std::string> inputs = many ? comma_list(given->second) : std::vector{given->second};
    const auto is_output = [&](const std::string& input) { return std::filesystem::equivalent(input, output, one_is_missing); };
    if (std::any_of(inputs.begin(), inputs.end(), is_output))
      throw IoError{ExitCode::cannot_create,
                    {"OUTPUT-EXISTS", output, "", "is the file that " + setting.name + " reads", "choose another name for the tape"}};
  }
}

/// What cannot be written is found before hours of reading. Of a pattern only the folder before its first placeholder is known.
void make_folder_of(const std::string& output) {
  const std::string folder = std::filesystem::path{output.substr(0, output.find('{'))}.parent_path().string();
  if (!folder.empty()) create_directories_durably(folder);
}

using ReportLine = std::pair<const char*, std::int64_t>;
std::vector<ReportLine> lines_of(const ImportReport& report) {
  return {{"rows_read", report.rows_read},
          {"dropped", report.dropped},
          {"reordered", report.reordered},
          {"repaired", report.repaired},
          {"invented", report.invented},
          {"unknown_ids", report.unknown_ids},
          {"halts", report.halts},
          {"crossed_ns", report.crossed_ns},
          {"gaps", report.gaps},
          {"longest_gap_ns", report.longest_gap_ns},
          {"chain_gaps", report.chain_gaps},
          {"overtaken", report.overtaken},
          {"unbooked", report.unbooked},
          {"checked", report.checked},
          {"contradicted", report.contradicted}};
}

double crossed_percent(const EventTape& tape) {
  const auto length = static_cast<double>(tape.last_time() - tape.first_time());
  return length > 0 ? 100.0 * static_cast<double>(tape.info().report.crossed_ns) / length : 0.0;
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

void print_report(const EventTape& tape, const std::string& path) {
  const ImportReport& report = tape.info().report;
  const auto line = [](const std::string& what, const std::string& figure, const std::string& meaning) {
    std::cout << what << std::string(14 - what.size(), ' ') << right(figure, 14) << "  " << meaning << "\n";
  };
  const auto count = [&](const std::string& what, std::int64_t figure, const std::string& meaning) {
    line(what, grouped(static_cast<std::uint64_t>(figure)), meaning);
  };
  std::cout << tape.info().source << " -> " << path << "\n";
  count("events", static_cast<std::int64_t>(tape.size()), "rows of the tape");
  count("rows read", report.rows_read, "of the vendor's file");
  count("dropped", report.dropped, "could not be used");
  count("reordered", report.reordered, "moved because their time went back");
  count("repaired", report.repaired, "orders cut or changed to agree with what the file says");
  count("invented", report.invented, "orders of the first snapshot, or revealed without a message");
  count("unknown ids", report.unknown_ids, "cancels and fills of orders never seen");
  count("halts", report.halts, "");
  line("crossed", fixed(crossed_percent(tape), 3) + " %", "of the time best bid >= best ask");
  count("gaps", report.gaps,
        "silences of more than 10 s; the longest " + fixed(static_cast<double>(report.longest_gap_ns) / 1e9, 1) + " s");
  if (!tape.info().levels.empty()) {
    count("chain gaps", report.chain_gaps, "breaks in the venue's own numbering of its messages");
    count("overtaken", report.overtaken, "levels withdrawn because a print behind them says that they were gone");
    count("unbooked", report.unbooked, "trades of which the book did not hold all; the rest is a print outside the book");
    count("checked", report.checked,
          "best quotes compared with the venue's own; different: " + grouped(static_cast<std::uint64_t>(report.contradicted)));
    line("orders", tape.info().levels, "made up from price levels by this rule");
  }
  line("tick", fixed(tape.info().instrument.tick(), 9), tape.info().instrument.symbol + ", " + tape.info().instrument.currency);
  std::cout << "hash          " << tape.info().content_hash << "\n";
}

void print_json(const EventTape& tape, const std::string& path) {
  nlohmann::ordered_json line = {
      {"tape", path}, {"source", tape.info().source}, {"events", tape.size()}, {"content_hash", tape.info().content_hash}};
  for (const auto& [name, figure] : lines_of(tape.info().report)) line[name] = figure;
  std::cout << nlohmann::ordered_json{{"import", line}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

/// The day that placeholders of the pattern stand for: the setting date, or its default.
std::optional<std::string> date_of(const FeedInfo& feed, const std::map<std::string, std::string>& settings, const std::string& pattern) {
  if (!names_date(pattern)) return {};
  std::string date = settings.contains("date") ? settings.at("date") : "";
  for (const FeedSetting& setting : feed.settings)
    if (setting.name == "date" && date.empty()) date = setting.default_text;
  if (!parse_date(date))
    usage_error("USAGE-PLACEHOLDER", "-o " + pattern, "names a date, and the setting date is none", "write e.g. --set date=2012-06-21");
  return date;
}

/// Takes the setting `symbols` (A,B,C) out of the settings.
std::vector<std::string> take_symbols(std::map<std::string, std::string>& settings) {
  std::vector<std::string> symbols;
  const auto given = settings.find("symbols");
  if (given == settings.end()) return symbols;
  std::string rest = given->second + ",";
  for (std::size_t comma; (comma = rest.find(',')) != std::string::npos; rest.erase(0, comma + 1)) {
    if (comma > 0) symbols.push_back(rest.substr(0, comma));
  }
  if (symbols.empty()) usage_error("USAGE-VALUE", "--set symbols", "names no symbol", "write e.g. --set symbols=AAPL,MSFT");
  std::sort(symbols.begin(), symbols.end());
  settings.erase(given);
  return symbols;
}

void print_symbol_head() { std::cout << "symbol        events     unknown     dropped    repaired  halts  crossed %  tape\n"; }
void print_symbol(const EventTape& tape, const std::string& path) {
  const ImportReport& report = tape.info().report;
  const auto count = [](std::int64_t figure, std::size_t width) { return right(grouped(static_cast<std::uint64_t>(figure)), width); };
  const std::string& symbol = tape.info().instrument.symbol;
  std::cout << symbol << std::string(symbol.size() < 8 ? 8 - symbol.size() : 0, ' ') << count(static_cast<std::int64_t>(tape.size()), 12)
            << count(report.unknown_ids, 12) << count(report.dropped, 12) << count(report.repaired, 12) << count(report.halts, 7)
            << right(fixed(crossed_percent(tape), 3), 11) << "  " << path << "\n";
}

/// One tape for each symbol of a file, and one line of report.
ExitCode import_each_symbol(const FeedInfo& feed, std::map<std::string, std::string> settings, const std::string& pattern, bool strict,
                            bool json) {
  if (!feed.many_symbols)
    usage_error("USAGE-VALUE", "-o " + pattern, "names a tape for each symbol, but a " + feed.name + " input holds one",
                "name one tape file");
  const std::vector<std::string> symbols = take_symbols(settings);
  const std::optional<std::string> date = date_of(feed, settings, pattern);
  make_folder_of(pattern);
  for (const std::string& symbol : symbols) require_place_for_tape(fill_pattern(pattern, symbol, date));
  std::size_t written = 0;
  const auto write = [&](const EventTape& tape) {
    const std::string path = fill_pattern(pattern, tape.info().instrument.symbol, date);
    make_folder_of(path);
    write_tape(path, tape);
    if (!json && written == 0) print_symbol_head();
    ++written;
    json ? print_json(tape, path) : print_symbol(tape, path);
  };
  const std::vector<RefusedSymbol> refused = split_feed(feed.name, settings, symbols, strict, write);
  for (const RefusedSymbol& each : refused) {
    for (InputError error : each.reason.errors()) {
      error.problem = each.symbol + ": " + error.problem;
      report_error(error);
    }
  }
  if (written == 0 && refused.empty())
    throw BadInput{ExitCode::bad_data, {"DATA-EMPTY", settings.at("path"), "", "holds no orders of a stock", ""}};
  if (!json) std::cout << grouped(written) << " tapes written, " << grouped(refused.size()) << " symbols refused\n";
  return refused.empty() ? ExitCode::done : written == 0 ? ExitCode::bad_data : ExitCode::some_failed;
}

}  // namespace

ExitCode import_command(const Words& words) {
  Options options{"plimsoll import FEED [INPUT].. -o TAPE.h5 [--set KEY=VALUE].. [options]",
                  "Converts market data into a tape file and tells what was dropped, re-ordered, repaired or invented on the way.\n"
                  "plimsoll list feeds NAME shows a feed's settings. Inputs may be compressed (gzip, zstd, xz).\n"
                  "With {symbol} in the name of the tape, a file of many symbols becomes one tape each, all of them or those of\n"
                  "--set symbols=A,B; {date}, {yyyymmdd} and {mmddyyyy} are the setting date: -o 'tapes/{symbol}_{date}.h5'."};
  options.add({{"output,o", "TAPE.h5", "the tape file to write"},
               {"set", "KEY=VALUE", "a setting of the feed", kMayRepeat},
               {"strict", "", "rows that were dropped, moved, repaired or unknown are errors"},
               kJsonOption});
  options.add_words("FEED", 1, 1000);
  if (!options.parse(words)) return ExitCode::done;
  const FeedInfo& feed = feed_named(options.words().front());
  const auto pattern = options.text("output");
  if (!pattern) usage_error("USAGE-ARGUMENT", "-o", "is missing", "name the tape file to write: -o tape.h5");
  require_placeholders(*pattern);
  const std::map<std::string, std::string> settings = settings_of(feed, options);
  require_input_files(feed.name, settings, "");
  if (names_symbol(*pattern)) return import_each_symbol(feed, settings, *pattern, options.has("strict"), options.has("json"));
  const std::string output = fill_pattern(*pattern, {}, date_of(feed, settings, *pattern));
  refuse_input_as_output(feed, settings, output);
  make_folder_of(output);
  require_place_for_tape(output);
  const EventTape tape = open_market(feed.name, settings, options.has("strict"));
  if (tape.size() == 0) throw BadInput{ExitCode::bad_data, {"DATA-EMPTY", tape.info().source, "", "has no events", ""}};
  write_tape(output, tape);
  options.has("json") ? print_json(tape, output) : print_report(tape, output);
  return ExitCode::done;
}

}  // namespace plimsoll
